import { assess } from './index.ts';
import type { Condition, FactRecord, RuleSetDefinition } from './index.ts';
import {
  assessed,
  day,
  every,
  fact,
  idOf,
  indicator,
  points,
  positionOf,
  rules,
  status,
} from './small-rule-set.spec-support.ts';

const NAME = { zh: '', en: '' };
const ARREARS = fact('1', 'tax.arrears', day(0));

function on(factType: string): Condition {
  return {
    ...{ kind: 'fact', select: every(factType), opens: { on: 'START' }, within: null, after: null },
    ...{ unlessPerformance: null, endsWithinDays: null },
  };
}

function condition(code: string, kind: 'DIRECT' | 'FLOOR', factType: string): RuleSetDefinition['conditions'][number] {
  const riskClass = kind === 'DIRECT' ? 'D' : 'B';
  return { code, name: NAME, label: 'proposal', basis: '', kind, riskClass, when: on(factType) };
}

const ACTIVE = rules({
  overrides: { maxDays: 90 },
  conditions: [
    condition('X', 'DIRECT', 'crime.conviction'),
    condition('Y', 'DIRECT', 'crime.transfer'),
    condition('Z', 'DIRECT', 'registration.fraud-inquiry'),
    condition('F', 'FLOOR', 'complaint.accepted'),
  ],
  warnings: [
    { id: 'direct', level: 'RED', text: NAME, label: 'proposal', basis: '', when: { kind: 'DIRECT_NEWLY_MET' } },
    {
      ...{ id: 'met', level: 'RED', text: NAME, label: 'proposal', basis: '' },
      when: { kind: 'NEWLY_MET', condition: on('crime.transfer') },
    },
  ],
});

const manual = (id: string, riskClass: string, approvedAt: number): FactRecord =>
  fact(id, 'override.class', day(0), {
    ...{ schemeId: 'small', riskClass, approvedAt, validFrom: day(0), validUntil: day(30) },
  });

/** The state after one more record. */
function after(known: readonly FactRecord[], ...more: FactRecord[]): ReturnType<typeof assess> {
  let last = assessed(known, day(1), ACTIVE);
  for (const record of more) last = assess(last.position, { kind: 'fact', record }, day(1), ACTIVE);
  return last;
}

describe('what is remembered of a scheme', () => {
  it('follows the manual class in force, though the class stays', () => {
    const next = after([ARREARS, manual('7', 'C', day(0))], manual('8', 'C', day(1)));
    expect(next.position.schemes['small']?.override).toEqual({ factId: idOf('8'), computedClass: 'A' });
    expect([next.changed, next.changes]).toEqual([true, []]);
  });

  it('follows what the facts come to beside a manual class, though score and class stay', () => {
    const next = after([ARREARS, manual('7', 'C', day(0))], fact('8', 'complaint.accepted', day(0)));
    expect(next.position.schemes['small']?.override).toEqual({ factId: idOf('7'), computedClass: 'B' });
  });

  it('follows the determinations met, though one takes the place of another', () => {
    const convicted = fact('7', 'crime.conviction', day(0));
    const known = assessed([ARREARS, convicted], day(1), ACTIVE).position;
    const gone = status(convicted, 'STANDING', 'RETRACTED', day(1));
    const insteadOfIt = (factType: string): ReturnType<typeof assess> => {
      const { facts } = positionOf([ARREARS, convicted, gone, fact('8', factType, day(0))]);
      return assess({ ...known, facts }, { kind: 'review' }, day(1), ACTIVE);
    };
    const transferred = insteadOfIt('crime.transfer');
    expect(transferred.position.schemes['small']).toMatchObject({ direct: ['Y'], alerts: ['met'], override: null });
    expect(transferred.warnings.map(({ rule }) => rule)).toEqual(['direct', 'met']);
    const inquired = insteadOfIt('registration.fraud-inquiry');
    expect(inquired.position.schemes['small']).toMatchObject({ direct: ['Z'], alerts: [], override: null });
    expect(inquired.warnings.map(({ rule }) => rule)).toEqual(['direct']);
  });

  it('of a class that stays is warned of all that is newly met', () => {
    const next = after([ARREARS, fact('7', 'crime.conviction', day(0))], fact('8', 'crime.transfer', day(0)));
    expect(next.warnings.map(({ rule }) => rule)).toEqual(['direct', 'met']);
    expect(next.changes).toEqual([]);
  });
});

describe('a scheme that rated the enterprise before', () => {
  const before = assessed(
    [ARREARS],
    day(1),
    rules({ indicators: [indicator('I', points('tax.arrears', 30_000))] }),
  ).position;
  const left = { schemeId: 'small', from: 'B', to: null, computedClass: null, overrideFactId: null };

  it('and is no longer in force leaves it without a class', () => {
    const other = rules({ id: 'other', scheme: { ...rules().ruleSets[0]!.definition.scheme, id: 'other' } });
    const { changes, position } = assess(before, { kind: 'ruleSet' }, day(1), other);
    expect(changes).toMatchObject([{ schemeId: 'other', from: null, to: 'A' }, { schemeId: 'small' }]);
    expect(changes[1]).toEqual({ ...left, ruleSet: '', scoreBefore: 30_000, scoreAfter: 0, reasons: [] });
    expect(Object.keys(position.schemes)).toEqual(['other']);
  });

  it('and no longer applies to it leaves it too, by the rule set that says so', () => {
    const nobody = rules({ appliesTo: { kind: 'any', of: [] } });
    const { changes, position } = assess(before, { kind: 'ruleSet' }, day(1), nobody);
    expect(changes).toEqual([{ ...left, ruleSet: 'small@1.0.0', scoreBefore: 30_000, scoreAfter: 0, reasons: [] }]);
    expect(position.schemes).toEqual({});
  });

  it('but without a class is forgotten without a change', () => {
    const unrated = { ...before, schemes: { small: { ...before.schemes['small']!, riskClass: null } } };
    const { changes, position, changed } = assess(
      unrated,
      { kind: 'review' },
      day(1),
      rules({ appliesTo: { kind: 'any', of: [] } }),
    );
    expect([changes, position.schemes, changed]).toEqual([[], {}, true]);
  });
});
