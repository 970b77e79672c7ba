import type { RuleSetReleaseStep } from './generated/records.ts';
import { brokenReleaseChain, chainReleaseStep } from './release-chain.ts';
import type { ReleaseStatement } from './release-chain.ts';

const stated: ReleaseStatement = {
  ruleSetId: 'general',
  version: '2.0.0',
  schemeId: 'general',
  sha256: 'a'.repeat(64),
  step: 'CHECKED',
  by: 'a.li',
  at: Date.UTC(2026, 10, 2),
  note: '',
  activationId: null,
  previous: null,
  dryRun: null,
};
const kinds = ['CHECKED', 'DRY_RUN', 'PROPOSED', 'APPROVED', 'ACTIVATED'] as const;
const chain = kinds.reduce<readonly RuleSetReleaseStep[]>(
  (steps, step, place) => [...steps, chainReleaseStep({ ...stated, step, at: stated.at + place }, steps.at(-1))],
  [],
);
const at = (place: number): RuleSetReleaseStep => chain[place] as RuleSetReleaseStep;
const without = (place: number) => chain.filter((_, other) => other !== place);

describe('the chain of release steps', () => {
  it('holds as it was written, also from no step at all and with a step repeated after a lost answer', () => {
    expect(brokenReleaseChain(chain)).toBeUndefined();
    expect(brokenReleaseChain([])).toBeUndefined();
    expect(brokenReleaseChain([at(0), at(1), at(1), ...chain.slice(2)])).toBeUndefined();
  });

  it('gives the same statement behind the same step the same id and hash', () => {
    expect(chainReleaseStep({ ...stated, step: 'DRY_RUN', at: stated.at + 1 }, at(0))).toEqual(at(1));
    expect(chainReleaseStep({ ...at(0), step: 'DRY_RUN', at: stated.at + 1 }, at(0))).toEqual(at(1));
    expect(at(0).stepId).toMatch(/^[0-9a-f]{32}$/);
    expect(at(0).hash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(chain.map(({ stepId }) => stepId)).size).toBe(chain.length);
  });

  it('does not depend on the order in which a decoder gives the fields', () => {
    const turned = chain.map((step) => Object.fromEntries(Object.entries(step).reverse()) as typeof step);
    expect(brokenReleaseChain(turned)).toBeUndefined();
  });

  it.each(Object.keys(chain[0] as object).filter((field) => field !== 'hash'))('shows that %s was changed', (field) => {
    const changed = { ...at(3), [field]: field === 'at' ? 1 : 'REJECTED' };
    expect(brokenReleaseChain([...chain.slice(0, 3), changed, at(4)])).toMatch(/was changed after it was written/);
  });

  it('shows a step that was dropped, moved, inserted or written anew', () => {
    expect(brokenReleaseChain(without(2))).toMatch(/APPROVED of general@2.0.0 .*does not follow DRY_RUN/);
    expect(brokenReleaseChain(without(0))).toMatch(/DRY_RUN .*the beginning was dropped/);
    expect(brokenReleaseChain([at(0), at(2), at(1), at(3), at(4)])).toMatch(/PROPOSED .*does not follow CHECKED/);
    const forged = chainReleaseStep({ ...stated, step: 'APPROVED', by: 'c.liu' }, at(2));
    expect(brokenReleaseChain([...chain.slice(0, 3), forged, at(4)])).toMatch(/ACTIVATED .*does not follow APPROVED/);
    expect(brokenReleaseChain([...chain.slice(0, 3), forged, at(3), at(4)])).toMatch(/APPROVED .*does not follow/);
  });
});
