import type { AttributeValue, CodeTables, DecisionTable, FactRecord, Predicate } from '../index.ts';
import { day, every, fact, indicator, points, rules, scoreOf } from '../small-rule-set.spec-support.ts';

type Attributes = Record<string, AttributeValue>;

/** Whether one fact of a type is selected by predicates. */
function selects(
  where: readonly Predicate[],
  factType: string,
  attributes: Attributes,
  own: Partial<FactRecord> = {},
): boolean {
  const active = rules({ indicators: [indicator('I', points(factType, 1_000, { where }))] });
  return scoreOf([fact('1', factType, day(0), attributes, own)], day(1), active) > 0;
}

describe('a predicate', () => {
  const penalty = (where: Predicate, attributes: Attributes): boolean =>
    selects([where], 'penalty.decision', attributes);

  it('in: the value is one of these', () => {
    const where: Predicate = { kind: 'in', attribute: 'procedure', values: ['SIMPLE', 'FAST'] };
    const held = ['SIMPLE', 'FAST', 'ORDINARY', null].map((procedure) => penalty(where, { procedure }));
    expect(held).toEqual([true, true, false, false]);
    expect(penalty(where, {})).toBe(false);
  });

  it('anyOf and onlyOf: a list holds one of these, or is not empty and holds nothing else', () => {
    const lists: AttributeValue[] = [['A'], ['B', 'A'], ['B'], [], null, 'A'];
    const tried = (kind: 'anyOf' | 'onlyOf'): boolean[] =>
      lists.map((penaltyKinds) => penalty({ kind, attribute: 'penaltyKinds', values: ['A'] }, { penaltyKinds }));
    expect(tried('anyOf')).toEqual([true, true, false, false, false, false]);
    expect(tried('onlyOf')).toEqual([true, false, false, false, false, false]);
  });

  it('prefix: a text begins with one of these', () => {
    const where: Predicate = { kind: 'prefix', attribute: 'violationType', prefixes: ['甲', '乙丙'] };
    const held = ['甲', '甲乙', '乙丙丁', '乙', '丁甲', null, 7].map((violationType) =>
      penalty(where, { violationType }),
    );
    expect(held).toEqual([true, true, true, false, false, false, false]);
  });

  it('range: the sum of the numbers that are there lies in it, half-open, with or without limits', () => {
    const attributes = ['fineFen', 'confiscatedFen'];
    const range = (from: number | null, below: number | null, ...sums: Attributes[]): boolean[] =>
      sums.map((amounts) => penalty({ kind: 'range', attributes, from, below }, amounts));
    const amounts = [
      { fineFen: 9 },
      { fineFen: 10 },
      { fineFen: 5, confiscatedFen: 5 },
      { fineFen: 19 },
      { fineFen: 20 },
    ];
    expect(range(10, 20, ...amounts)).toEqual([false, true, true, true, false]);
    expect(range(null, 20, ...amounts, {})).toEqual([true, true, true, true, false, true]);
    expect(range(10, null, ...amounts, {})).toEqual([false, true, true, true, true, false]);
    expect(range(0, 1, { fineFen: '5' })).toEqual([true]);
  });

  it('code: the value is one of these codes of one code system', () => {
    const where: Predicate = { kind: 'code', attribute: 'reasonCode', system: 's', values: ['1', '2'] };
    const held = (reasonCode: string | null, codeSystem: string | null): boolean =>
      selects([where], 'abnormal.listing', { reasonCode }, { codeSystem });
    expect([held('1', 's'), held('2', 's'), held('3', 's'), held('1', 't'), held('1', null)]).toEqual([
      ...[true, true, false, false, false],
    ]);
  });

  it('share: one amount is at most a share of another that is above 0', () => {
    const where: Predicate = { kind: 'share', attribute: 'fineFen', of: 'confiscatedFen', atMostPerMille: 500 };
    const held = (fineFen: AttributeValue, confiscatedFen: AttributeValue): boolean =>
      penalty(where, { fineFen, confiscatedFen });
    expect([held(5, 10), held(6, 10), held(0, 1), held(0, 0), held(-1, -1)]).toEqual([true, false, true, false, false]);
    expect([held(null, 10), held(5, null), held('5', 10), held(5, '10')]).toEqual([false, false, false, false]);
  });

  it('sameAs: equals the attribute of the enterprise, or one of the two is not known', () => {
    const where: Predicate = {
      kind: 'sameAs',
      attribute: 'legalRepresentativeKey',
      enterprise: 'legalRepresentativeKey',
    };
    const active = rules({ indicators: [indicator('I', points('enterprise.change', 1_000, { where: [where] }))] });
    const held = (known: string | null, stated: string | null): boolean => {
      const registered = fact('2', 'enterprise.registration', day(-1), { legalRepresentativeKey: known });
      const change = fact('1', 'enterprise.change', day(-2), { legalRepresentativeKey: stated });
      return scoreOf([registered, change], day(1), active) > 0;
    };
    expect([held('a', 'a'), held('a', 'b'), held('a', null), held(null, 'b'), held(null, null)]).toEqual([
      ...[true, false, true, true, true],
    ]);
  });

  it('sameAs: with others of its kind, or of another, all must hold', () => {
    const same = (attribute: string): Predicate => ({ kind: 'sameAs', attribute, enterprise: attribute });
    const kind: Predicate = { kind: 'in', attribute: 'changeKind', values: ['MOVE'] };
    const where = [same('town'), kind, same('legalRepresentativeKey')];
    const active = rules({ indicators: [indicator('I', points('enterprise.change', 1_000, { where }))] });
    const registered = fact('2', 'enterprise.registration', day(0), { town: 't', legalRepresentativeKey: 'k' });
    const held = (attributes: Attributes): boolean =>
      scoreOf([registered, fact('1', 'enterprise.change', day(-1), attributes)], day(1), active) > 0;
    const whole = { town: 't', changeKind: 'MOVE', legalRepresentativeKey: 'k' };
    expect(held(whole)).toBe(true);
    for (const other of Object.keys(whole)) expect(held({ ...whole, [other]: 'other' })).toBe(false);
  });

  it('must hold with all others of its selection', () => {
    const where: Predicate[] = [
      { kind: 'in', attribute: 'procedure', values: ['SIMPLE'] },
      { kind: 'range', attributes: ['fineFen'], from: 1, below: null },
      { kind: 'prefix', attribute: 'violationType', prefixes: ['甲'] },
    ];
    const whole = { procedure: 'SIMPLE', fineFen: 1, violationType: '甲' };
    expect(selects(where, 'penalty.decision', whole)).toBe(true);
    for (const missing of Object.keys(whole)) {
      expect(selects(where, 'penalty.decision', { ...whole, [missing]: null })).toBe(false);
    }
  });
});

/** The class of one fact, told by the points of the indicator that scores it. */
function classOf(
  classification: DecisionTable | CodeTables,
  at: number,
  attributes: Attributes,
  codeSystem = 's',
): string {
  const { classes, factType } = classification;
  const active = rules({
    groups: [{ code: 'G', name: { zh: '', en: '' }, cap: 90_000 }],
    classifications: [classification],
    indicators: classes.map((outcome, place) => indicator(`I${place}`, points(factType, place + 1, { outcome }))),
  });
  const score = scoreOf([fact('1', factType, at, attributes, { codeSystem })], at, active);
  return score === 0 ? '' : (classes[score - 1] as string);
}

describe('a decision table', () => {
  const row = (
    procedure: string,
    result: string,
    from: number | null = null,
    to: number | null = null,
  ): DecisionTable['rows'][number] => ({
    ...{ from, to, result },
    where: procedure === '' ? [] : [{ kind: 'in', attribute: 'procedure', values: [procedure] }],
  });
  const frame = {
    form: 'decisionTable',
    name: 's',
    factType: 'penalty.decision',
    classes: ['MILD', 'MIDDLE', 'GRAVE'],
  } as const;
  const table = (rows: DecisionTable['rows'], raises: DecisionTable['rows'] = []): DecisionTable => ({
    ...frame,
    rows,
    raises,
  });

  it('gives the class of the first row that holds, and none without one', () => {
    const first = table([row('SIMPLE', 'MILD'), row('SIMPLE', 'GRAVE'), row('FAST', 'MIDDLE')]);
    expect(['SIMPLE', 'FAST', 'OTHER'].map((procedure) => classOf(first, day(0), { procedure }))).toEqual([
      ...['MILD', 'MIDDLE', ''],
    ]);
    expect(classOf(table([row('SIMPLE', 'MILD'), row('', 'GRAVE')]), day(0), {})).toBe('GRAVE');
  });

  it('reads a row only inside its validity, half-open, judged by the start of the fact', () => {
    const dated = table([row('', 'MILD', day(0), day(5)), row('', 'GRAVE')]);
    const classes = [day(0) - 1, day(0), day(5) - 1, day(5)].map((at) => classOf(dated, at, {}));
    expect(classes).toEqual(['GRAVE', 'MILD', 'MILD', 'GRAVE']);
  });

  it('raises a class, never lowers it, and raises what no row classes', () => {
    const rows = [row('SIMPLE', 'MILD'), row('FAST', 'GRAVE')];
    const raised = table(rows, [row('', 'MIDDLE')]);
    expect(['SIMPLE', 'FAST', 'OTHER'].map((procedure) => classOf(raised, day(0), { procedure }))).toEqual([
      ...['MIDDLE', 'GRAVE', 'MIDDLE'],
    ]);
    expect(classOf(table(rows, [row('', 'GRAVE'), row('', 'MIDDLE')]), day(0), { procedure: 'SIMPLE' })).toBe('GRAVE');
    expect(classOf(table(rows, [row('X', 'GRAVE')]), day(0), { procedure: 'SIMPLE' })).toBe('MILD');
    expect(classOf(table(rows, [row('', 'GRAVE', day(1))]), day(0), { procedure: 'SIMPLE' })).toBe('MILD');
  });
});

describe('code tables', () => {
  const tables = (ranks: CodeTables['ranks']): CodeTables => ({
    ...{ form: 'codeTables', name: 'o', factType: 'inspection.result', classes: ['X', 'Y', 'Z'], attribute: 'codes' },
    ...{ systems: { s: { '1': 'X', '2': 'Y', '3': 'Z' }, t: { '1': 'Z' } }, ranks },
  });
  const of = (codes: AttributeValue, ranks: CodeTables['ranks'] = [1, 3, 2], system = 's'): string =>
    classOf(tables(ranks), day(0), { codes }, system);

  it('read a code only in its own system', () => {
    expect([of(['1']), of(['1'], undefined, 't'), of(['2'], undefined, 't'), of(['1'], undefined, 'u')]).toEqual([
      ...['X', 'Z', '', ''],
    ]);
    expect([of(['9']), of([]), of(null), of('1')]).toEqual(['', '', '', '']);
  });

  it('give of several codes the class of the greatest rank, of equal ranks the first, the neutral one last', () => {
    expect([of(['1', '2', '3']), of(['3', '1']), of(['1', '3']), of(['9', '3'])]).toEqual(['Y', 'Z', 'Z', 'Z']);
    const equal = [2, 2, 2];
    expect([of(['3', '2'], equal), of(['2', '3'], equal), of(['3', '1'], equal)]).toEqual(['Y', 'Y', 'X']);
    const neutral = [null, -5, null];
    expect([of(['1', '2'], neutral), of(['2', '1'], neutral), of(['3', '1'], neutral)]).toEqual(['Y', 'Y', 'X']);
  });
});

it('facts of one class are selected by it, and facts of any class by none', () => {
  const classification: CodeTables = {
    ...{ form: 'codeTables', name: 'o', factType: 'inspection.result', classes: ['X', 'Y'], attribute: 'codes' },
    ...{ systems: { s: { '1': 'X', '2': 'Y' } }, ranks: [1, 2] },
  };
  const inspected = (code: string): FactRecord =>
    fact('1', 'inspection.result', day(0), { codes: [code] }, { codeSystem: 's' });
  const active = rules({
    classifications: [classification],
    indicators: [
      indicator('I', points('inspection.result', 1)),
      indicator('J', points('inspection.result', 10, { outcome: 'X' })),
      indicator('K', points('inspection.result', 100, { outcome: 'Y' })),
      indicator('L', { form: 'facts', select: every('tax.arrears'), points: 1_000, decay: null }),
    ],
  });
  expect(['1', '2', '3'].map((code) => scoreOf([inspected(code)], day(0), active))).toEqual([11, 101, 1]);
});
