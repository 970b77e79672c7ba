import { activate, addMonths, assess, foldFact, keepTable } from './index.ts';
import type {
  ActiveRuleSets,
  CompiledRuleSet,
  FactRecord,
  FactUse,
  Part,
  Position,
  RuleSetDefinition,
} from './index.ts';
import { compileDefinition } from './compile/compile-rule-set.ts';
import { KEEP_ALL, kept, sameList } from './keep.ts';
import {
  assessed,
  day,
  definition,
  every,
  fact,
  idOf,
  indicator,
  points,
  positionOf,
  rules,
  status,
} from './small-rule-set.spec-support.ts';

const NO_EVIDENCE = { evidence: { months: 1, newSince: 'registeredAt' } };
const months = (length: number): { unit: 'MONTH'; length: number } => ({ unit: 'MONTH', length });
const ARREARS = fact('1', 'tax.arrears', day(0));

/** Ids of the facts that stay at a moment; the trace of dropped ones is `~`. */
function staying(records: readonly FactRecord[], asOf: number, active: ActiveRuleSets): string {
  const facts = kept(positionOf(records).facts, asOf, active.keeping);
  return facts.map(([id]) => (id === '' ? '~' : id.replace(/^0+/, ''))).join(' ');
}

function of(part: Part, own: Partial<RuleSetDefinition> = {}): ActiveRuleSets {
  return rules({ ...NO_EVIDENCE, indicators: [indicator('I', part)], ...own });
}

describe('a fact', () => {
  const decaying = of({
    ...{ form: 'facts', select: every('tax.arrears'), points: 1 },
    decay: [{ until: months(3), perMille: 1000 }],
  });

  it('stays while a rule may read it, and leaves a trace when it goes', () => {
    const end = addMonths(day(0), 3);
    expect([end - 1, end].map((asOf) => staying([ARREARS], asOf, decaying))).toEqual(['1', '~']);
  });

  it('that is read as long as it is usable stays until months after its end', () => {
    const clock = of({ form: 'clock', select: every('tax.arrears'), after: months(2), points: 1 });
    expect(staying([ARREARS], day(4000), clock)).toBe('1');
    const removed = [ARREARS, status(ARREARS, 'STANDING', 'REMOVED', day(100))];
    const end = addMonths(day(100), 2);
    expect([end - 1, end].map((asOf) => staying(removed, asOf, clock))).toEqual(['1', '~']);
    const ended = [
      ARREARS,
      status(ARREARS, 'PUBLICITY', 'END', day(50)),
      status(ARREARS, 'STANDING', 'REMOVED', day(100)),
    ];
    expect([addMonths(day(100), 2) - 1, addMonths(day(100), 2)].map((asOf) => staying(ended, asOf, clock))).toEqual([
      '1',
      '~',
    ]);
  });

  it('that ended before it began stays until it would have begun', () => {
    const removed = [ARREARS, status(ARREARS, 'STANDING', 'REMOVED', day(-900))];
    const usable = of(points('tax.arrears', 1));
    const end = addMonths(day(0), 1);
    expect([day(-1), end - 1, end].map((asOf) => staying(removed, asOf, usable))).toEqual(['1', '1', '~']);
  });

  it('whose rules begin at its expiry stays after it', () => {
    const lifetime = {
      startsAt: null,
      expiresAt: 'validTo',
      completedOn: null,
      publicityEnd: null,
      publicityMonths: null,
    };
    const use: FactUse = { type: 'licence.grant', lifetime, keepMonths: null };
    const expired = of(
      {
        ...{ form: 'state', select: every('licence.grant'), points: 1, opens: { on: 'EXPIRY' }, whileEnterprise: null },
        ...{ closesAfter: null, closedBy: [], residual: null },
      },
      { facts: [use] },
    );
    const usable = of(points('licence.grant', 1), { facts: [use] });
    const licence = fact('1', 'licence.grant', day(0), { validTo: day(100) });
    const end = addMonths(day(100), 1);
    expect([end - 1, end].map((asOf) => staying([licence], asOf, usable))).toEqual(['1', '~']);
    expect(staying([licence], end, expired)).toBe('1');
    const removed = status(licence, 'STANDING', 'REMOVED', day(200));
    const over = addMonths(day(200), 1);
    expect([over - 1, over].map((asOf) => staying([licence, removed], asOf, expired))).toEqual(['1', '~']);
    const ended = status(licence, 'PUBLICITY', 'END', day(150));
    const last = addMonths(day(150), 1);
    expect([last - 1, last].map((asOf) => staying([licence, ended], asOf, expired))).toEqual(['1', '~']);
  });

  it('that may close another at any later time is always kept', () => {
    const closing = of({
      ...{
        form: 'state',
        select: every('tax.arrears'),
        points: 1,
        opens: { on: 'START' },
        whileEnterprise: null,
        closesAfter: null,
      },
      ...{ closedBy: [{ select: every('report.verified'), same: null, order: 'ANY' }], residual: null },
    });
    const report = fact('1', 'report.verified', day(0));
    expect(staying([report, status(report, 'STANDING', 'REMOVED', day(1))], day(9000), closing)).toBe('1');
  });

  it('is kept longer where the rule set says so, and where another rule set may read it', () => {
    const lifetime = { startsAt: null, expiresAt: null, completedOn: null, publicityEnd: null, publicityMonths: null };
    const longer = of(decaying.ruleSets[0]?.definition.indicators[0]?.parts[0] as Part, {
      facts: [{ type: 'tax.arrears', lifetime, keepMonths: 7 }],
    });
    const end = addMonths(day(0), 7);
    expect([end - 1, end].map((asOf) => staying([ARREARS], asOf, longer))).toEqual(['1', '~']);
    const [first] = decaying.ruleSets;
    const later = compileDefinition({
      ...definition(NO_EVIDENCE),
      id: 'later',
      indicators: [indicator('I', points('tax.arrears', 1))],
    });
    const both = activate([first!], [later]);
    expect([end, day(4000)].map((asOf) => staying([ARREARS], asOf, both))).toEqual(['1', '1']);
  });

  it('without content, or retracted, stays for its months from the last moment that it states', () => {
    const registers = ['STANDING', 'PUBLICITY', 'PERFORMANCE', 'DISPUTE'] as const;
    for (const register of registers) {
      const stub = status(ARREARS, register, 'RETRACTED', day(40));
      const end = addMonths(day(40), 3);
      expect([end - 1, end].map((asOf) => staying([stub], asOf, decaying))).toEqual(['1', '']);
    }
    const retracted = [ARREARS, status(ARREARS, 'STANDING', 'RETRACTED', day(40))];
    const end = addMonths(day(40), 3);
    expect([end - 1, end].map((asOf) => staying(retracted, asOf, decaying))).toEqual(['1', '']);
    const early = [ARREARS, status(ARREARS, 'STANDING', 'RETRACTED', day(-40))];
    const own = addMonths(day(0), 3);
    expect([own - 1, own].map((asOf) => staying(early, asOf, decaying))).toEqual(['1', '']);
    const effective = [{ ...ARREARS, effectiveAt: day(9) }, status(ARREARS, 'STANDING', 'RETRACTED', day(-40))];
    const start = addMonths(day(9), 3);
    expect([start - 1, start].map((asOf) => staying(effective, asOf, decaying))).toEqual(['1', '']);
  });

  it('of a type that the model does not read stays as long as it is evidence', () => {
    const end = addMonths(day(0), 1);
    const unread = fact('1', 'own.type', day(0));
    expect([end - 1, end].map((asOf) => staying([unread], asOf, decaying))).toEqual(['1', '~']);
  });
});

describe('the trace of dropped facts', () => {
  const active = of({
    ...{ form: 'facts', select: every('tax.arrears'), points: 1 },
    decay: [{ until: months(1), perMille: 1000 }],
  });
  const end = (days: number): number => addMonths(day(days), 1);

  it('keeps the enterprise in the population, and is as old as the latest of them', () => {
    const { position } = assessed([ARREARS, fact('2', 'tax.arrears', day(10))], end(10), active);
    expect(position.facts).toEqual([
      ['', 'position.dropped', [0, '', day(10), null, null, null, []], null, null, null, null],
    ]);
    expect(position.schemes['small']?.riskClass).toBe('A');
  });

  it('is one, and grows with what is dropped later; facts that stay come after it', () => {
    const { position } = assessed([ARREARS, fact('2', 'tax.arrears', day(100))], end(0), active);
    expect(position.facts.map(([id]) => id)).toEqual(['', idOf('2')]);
    const later = assess(position, { kind: 'review' }, end(100), active);
    expect(later.position.facts.map(([id, , content]) => [id, content?.[2]])).toEqual([['', day(100)]]);
    const older = assess(later.position, { kind: 'fact', record: fact('3', 'tax.arrears', day(50)) }, end(100), active);
    expect(older.position).toBe(later.position);
    expect(older.changed).toBe(false);
  });

  it('is left by no fact that says nothing of the enterprise itself, nor by one that was retracted', () => {
    const value = fact('1', 'derived.person-firms', day(0), { value: 1 });
    const removed = status(value, 'STANDING', 'REMOVED', day(1));
    const derived = of({ form: 'derived', factType: 'derived.person-firms', measure: { by: 'EACH', points: 1 } });
    expect(staying([value, removed], day(900), derived)).toBe('');
    expect(staying([ARREARS, status(ARREARS, 'STANDING', 'RETRACTED', day(1))], day(900), active)).toBe('');
  });
});

describe('a derived value that has run out', () => {
  const active = of({ form: 'derived', factType: 'derived.person-firms', measure: { by: 'EACH', points: 1 } });
  const value = (id: string, at: number): FactRecord => fact(id, 'derived.person-firms', at, { value: 1 });
  const gone = (of: FactRecord): FactRecord => status(of, 'STANDING', 'REMOVED', day(40));

  it('stays as long as an earlier one, which would speak again without it', () => {
    const [earlier, later] = [value('1', day(0)), value('2', day(5))];
    expect(staying([earlier, later, gone(later)], day(900), active)).toBe('1 2');
    expect(staying([earlier, later, gone(later), gone(earlier)], day(900), active)).toBe('');
    expect(staying([value('1', day(5)), later, gone(later)], day(900), active)).toBe('1 2');
    expect(staying([value('1', day(6)), later, gone(later)], day(900), active)).toBe('1');
  });

  it('stays where by one of several rule sets it began after one that stays', () => {
    const part = active.ruleSets[0]?.definition.indicators[0]?.parts[0] as Part;
    const lifetime = { startsAt: 'validFrom', expiresAt: null, completedOn: null, publicityEnd: null };
    const use: FactUse = {
      type: 'derived.person-firms',
      lifetime: { ...lifetime, publicityMonths: null },
      keepMonths: null,
    };
    const byValidity = of(part, { id: 'later', facts: [use] });
    const both = activate(active.ruleSets, byValidity.ruleSets);
    const stated = { value: 1, validFrom: day(-5) };
    const later = fact('2', 'derived.person-firms', day(5), stated);
    expect(staying([value('1', day(0)), later, gone(later)], day(900), both)).toBe('1 2');
    expect(staying([value('1', day(0)), later, gone(later)], day(900), byValidity)).toBe('1');
  });

  it('leaves the very same list where it alone was over, and stays', () => {
    const [earlier, later] = [value('1', day(0)), value('2', day(5))];
    const { facts } = positionOf([earlier, later, gone(later)]);
    expect(kept(facts, day(900), active.keeping)).toBe(facts);
  });

  it('does not stay where values do not replace one another', () => {
    const usable = of(points('tax.arrears', 1));
    const later = fact('2', 'tax.arrears', day(5));
    expect(staying([ARREARS, later, status(later, 'STANDING', 'REMOVED', day(40))], day(900), usable)).toBe('~ 1');
  });

  it('does not stay for a value of another kind, nor once it is retracted', () => {
    const other = fact('1', 'tax.arrears', day(0));
    const usable = of(points('tax.arrears', 1));
    const later = value('2', day(5));
    expect(staying([other, later, gone(later)], day(900), usable)).toBe('1');
    const retracted = status(later, 'STANDING', 'RETRACTED', day(40));
    expect(staying([value('1', day(0)), later, retracted], day(900), active)).toBe('1');
  });
});

describe('the list of facts', () => {
  const { facts } = positionOf([ARREARS, fact('2', 'tax.arrears', day(0))]);
  const active = of(points('tax.arrears', 1));

  it('is the very same when all stay, and nothing goes where nothing is ever dropped', () => {
    expect(kept(facts, day(0), active.keeping)).toBe(facts);
    const removed = positionOf([ARREARS, status(ARREARS, 'STANDING', 'REMOVED', day(1))]).facts;
    expect(kept(removed, day(9000), KEEP_ALL)).toBe(removed);
    const unread = positionOf([fact('1', 'own.type', day(0))]).facts;
    expect(kept(unread, day(9000), KEEP_ALL)).toBe(unread);
  });

  it('is the one known before where it holds the very same facts, or a trace as old', () => {
    const copy = [...facts];
    expect(sameList(copy, facts)).toBe(facts);
    expect(sameList(copy, undefined)).toBe(copy);
    expect(sameList(copy, facts.slice(1))).toBe(copy);
    const shorter = facts.slice(0, 1);
    expect(sameList(shorter, facts)).toBe(shorter);
    const changed = positionOf([ARREARS, fact('2', 'tax.arrears', day(1))]).facts;
    expect(sameList(changed, facts)).toBe(changed);
    const traced = (at: number): Position['facts'] => {
      const only = positionOf([fact('3', 'own.type', at)]).facts;
      return kept(only, day(9000), active.keeping);
    };
    const known = traced(day(0));
    expect(known.map(([id]) => id)).toEqual(['']);
    expect(sameList(traced(day(0)), known)).toBe(known);
    const older = traced(day(1));
    expect(sameList(older, known)).toBe(older);
    const [first] = facts;
    expect(sameList(known, [first!])).toBe(known);
  });
});

it('the table of keeping tells each type and all others', () => {
  const active = of({
    ...{ form: 'facts', select: every('tax.arrears'), points: 1 },
    decay: [{ until: months(3), perMille: 1000 }],
  });
  const table = keepTable(active.ruleSets).split('\n');
  expect(table).toContain('tax.arrears START 3');
  expect(table).toContain('crime.conviction START 1');
  expect(table.at(-1)).toBe('* START 1');
  const lifetime = { startsAt: null, expiresAt: null, completedOn: null, publicityEnd: null, publicityMonths: null };
  const ending = (publicityMonths: FactUse['lifetime']['publicityMonths'], classes: string[]): CompiledRuleSet =>
    compileDefinition({
      ...definition(NO_EVIDENCE),
      facts: [{ type: 'penalty.decision', lifetime: { ...lifetime, publicityMonths }, keepMonths: null }],
      classifications: ['penalty.decision', 'tax.arrears'].map((factType, place) => ({
        ...{ form: 'decisionTable', name: 's', factType, classes: place === 0 ? classes : ['X', ...classes] },
        ...{ rows: [], raises: [] },
      })),
    });
  const [none, plain, own, other] = [
    ending(null, ['A']),
    ending(3, ['A']),
    ending({ A: 3 }, ['A']),
    ending({ A: 3 }, ['A', 'B']),
  ];
  expect(keepTable([none])).toBe(keepTable([ending(null, ['A', 'B'])]));
  expect(keepTable([plain])).toBe(keepTable([ending(3, ['A', 'B'])]));
  expect(keepTable([own])).not.toBe(keepTable([other]));
  expect(keepTable([own])).not.toContain('"factType":"tax.arrears"');
  expect(keepTable([own, other])).toBe(keepTable([other, own]));
  expect(foldFact(undefined, ARREARS).facts).toHaveLength(1);
});
