import { compileDefinition } from './compile-rule-set.ts';
import { definition, indicator, points } from '../small-rule-set.spec-support.ts';

describe('a definition that no reader has checked', () => {
  it('is refused by the first fact type that the model does not know', () => {
    const unknown = definition({ indicators: [indicator('I', points('tax.arears', 1))] });
    expect(() => compileDefinition(unknown)).toThrow('tax.arears is no fact type of the model');
  });

  it('is refused by the first attribute that its fact type does not have', () => {
    const where = [{ kind: 'in', attribute: 'fine', values: [1] }] as const;
    const unknown = definition({ indicators: [indicator('I', points('penalty.decision', 1, { where }))] });
    expect(() => compileDefinition(unknown)).toThrow('fine is no attribute of penalty.decision');
  });
});
