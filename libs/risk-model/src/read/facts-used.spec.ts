import { FACT_TYPES } from '../facts.ts';
import { readRuleSet } from './read-rule-set.ts';
import { faultsOf, fileOf, indicatorOf, placed } from './rule-set-files.spec-support.ts';
import type { File } from './rule-set-files.spec-support.ts';

function faultsWith(change: (file: File) => unknown, name = 'general@2.0.0'): string[] {
  const file = fileOf(name);
  change(file);
  return faultsOf(file);
}

describe('the facts that a file declares', () => {
  it('are all that its rules read, where they are read first', () => {
    const undeclared = 'and not declared; name it among the facts used';
    expect(faultsWith((file) => delete file.facts['penalty.decision'])).toEqual([
      `facts.penalty.decision: is read at classifications.severity.fact ${undeclared}`,
    ]);
    const first = placed(fileOf('general@2.0.0'), 'B01.attribute');
    expect(faultsWith((file) => delete file.facts['enterprise.change'])).toEqual([
      `facts.enterprise.change: is read at ${first} ${undeclared}`,
    ]);
    expect(faultsWith((file) => delete file.facts['override.class'])).toEqual([
      `facts.override.class: is read at overrides ${undeclared}`,
    ]);
  });

  it('are no others', () => {
    expect(faultsWith((file) => (file.facts['own.type'] = {}))).toEqual([
      `facts.own.type: own.type is no fact type of the model; expected one of ${FACT_TYPES.join(', ')}`,
    ]);
    expect(faultsWith((file) => delete file.overrides)).toEqual([
      'facts.override.class: is declared and no rule reads it; take it out',
    ]);
  });

  it('are not asked for where a rule reads a type that does not exist', () => {
    const reads = { fact: 'own.type', where: [{ attribute: 'own', is: ['x'] }] };
    expect(faultsWith((file) => Object.assign(indicatorOf(file, 'S02'), reads))).toEqual([
      `${placed(fileOf('general@2.0.0'), 'S02.fact')}: own.type is not known; expected one of ${FACT_TYPES.join(', ')}`,
      'facts.report.verified: is declared and no rule reads it; take it out',
    ]);
  });

  it('may be published for so long by class, each class once', () => {
    const published = (months: unknown): string[] =>
      faultsWith((file) => (file.facts['penalty.decision'].publicityMonths = months));
    expect(published({ MINOR: 1, GENERAL: 1, SERIOUS: 1 })).toEqual([]);
    expect(published({ MINOR: 1, GENERAL: 0 })).toEqual([
      'facts.penalty.decision.publicityMonths.GENERAL: a whole number of at least 1 is expected',
      'facts.penalty.decision.publicityMonths.SERIOUS: a whole number of at least 1 is expected',
    ]);
    expect(published({ MINOR: 1, GENERAL: 1, SERIOUS: 1, GRAVE: 1 })).toEqual([
      'facts.penalty.decision.publicityMonths.GRAVE: unknown key; expected one of MINOR, GENERAL, SERIOUS',
    ]);
    expect(published(0)).toEqual(['facts.penalty.decision.publicityMonths: a whole number of at least 1 is expected']);
  });

  it('say how they begin and end', () => {
    const use = (type: string): unknown =>
      readRuleSet(fileOf('general@2.0.0')).facts.find((item) => item.type === type);
    const plain = { startsAt: null, expiresAt: null, completedOn: null, publicityEnd: null, publicityMonths: null };
    expect(use('licence.grant')).toEqual({
      ...{ type: 'licence.grant', lifetime: { ...plain, startsAt: 'validFrom', expiresAt: 'validTo' } },
      keepMonths: null,
    });
    expect(use('order.stop-production')).toEqual({
      type: 'order.stop-production',
      lifetime: { ...plain, expiresAt: 'until', completedOn: 'LIFTED', publicityMonths: 36 },
      keepMonths: 48,
    });
    expect(use('penalty.decision')).toMatchObject({
      lifetime: { publicityEnd: 'publicityEnd', publicityMonths: { MINOR: 3, GENERAL: 12, SERIOUS: 36 } },
    });
  });
});

describe('the lifetimes of an older file', () => {
  const older = 'general@1.0.0';

  it('say nothing of how long facts are kept', () => {
    const kept = faultsWith((file) => (file.lifetimes['penalty.decision'].keepMonths = 60), older);
    expect(kept).toEqual([
      'lifetimes.penalty.decision.keepMonths: unknown key; expected one of startsAt, expiresAt, completedOn, ' +
        'publicityEnd, publicityMonths, label, basis',
    ]);
  });

  it('stand before the types that live without one, each type once', () => {
    const { facts } = readRuleSet(fileOf(older));
    const types = facts.map(({ type }) => type);
    expect(types.slice(0, 1)).toEqual(Object.keys(fileOf(older).lifetimes).slice(0, 1));
    expect(new Set(types).size).toBe(types.length);
    expect(facts.every(({ keepMonths }) => keepMonths === null)).toBe(true);
    expect(faultsWith((file) => delete file.lifetimes, older)).toEqual([]);
  });
});
