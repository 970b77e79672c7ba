import { fileOf, indicatorOf } from './rule-set-files.spec-support.ts';
import { readRuleSet } from './read-rule-set.ts';
import { lookBackOf, requiredKeepMonths } from './retention.ts';

const GENERAL = readRuleSet(fileOf('general@2.0.0'));

describe('how far back the rules look', () => {
  it.each([
    ['penalty.decision', 'END', 36, 'publicity and decay'],
    ['inspection.result', 'START', 36, 'the decay of a refusal'],
    ['abnormal.listing', 'END', 36, 'the three-year clock'],
    ['recall.ordered', 'END', 36, 'the residual'],
    ['complaint.accepted', 'START', 24, 'evidence, longer than the window'],
    ['licence.grant', 'NEVER', 24, 'a later licence closes an expired one'],
    ['annual-report.filing', 'NEVER', 24, 'a report filed closes the one missing'],
    ['derived.branches-d', 'END', 0, 'only while valid'],
    ['override.class', 'END', 4, '90 days are at most four months'],
    ['enterprise.registration', 'END', 24, 'attributes as long as they are stated'],
  ])('%s: %s and %d months, for %s', (type, since, months) => {
    expect(lookBackOf(GENERAL, type)).toEqual({ since, months });
    expect(requiredKeepMonths(GENERAL, type)).toBe(months);
  });

  it('a fact that opens at its expiry has not ended with it', () => {
    const file = fileOf('general@2.0.0');
    delete indicatorOf(file, 'D07').closedBy;
    expect(lookBackOf(readRuleSet(file), 'licence.grant').since).toBe('CLOSED');
  });

  it('grows with the longest of windows, decays, residuals, clocks and publicity', () => {
    const months = (change: (file: ReturnType<typeof fileOf>) => unknown, type: string): number => {
      const file = fileOf('general@2.0.0');
      change(file);
      for (const use of Object.values<{ keepMonths?: number }>(file.facts)) if (use.keepMonths) use.keepMonths = 999;
      return requiredKeepMonths(readRuleSet(file), type);
    };
    expect(months((file) => (indicatorOf(file, 'R04').months = 61), 'penalty.decision')).toBe(61);
    expect(months((file) => (file.decays.YR3.steps[2].untilMonth = 62), 'recall.ordered')).toBe(62);
    expect(months((file) => (indicatorOf(file, 'R07').residual.months = 63), 'abnormal.listing')).toBe(63);
    expect(months((file) => (indicatorOf(file, 'R11').afterMonths = 64), 'abnormal.listing')).toBe(64);
    expect(months((file) => (file.facts['licence.revocation'].publicityMonths = 65), 'licence.revocation')).toBe(65);
    expect(months((file) => (file.evidence.months = 66), 'tax.arrears')).toBe(66);
    expect(months((file) => (file.evidence.months = 66), 'derived.branches-d')).toBe(0);
    expect(months((file) => (indicatorOf(file, 'D06').months = 64), 'social-insurance.snapshot')).toBe(67);
    expect(months((file) => (file.directDeterminations[3].when[0].withinMonths = 68), 'accident.responsibility')).toBe(
      68,
    );
    expect(months((file) => (file.warnings[6].when.newlyMet.count.days = 1960), 'penalty.decision')).toBe(70);
  });
});
