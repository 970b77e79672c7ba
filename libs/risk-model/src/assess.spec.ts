import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import {
  activate,
  assess,
  attributesAt,
  compileRuleSet,
  directionOf,
  explain,
  foldFact,
  midnight,
  MODEL_ATTRIBUTES,
} from './index.ts';
import type { Assessment, AttributeValue, FactRecord, Position, Register } from './index.ts';

const FILE = readFileSync('schemas/rule-sets/general@1.0.0.yaml', 'utf8');
const RULES = activate([compileRuleSet(parse(FILE))]);
const DAY = 86_400_000;
const TODAY = midnight(2026, 6, 1);

function record(id: string, factType: string, own: Partial<FactRecord> = {}): FactRecord {
  return {
    factId: id.padStart(32, '0'),
    factType,
    register: 'CONTENT',
    revision: 1,
    tieBreak: '0'.repeat(32),
    occurredAt: midnight(2026, 1, 10),
    effectiveAt: null,
    publishedAt: null,
    caseNumber: null,
    codeSystem: null,
    attributes: {},
    ...own,
  };
}

function status(id: string, factType: string, register: Register, value: string, at: number): FactRecord {
  return record(id, factType, {
    register,
    occurredAt: at,
    attributes: { value, effectiveAt: at, until: null, reason: null },
  });
}

const REGISTRATION = record('1', 'enterprise.registration', {
  occurredAt: midnight(2010, 3, 1),
  attributes: {
    registeredAt: midnight(2010, 3, 1),
    town: '442000118',
    industry: 'I6510',
    entityKind: 'ENTERPRISE',
    status: 'ACTIVE',
  },
});
const ORDER = { penaltyKinds: ['STOP_PRODUCTION'], procedure: 'ORDINARY', violationType: '甲', fineFen: 0 };

function take(position: Position | undefined, next: FactRecord, asOf = TODAY): Assessment {
  return assess(position, { kind: 'fact', record: next }, asOf, RULES);
}

function all(records: readonly FactRecord[], asOf = TODAY): Assessment {
  const folded = records.reduce<Position | undefined>((position, next) => foldFact(position, next), undefined);
  return assess(folded, { kind: 'review' }, asOf, RULES);
}

describe('an assessment', () => {
  it('tells the first classification, with no score before it', () => {
    const { changes, results } = take(undefined, REGISTRATION);
    expect(changes).toEqual([
      {
        ...{ schemeId: 'general', ruleSet: 'general@1.0.0', from: null, to: 'A', computedClass: 'A' },
        ...{ overrideFactId: null, scoreBefore: null, scoreAfter: 0, reasons: [] },
      },
    ]);
    expect(results[0]).toMatchObject({ schemeId: 'general', score: 0, riskClass: 'A' });
  });

  it('classifies nobody on a status that has come before its content', () => {
    const { position, changes, results } = take(
      undefined,
      status('7', 'penalty.decision', 'STANDING', 'REMOVED', TODAY),
    );
    expect(results[0]?.riskClass).toBeNull();
    expect(changes).toEqual([]);
    expect(position.facts).toHaveLength(1);
  });

  it('takes an enterprise out of the population when its last fact is retracted', () => {
    const { position } = take(undefined, record('7', 'inspection.result'));
    const { changes } = take(position, status('7', 'inspection.result', 'STANDING', 'RETRACTED', TODAY));
    expect(changes.map(({ from, to }) => directionOf(from, to))).toEqual(['LEFT']);
  });

  it('gives the weightiest reasons first: determinations, floors, then points, five at most', () => {
    const listings = ['1', '2', '3', '4'].map((reasonCode, place) =>
      record(`a${place}`, 'abnormal.listing', { attributes: { reasonCode } }),
    );
    const { results } = all([REGISTRATION, record('9', 'national.serious-listing'), ...listings]);
    expect(results[0]?.reasons.map(({ kind, indicator }) => `${kind} ${indicator}`)).toEqual([
      'DIRECT X07',
      'FLOOR F01',
      'FLOOR F02',
      'INDICATOR R10',
      'INDICATOR R09',
    ]);
    expect(results[0]?.reasons[3]).toMatchObject({ points: 100_000, factIds: ['a3'.padStart(32, '0')] });
  });

  it('warns red when a direct determination is newly met, once', () => {
    const { position } = take(undefined, REGISTRATION);
    const first = take(position, record('9', 'national.serious-listing'));
    expect(first.warnings.map(({ level, rule }) => [level, rule])).toEqual([
      ['RED', 'direct-determination'],
      ['YELLOW', 'two-classes-worse'],
    ]);
    expect(first.warnings[0]?.text.zh).toContain('X07');
    expect(take(first.position, record('a', 'report.verified')).warnings).toEqual([]);
    const second = take(first.position, record('b', 'serious-violation.listing'));
    expect(second.warnings.map(({ level }) => level)).toEqual(['RED']);
    expect(second.changes).toEqual([]);
  });

  it('lifts a stop-production order without taking the points of its penalty', () => {
    const penalty = record('5', 'penalty.decision', { attributes: ORDER });
    const { position } = all([REGISTRATION, penalty]);
    expect(position.schemes['general']).toMatchObject({ riskClass: 'D', direct: ['X02'] });
    const lifted = take(position, status('5', 'penalty.decision', 'PERFORMANCE', 'LIFTED', TODAY));
    expect(lifted.results[0]).toMatchObject({ riskClass: 'C', score: 90_000 });
  });

  it('assesses anew under another rule set and says what moved', () => {
    const stricter = parse(FILE) as { version: string; bands: { list: { from: number; to: number }[] } };
    stricter.version = '1.1.0';
    Object.assign(stricter.bands.list[0] as object, { to: 10 });
    Object.assign(stricter.bands.list[1] as object, { from: 10 });
    const report = record('a', 'report.verified');
    const { position } = all([REGISTRATION, report]);
    const { changes } = assess(position, { kind: 'ruleSet' }, TODAY, activate([compileRuleSet(stricter)]));
    expect(changes).toMatchObject([{ from: 'A', to: 'B', scoreBefore: 12_000, scoreAfter: 12_000 }]);
  });

  it('knows the attributes that the latest begun fact in force states', () => {
    const moved = { town: '442000101', addressChanged: true };
    const change = record('2', 'enterprise.change', { occurredAt: TODAY + DAY, attributes: moved });
    const { position } = all([REGISTRATION, change]);
    expect(attributesAt(position, TODAY)).toMatchObject({ town: '442000118', industry: 'I6510', status: 'ACTIVE' });
    expect(attributesAt(position, TODAY + DAY)).toMatchObject({ town: '442000101', industry: 'I6510' });
    expect(position.nextReviewAt).toBe(TODAY + DAY);
  });
});

describe('in corner cases', () => {
  const listing = (id: string, occurredAt: number): FactRecord =>
    record(id, 'abnormal.listing', { occurredAt, attributes: { reasonCode: '1' } });
  const inspection = (id: string, code: string, occurredAt: number): FactRecord =>
    record(id, 'inspection.result', { occurredAt, codeSystem: 'gsxt-inspection-v2', attributes: { codes: [code] } });
  const scoreOf = (records: readonly FactRecord[], asOf = TODAY): number => all(records, asOf).results[0]?.score ?? NaN;

  it('a listing removed before it began leaves no residual', () => {
    const begun = midnight(2026, 3, 1);
    const removed = status('a', 'abnormal.listing', 'STANDING', 'REMOVED', begun);
    expect(scoreOf([listing('a', begun), removed])).toBe(0);
  });

  it('a publicity end cuts a residual short', () => {
    const removed = status('a', 'abnormal.listing', 'STANDING', 'REMOVED', midnight(2026, 2, 1));
    const ended = status('a', 'abnormal.listing', 'PUBLICITY', 'END', midnight(2026, 5, 1));
    const records = [listing('a', midnight(2025, 7, 1)), removed, ended];
    expect(all(records, midnight(2026, 3, 1)).nextReviewAt).toBe(midnight(2026, 5, 1));
    expect(scoreOf(records, midnight(2026, 5, 1) - 1)).toBe(15_000);
    expect(scoreOf(records, midnight(2026, 5, 1))).toBe(0);
  });

  it('an inspection that was never usable closes nothing', () => {
    const later = midnight(2026, 3, 1);
    const unreachable = inspection('a', '6', midnight(2026, 2, 1));
    expect(scoreOf([unreachable, inspection('b', 'F', later)])).toBe(0);
    const ended = status('b', 'inspection.result', 'PUBLICITY', 'END', later);
    expect(scoreOf([unreachable, inspection('b', 'F', later), ended])).toBe(60_000);
  });

  it('a disputed penalty is no repetition, and half its fine is summed, rounded up', () => {
    const attributes = { violationType: '甲', penaltyKinds: ['FINE'], procedure: 'ORDINARY', fineFen: 1_169_787 };
    const penalties = ['a', 'b'].map((id) => record(id, 'penalty.decision', { attributes }));
    const filed = status('b', 'penalty.decision', 'DISPUTE', 'FILED', TODAY);
    const [account] = explain(all([...penalties, filed]).position, TODAY, RULES);
    const points = Object.fromEntries((account?.lines ?? []).map((line) => [line.code, line.points]));
    expect(points).toEqual({ R02: 60_000, R05: 2_000 });
    expect(scoreOf(penalties)).toBe(80_000 + 30_000 + 2_000);
  });

  it('of equal totals the first-named fact of a case counts', () => {
    const minor = { violationType: null, penaltyKinds: ['WARNING'], procedure: 'SIMPLE', fineFen: 0 };
    const may = { occurredAt: midnight(2026, 5, 1) };
    const penalties = ['a', 'b', 'c'].map((id) => record(id, 'penalty.decision', { ...may, attributes: minor }));
    const reports = ['d', 'e', 'f', '1a'].map((id) => record(id, 'report.verified', may));
    const shared = { ...may, caseNumber: '案1' };
    const both = [
      record('2a', 'penalty.decision', { ...shared, attributes: minor }),
      record('2b', 'report.verified', shared),
    ];
    const [account] = explain(all([...penalties, ...reports, ...both]).position, TODAY, RULES);
    const statusOf = (id: string): unknown =>
      account?.facts.find(({ factId }) => factId === id.padStart(32, '0'))?.status;
    expect([account?.score, statusOf('2a'), statusOf('2b')]).toEqual([93_000, 'COUNTS', 'SET_ASIDE']);
  });

  it('of equal totals in a full group the first-named counts too', () => {
    const may = { occurredAt: midnight(2026, 5, 1) };
    const listings = ['1', '2', '3', '4'].map((reasonCode, place) =>
      record(`a${place}`, 'abnormal.listing', { ...may, attributes: { reasonCode } }),
    );
    const heavy = record('b', 'penalty.decision', { ...may, attributes: ORDER });
    const refused = { ...inspection('c', '8', midnight(2026, 5, 1)) };
    const fined = { penaltyKinds: ['FINE'], procedure: 'ORDINARY', violationType: '乙', fineFen: 0 };
    const penalty = record('d', 'penalty.decision', { ...may, caseNumber: '案1', attributes: fined });
    const problem = { ...inspection('e', 'B', midnight(2026, 5, 1)), caseNumber: '案1' };
    const [account] = explain(all([...listings, heavy, refused, penalty, problem]).position, TODAY, RULES);
    const counted = (account?.indicators ?? []).filter(({ points }) => points > 0).map(({ code }) => code);
    expect(account?.score).toBe(440_000);
    expect(counted).toContain('R13');
    expect(counted).not.toContain('R02');
  });

  it('the next review sees what only the class without disputed facts will meet', () => {
    const opened = midnight(2024, 6, 10);
    const filed = status('b', 'inspection.result', 'DISPUTE', 'FILED', midnight(2026, 6, 1));
    const records = [inspection('a', '6', opened), inspection('b', 'F', midnight(2025, 7, 1)), filed];
    const { position, nextReviewAt } = all(records, TODAY);
    expect(position.schemes['general']).toMatchObject({ score: 0, riskClass: 'B' });
    expect(nextReviewAt).toBe(midnight(2026, 6, 10));
    expect(all(records, midnight(2026, 6, 10)).results[0]?.riskClass).toBe('A');
  });
});

describe('a position', () => {
  const facts: [string, Record<string, AttributeValue>][] = [
    ['enterprise.change', { town: '442000101', addressChanged: true }],
    ['inspection.result', { codes: ['1'] }],
    ['inspection.result', { codes: ['B', 'E'] }],
    ['abnormal.listing', { reasonCode: '1' }],
    ['licence.grant', { licenceType: 'FOOD_PRODUCTION', validFrom: TODAY - 400 * DAY, validTo: TODAY + 400 * DAY }],
    ['penalty.decision', { ...ORDER, violationType: '经营不合格食品' }],
    ['penalty.decision', { violationType: '未明码标价', penaltyKinds: ['FINE'], procedure: 'SIMPLE', fineFen: 20_000 }],
  ];
  const { position } = all([
    REGISTRATION,
    ...facts.map(([factType, attributes], place) =>
      record(`${place}f`, factType, { attributes, revision: TODAY, codeSystem: 'gsxt-inspection-v2' }),
    ),
  ]);

  it('is plain data: a copy of it is assessed the same', () => {
    const stored = JSON.parse(JSON.stringify(position)) as Position;
    expect(stored).toEqual(position);
    expect(assess(stored, { kind: 'review' }, TODAY, RULES).changed).toBe(false);
  });

  it('keeps only the attributes that the model reads', () => {
    const noisy = record('e', 'abnormal.listing', { attributes: { reasonCode: '1', secret: '身份证号' } });
    expect(JSON.stringify(foldFact(undefined, noisy))).not.toContain('身份证号');
    expect(MODEL_ATTRIBUTES['abnormal.listing']).toEqual(['reasonCode']);
  });

  it('shares the facts that a record does not touch', () => {
    const next = foldFact(position, status('3f', 'abnormal.listing', 'STANDING', 'REMOVED', TODAY));
    expect(next.facts.filter((fact, place) => fact !== position.facts[place])).toHaveLength(1);
  });

  it('keeps facts of types it does not read, by name, and scores nothing for them', () => {
    const own = record('d', 'department.own-fact', { attributes: { grade: 'X' } });
    const { results, evidenceLevel } = all([own]);
    expect(results[0]).toMatchObject({ score: 0, riskClass: 'A' });
    expect(evidenceLevel).toBe('NORMAL');
    expect(explain(all([own]).position, TODAY, RULES)[0]?.facts[0]).toMatchObject({
      factType: 'department.own-fact',
      status: 'NO_POINTS',
    });
  });
});
