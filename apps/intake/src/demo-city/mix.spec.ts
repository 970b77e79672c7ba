import { activeRuleSets, readRuleSetFolder } from '#libs/rule-set-files';
import { RULE_SETS_FOLDER } from '../default-opening.ts';
import { mixOf } from './mix.ts';

describe('the mix of classes of the demonstration city', () => {
  test('is near the published distributions under the first general rule set', () => {
    const until = Date.parse('2026-11-20T10:00:00+08:00');
    const active = activeRuleSets(readRuleSetFolder(RULE_SETS_FOLDER), ['general@1.0.0']);
    const { scored, classes, direct } = mixOf({ enterprises: 2_500, years: 3, seed: 42, until }, active);
    const share = (count: number): number => (100 * count) / scored;
    expect(share(classes.A)).toBeGreaterThan(78);
    expect(share(classes.A)).toBeLessThan(92);
    expect(share(classes.B)).toBeGreaterThan(5);
    expect(share(classes.C)).toBeGreaterThan(2);
    expect(share(classes.C)).toBeLessThan(6);
    expect(share(classes.D)).toBeGreaterThan(0.5);
    expect(share(classes.D)).toBeLessThan(2);
    expect(share(direct)).toBeGreaterThan(0.3);
    expect(share(direct)).toBeLessThan(1.2);
  });
});
