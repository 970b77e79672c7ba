import type { Condition, RuleSetDefinition } from '../rule-set/definition.ts';
import { faultsIn, fileOf } from './rule-set-files.spec-support.ts';
import { readRuleSet } from './read-rule-set.ts';
import { orderSchemes } from './scheme-order.ts';

const GENERAL = readRuleSet(fileOf('general@2.0.0'));

function scheme(id: string, base: string, appliesTo: Condition | null = null): RuleSetDefinition {
  const own = { id, kind: 'specialised', department: id, field: id, base, takesBase: false } as const;
  return { ...GENERAL, id, version: '1.0.0', scheme: own, appliesTo };
}

function reads(id: string): Condition {
  return { kind: 'not', of: { kind: 'all', of: [{ kind: 'schemeClass', scheme: id, classes: ['D'] }] } };
}

const idsOf = (definitions: readonly RuleSetDefinition[]): string[] => orderSchemes(definitions).map(({ id }) => id);

describe('schemes that act together', () => {
  it('come after those whose class they read, whatever order they are given in', () => {
    const one = scheme('one', 'general', reads('two'));
    const two = scheme('two', 'general');
    expect(idsOf([one, GENERAL, two])).toEqual(['general', 'two', 'one']);
    expect(idsOf([two, one, GENERAL])).toEqual(['general', 'two', 'one']);
    expect(idsOf([])).toEqual([]);
  });

  it.each(['indicator', 'floor', 'warning'])('are read by an %s too', (kind) => {
    const [indicator] = readRuleSet(fileOf('food-production@1.0.0')).indicators.filter(({ code }) => code === 'FG1');
    const first = GENERAL.conditions[0];
    const warning = GENERAL.warnings[0];
    if (indicator === undefined || first === undefined || warning === undefined)
      throw new Error('the file has changed');
    const plain = { ...scheme('one', 'other'), scheme: { ...scheme('one', 'other').scheme, base: null } };
    const reading = {
      indicator: { ...plain, indicators: [indicator] },
      floor: { ...plain, conditions: [{ ...first, when: reads('general') }] },
      warning: {
        ...plain,
        warnings: [{ ...warning, when: { kind: 'NEWLY_MET', condition: reads('general') } as const }],
      },
    }[kind];
    expect(idsOf([reading as RuleSetDefinition, GENERAL])).toEqual(['general', 'one']);
  });

  it('are refused when they read each other in a circle, which is named', () => {
    const circle = [scheme('one', 'general', reads('two')), scheme('two', 'general', reads('three'))];
    expect(faultsIn(() => orderSchemes([GENERAL, ...circle, scheme('three', 'one')]))).toEqual([
      'three@1.0.0: scheme.base: a cycle of schemes: one → two → three → one',
    ]);
  });

  it('are refused when some that another reads are in a circle, which is named without the other', () => {
    const circle = [scheme('two', 'three'), scheme('three', 'two')];
    expect(faultsIn(() => orderSchemes([scheme('one', 'two'), ...circle]))).toEqual([
      'three@1.0.0: scheme.base: a cycle of schemes: two → three → two',
    ]);
  });

  it('are refused when one is not there, wherever it is read', () => {
    const [part] = readRuleSet(fileOf('food-production@1.0.0')).indicators.slice(-1);
    const [condition, warning] = [GENERAL.conditions[0], GENERAL.warnings[0]];
    if (part === undefined || condition === undefined || warning === undefined) throw new Error('the file has changed');
    const one = {
      ...scheme('one', 'one'),
      scheme: { ...scheme('one', 'one').scheme, base: null },
      indicators: [part],
      conditions: [{ ...condition, when: reads('two') }],
      warnings: [{ ...warning, when: { kind: 'NEWLY_MET', condition: reads('three') } as const }],
    };
    const missing = (id: string): string => `the scheme ${id} is not there; its rule set is expected too`;
    expect(faultsIn(() => orderSchemes([one]))).toEqual([
      `one@1.0.0: indicators FG1: ${missing('general')}`,
      `one@1.0.0: conditions X01: ${missing('two')}`,
      `one@1.0.0: warnings direct-determination: ${missing('three')}`,
    ]);
  });

  it('are refused when one is not there', () => {
    expect(faultsIn(() => orderSchemes([scheme('one', 'general', reads('two'))]))).toEqual([
      'one@1.0.0: scheme.base: the scheme general is not there; its rule set is expected too',
      'one@1.0.0: appliesTo: the scheme two is not there; its rule set is expected too',
    ]);
  });

  it('are refused when one has two rule sets', () => {
    expect(faultsIn(() => orderSchemes([GENERAL, readRuleSet(fileOf('general@1.0.0'))]))).toEqual([
      'general@1.0.0: scheme: general is the scheme of general@2.0.0 too; one rule set is expected',
    ]);
  });
});
