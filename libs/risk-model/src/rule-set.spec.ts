import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { activate, assess, compileRuleSet, midnight, RuleSetError } from './index.ts';
import type { AttributeValue, CompiledRuleSet, FactRecord } from './index.ts';
import { finePoints } from './naive-supervision.spec-support.ts';

const TEXT = readFileSync('schemas/rule-sets/general@1.0.0.yaml', 'utf8');

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a file to be broken in any place */
type File = any;

/** The default rule set with something changed. */
function changed(change: (file: File) => void): unknown {
  const file: File = parse(TEXT);
  change(file);
  return file;
}

function faultsOf(file: unknown): string[] {
  try {
    compileRuleSet(file);
  } catch (error) {
    if (error instanceof RuleSetError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

function indicator(file: File, code: string): File {
  return file.indicators.find((item: File) => item.code === code);
}

describe('the default rule set', () => {
  const rules = compileRuleSet(parse(TEXT));

  it('is accepted and knows who it is', () => {
    expect(rules).toMatchObject({ id: 'general', version: '1.0.0', identity: 'general@1.0.0', schemeId: 'general' });
  });

  it('has the indicators of attributes, penalties, listings and inspections', () => {
    const codes = parse(TEXT).indicators.map((item: File) => item.code);
    const numbered = Array.from({ length: 16 }, (_, place) => `R${String(place + 1).padStart(2, '0')}`);
    expect(codes).toEqual(['B01', 'B02', 'B03', ...numbered, 'S02', 'S04']);
  });

  it('prices fines exactly as the whole-number formula does, at each step and one fen before it', () => {
    const { steps } = indicator(parse(TEXT), 'R05');
    expect(steps).toHaveLength(20);
    for (const { from, points } of steps) {
      expect(finePoints(from)).toBe(points);
      expect(finePoints(from - 1)).toBe(points - 1);
      expect(pointsOfFine(rules, from)).toBe(1000 * points);
      expect(pointsOfFine(rules, from - 1)).toBe(1000 * (points - 1));
    }
    expect(pointsOfFine(rules, 10 ** 13)).toBe(20_000);
  });
});

const JANUARY = midnight(2026, 1, 10);

function fact(
  factType: string,
  attributes: Record<string, AttributeValue>,
  codeSystem: string | null = null,
): FactRecord {
  const ids = { factId: 'a'.repeat(32), register: 'CONTENT', revision: 1, tieBreak: '0'.repeat(32) } as const;
  const times = { occurredAt: JANUARY, effectiveAt: null, publishedAt: null };
  return { ...ids, ...times, factType, caseNumber: null, codeSystem, attributes };
}

function groupPoints(rules: CompiledRuleSet, record: FactRecord, asOf = JANUARY): number {
  return assess(undefined, { kind: 'fact', record }, asOf, activate([rules])).results[0]?.groups['REG'] as number;
}

function pointsOfFine(rules: CompiledRuleSet, fineFen: number): number {
  const attributes = { penaltyKinds: ['WARNING'], procedure: 'SIMPLE', fineFen, confiscatedFen: 0 };
  const heavy = fineFen >= 50_000_000 ? 90_000 : 15_000;
  return groupPoints(rules, fact('penalty.decision', attributes)) - heavy;
}

describe('severity of a penalty (轻微、一般、严重)', () => {
  const rules = compileRuleSet(parse(TEXT));
  const POINTS = { MINOR: 15_000, GENERAL: 40_000, SERIOUS: 90_000 };

  it.each([
    ['a warning', ['WARNING'], 'ORDINARY', 0, 'MINOR'],
    ['a criticism by circular', ['CRITICISM'], 'ORDINARY', 0, 'MINOR'],
    ['a warning and a criticism', ['WARNING', 'CRITICISM'], 'ORDINARY', 0, 'MINOR'],
    ['a small fine by the simple procedure', ['FINE'], 'SIMPLE', 20_000, 'MINOR'],
    ['a warning with a fine', ['WARNING', 'FINE'], 'ORDINARY', 100_000, 'GENERAL'],
    ['a fine', ['FINE'], 'ORDINARY', 100_000, 'GENERAL'],
    ['confiscation', ['CONFISCATE_GOODS'], 'ORDINARY', 0, 'GENERAL'],
    ['some other penalty', ['OTHER'], 'ORDINARY', 0, 'GENERAL'],
    ['no kind named', [], 'ORDINARY', 0, 'GENERAL'],
    ['a licence suspended', ['SUSPEND_LICENCE'], 'ORDINARY', 0, 'SERIOUS'],
    ['a job ban', ['RESTRICT_EMPLOYMENT'], 'SIMPLE', 0, 'SERIOUS'],
    ['detention', ['FINE', 'DETENTION'], 'ORDINARY', 0, 'SERIOUS'],
  ])('%s is of the class that the table says', (_, penaltyKinds, procedure, fineFen, severity) => {
    const record = fact('penalty.decision', { penaltyKinds, procedure, fineFen, confiscatedFen: 0 });
    expect(groupPoints(rules, record)).toBe(POINTS[severity as keyof typeof POINTS]);
  });

  it('is serious from 500,000 RMB of fine and confiscation together', () => {
    const kinds = { penaltyKinds: ['FINE', 'CONFISCATE_INCOME'], procedure: 'ORDINARY' };
    const below = fact('penalty.decision', { ...kinds, fineFen: 30_000_000, confiscatedFen: 19_999_999 });
    const at = fact('penalty.decision', { ...kinds, fineFen: 30_000_000, confiscatedFen: 20_000_000 });
    expect(groupPoints(rules, below)).toBe(40_000 + 8_000);
    expect(groupPoints(rules, at)).toBe(90_000 + 8_000);
  });

  it('is raised, never lowered, by the violation type, and only inside the validity of the row', () => {
    const raises = [
      {
        when: [{ attribute: 'violationType', is: ['假药'] }],
        atLeast: 'SERIOUS',
        validFrom: '2026-01-10',
        validTo: '2026-02-01',
      },
      { when: [{ attribute: 'violationType', is: ['未明码标价'] }], atLeast: 'MINOR' },
    ];
    const raising = compileRuleSet(changed((file) => (file.classifications.severity.raises = raises)));
    const of = (violationType: string, rest: Partial<FactRecord> = {}): FactRecord => ({
      ...fact('penalty.decision', { violationType, penaltyKinds: ['FINE'], procedure: 'ORDINARY', fineFen: 100 }),
      ...rest,
    });
    expect(groupPoints(raising, of('假药'))).toBe(90_000);
    expect(groupPoints(raising, of('未明码标价'))).toBe(40_000);
    expect(groupPoints(raising, of('假药', { occurredAt: midnight(2026, 1, 9) }))).toBe(40_000);
    expect(groupPoints(raising, of('假药', { occurredAt: midnight(2026, 2, 1) }), midnight(2026, 2, 1))).toBe(40_000);
  });
});

describe('decay', () => {
  const rules = compileRuleSet(parse(TEXT));
  const refused = fact('inspection.result', { codes: ['8'] }, 'gsxt-inspection-v2');
  const problem = fact('inspection.result', { codes: ['B'] }, 'gsxt-inspection-v2');

  it.each([
    ['refused', refused, midnight(2026, 1, 10), 80_000],
    ['refused', refused, midnight(2027, 1, 10) - 1, 80_000],
    ['refused', refused, midnight(2027, 1, 10), 60_000],
    ['refused', refused, midnight(2028, 1, 10), 40_000],
    ['refused', refused, midnight(2029, 1, 10) - 1, 40_000],
    ['refused', refused, midnight(2029, 1, 10), 0],
    ['a problem', problem, midnight(2026, 7, 10) - 1, 30_000],
    ['a problem', problem, midnight(2026, 7, 10), 20_100],
    ['a problem', problem, midnight(2027, 1, 10), 9_900],
    ['a problem', problem, midnight(2028, 1, 10), 0],
  ])('%s weighs by year or half year (case %#)', (_, record, asOf, points) => {
    expect(groupPoints(rules, record, asOf)).toBe(points);
  });
});

describe('result codes', () => {
  const rules = compileRuleSet(parse(TEXT));

  it.each([
    ['gsxt-inspection-v2', ['6'], 60_000],
    ['gsxt-inspection-v1', ['6'], 80_000],
    ['gd-inspection', ['6'], 30_000],
    ['gsxt-inspection-v2', ['B', 'E'], 30_000],
    ['gsxt-inspection-v2', ['E', '6', '8'], 80_000],
    ['gsxt-inspection-v2', ['7', 'E'], 10_000],
    ['gsxt-inspection-v2', ['9'], 0],
    ['gsxt-inspection-v2', ['?'], 0],
    ['no-such-system', ['8'], 0],
    ['chicago-food-1', ['PASS_CONDITIONS'], 10_000],
  ])('%s %j scores the worst of its own table only', (codeSystem, codes, points) => {
    expect(groupPoints(rules, fact('inspection.result', { codes }, codeSystem))).toBe(points);
  });
});

describe('a wrong rule set is refused', () => {
  it.each<[string, (file: File) => void, string]>([
    [
      'a gap between bands',
      (file) => (file.bands.list[1].from = 41),
      'bands.list[1].from: leaves a gap of 1 points before it',
    ],
    [
      'bands that overlap',
      (file) => (file.bands.list[2].from = 90),
      'bands.list[2].from: overlaps the band before it by 10 points',
    ],
    [
      'an empty band',
      (file) => (file.bands.list[0].to = 0),
      'bands.list[0]: the band is empty: to must be greater than from',
    ],
    [
      'bands below the scale',
      (file) => (file.bands.list[3].to = 900),
      'bands.list: the last band must end above the scale',
    ],
    [
      'bands out of order',
      (file) => file.bands.list.reverse(),
      'bands.list: the bands A, B, C and D are expected, in this order',
    ],
    [
      'a group that is not declared',
      (file) => (indicator(file, 'R01').group = 'XYZ'),
      'indicators[3].group: XYZ is not known; expected one of BASE, DYN, REG, ASC, SOC',
    ],
    [
      'a cap below one fact',
      (file) => (indicator(file, 'R03').cap = 80),
      'indicators[5].cap: the cap is smaller than what a single fact or value brings (90)',
    ],
    [
      'a cap above its group',
      (file) => (indicator(file, 'R03').cap = 500),
      'indicators[5].cap: the cap exceeds the cap of group REG',
    ],
    [
      'a decay that rises',
      (file) => (file.decays.YR2.steps[1].perMille = 1001),
      'decays.YR2.steps[1].perMille: the decay rises; a weight may only fall',
    ],
    [
      'a decay out of order',
      (file) => (file.decays.YR2.steps[1].untilMonth = 6),
      'decays.YR2.steps[1].untilMonth: steps are expected in ascending order',
    ],
    [
      'a number without basis',
      (file) => delete indicator(file, 'R02').basis,
      'indicators[4].basis: is missing; name the law, the document or why it is proposed',
    ],
    [
      'a number without any label',
      (file) => {
        delete file.objection.basis;
        delete file.objection.label;
      },
      'objection.days: a number without label and basis; give them to its block',
    ],
    [
      'an unknown label',
      (file) => (file.evidence.label = 'guess'),
      'evidence.label: is missing or unknown; expected published or proposal',
    ],
    [
      'an unknown fact type',
      (file) => (indicator(file, 'S02').fact = 'report.unheard'),
      'indicators[19].fact: report.unheard is not known; expected one of',
    ],
    [
      'an unknown attribute',
      (file) => (indicator(file, 'R07').where[0].attribute = 'colour'),
      'indicators[9].where[0].attribute: colour is not known; expected one of reasonCode',
    ],
    [
      'an unknown class of facts',
      (file) => (indicator(file, 'R01').class = 'TINY'),
      'indicators[3].class: TINY is not known; expected one of MINOR, GENERAL, SERIOUS',
    ],
    ['an unknown decay', (file) => (indicator(file, 'R01').decay = 'NONE'), 'indicators[3].decay: NONE is not known'],
    ['a misspelt key', (file) => (indicator(file, 'R01').decai = 'YR2'), 'indicators[3].decai: unknown key'],
    ['a code twice', (file) => (indicator(file, 'R02').code = 'R01'), 'indicators[4].code: R01 is declared twice'],
    [
      'a residual above its open state',
      (file) => (indicator(file, 'R07').residual.points = 61),
      'indicators[9].residual.points: a residual may not exceed the open state',
    ],
    [
      'steps that fall',
      (file) => (indicator(file, 'R04').steps[1].points = 20),
      'indicators[6].steps[1].points: a later step must bring more points',
    ],
    [
      'age points that rise',
      (file) => (indicator(file, 'B01').steps[1].points = 30),
      'indicators[0].steps[1].points: points must fall with age',
    ],
    [
      'a fraction of a milli-point',
      (file) => (indicator(file, 'R01').points = 1.00005),
      'indicators[3].points: points are expected: a number with at most three decimals',
    ],
    [
      'a state in the one-incident set',
      (file) => file.oneIncidentOnce.order.push('R10'),
      'oneIncidentOnce: R10: only indicators of form facts',
    ],
    [
      'an indicator exclusive twice',
      (file) => file.exclusive.push({ set: ['R10', 'R09'] }),
      'exclusive: an indicator is in more than one exclusive set',
    ],
    [
      'a pool gate without a state',
      (file) => file.positivePool.suspendedWhileOpen.push('R01'),
      'positivePool: R01 has no open state',
    ],
    [
      'an outcome that nothing scores',
      (file) => file.classifications.outcome.classes.push('ODD'),
      'classifications.outcome.classes: no indicator scores ODD and it is not the neutral one',
    ],
    [
      'a table without an otherwise',
      (file) => file.classifications.severity.table.pop(),
      'classifications.severity.table[3]: the last row must hold for every fact',
    ],
    [
      'a floor on nothing',
      (file) => (file.floors[3].when = [{ fullWeight: 'R07' }]),
      'floors[3].when[0].fullWeight: R07 is not known',
    ],
    [
      'a warning level of its own',
      (file) => (file.warnings[0].level = 'PURPLE'),
      'warnings[0].level: PURPLE is not known',
    ],
    ['no version', (file) => delete file.version, 'version: a text is expected'],
    [
      'a date that is none',
      (file) => (file.classifications.severity.table[0].validFrom = '2026-02-30'),
      'classifications.severity.table[0].validFrom: a date YYYY-MM-DD is expected',
    ],
  ])('%s', (_, change, fault) => {
    expect(faultsOf(changed(change))).toContainEqual(expect.stringContaining(fault));
  });

  it('with all its faults at once', () => {
    const faults = faultsOf(
      changed((file) => {
        file.bands.list[1].from = 41;
        indicator(file, 'R03').cap = 80;
        indicator(file, 'R01').decay = 'NONE';
        delete file.name;
      }),
    );
    expect(faults.length).toBeGreaterThanOrEqual(4);
  });

  it.each([null, 7, 'text', [], {}])('%j is no rule set', (file) => {
    expect(faultsOf(file).length).toBeGreaterThan(0);
  });
});
