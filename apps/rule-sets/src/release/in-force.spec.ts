import { allActivations, inForceOf, type Activation } from './in-force.ts';
import { ACTIVATED, AT, chainOf } from './steps.fixture.ts';

const OPENING: Activation = {
  activationId: 'opening',
  ruleSet: 'general@1.0.0',
  schemeId: 'general',
  sha256: 'b'.repeat(64),
  at: AT - 1,
  retired: false,
};

describe('what is in force', () => {
  it('is known from the steps before the warehouse has it, and counted once when it has', () => {
    const steps = chainOf(ACTIVATED);
    const behind = allActivations([OPENING], steps);
    expect(inForceOf(behind).get('general')?.ruleSet).toBe('general@2.0.0');
    expect(allActivations(behind, steps)).toEqual(behind);
  });

  it('is nothing in a scheme that was retired last', () => {
    const steps = chainOf(ACTIVATED, { ...ACTIVATED, step: 'RETIRED', activationId: 'f2', at: AT + 1 });
    expect(inForceOf(allActivations([OPENING], steps)).size).toBe(0);
  });
});
