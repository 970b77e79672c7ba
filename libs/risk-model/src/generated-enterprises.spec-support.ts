import fc from 'fast-check';
import { midnight } from './calendar.ts';
import type { FactRecord, Register } from './facts.ts';
import { CONTENTS, DAY, day, FIRST_DAY, maybe, moment, THEMES } from './generated-contents.spec-support.ts';
import type { Content, GeneratedType } from './generated-contents.spec-support.ts';

/** Enterprises as fast-check arbitraries: every fact type, every step of a fact's life, in values that meet each other. */

type RegisterValues = Partial<Record<Register, readonly string[]>>;

const STANDING = ['REMOVED', 'REMOVED', 'REMOVED', 'RETRACTED', 'REINSTATED', 'IN_FORCE'];
const STATEMENT: RegisterValues = { STANDING };
const OCCURRENCE: RegisterValues = {
  STANDING,
  PUBLICITY: ['REPAIRED', 'END', 'PUBLISHED'],
  DISPUTE: ['FILED', 'FILED', 'DECIDED'],
};
const DECISION: RegisterValues = { ...OCCURRENCE, PERFORMANCE: ['OVERDUE', 'OVERDUE', 'PERFORMED', 'LIFTED'] };
/** Types that must be performed, and those that state or compute something: as the life cycles of the catalogue say. */
const DECISIONS = 'penalty.decision order.stop-production licence.revocation registration.cancellation recall.ordered';
const STATEMENTS = 'enterprise.|derived.|override.|annual-report.filing|social-insurance.';

function registersOf(factType: string): RegisterValues {
  if (DECISIONS.split(' ').includes(factType)) return DECISION;
  return STATEMENTS.split('|').some((start) => factType.startsWith(start)) ? STATEMENT : OCCURRENCE;
}

/** A record with all that the model does not need filled in. */
export function record(
  factId: string,
  own: Partial<FactRecord> & Pick<FactRecord, 'factType' | 'occurredAt'>,
): FactRecord {
  return {
    factId,
    register: 'CONTENT',
    revision: 1,
    tieBreak: '0'.repeat(32),
    effectiveAt: null,
    publishedAt: null,
    caseNumber: null,
    codeSystem: null,
    attributes: {},
    ...own,
  };
}

const revision = fc.integer({ min: 1, max: 3 });
const tieBreak = fc.constantFrom('1', '2', '3').map((hex) => hex.repeat(32));

function registerRecord(factType: string): fc.Arbitrary<Omit<FactRecord, 'factId'>> {
  const registers = Object.entries(registersOf(factType)) as [Register, readonly string[]][];
  return fc.constantFrom(...registers).chain(([register, values]) =>
    fc
      .record({
        at: moment,
        revision,
        tieBreak,
        attributes: fc.record({
          value: fc.constantFrom(...values),
          effectiveAt: maybe(moment),
          until: fc.oneof({ arbitrary: fc.constant(null), weight: 3 }, { arbitrary: day, weight: 1 }),
        }),
      })
      .map(({ at, ...stated }) => record('', { factType, occurredAt: at, register, ...stated })),
  );
}

function contentRecords(content: Content, frame: fc.Arbitrary<Frame>): fc.Arbitrary<FactRecord[]> {
  return frame.map(({ stub, amendedAt, ...own }) => {
    if (stub) return [];
    const first = record('', { ...content, codeSystem: content.codeSystem ?? null, ...own });
    if (amendedAt === null) return [first];
    return [first, { ...first, occurredAt: amendedAt, revision: 2, tieBreak: 'a'.repeat(32) }];
  });
}

interface Frame {
  readonly occurredAt: number;
  readonly effectiveAt: number | null;
  readonly caseNumber: string | null;
  readonly amendedAt: number | null;
  readonly stub: boolean;
}

const seldomMoment = fc.oneof({ arbitrary: fc.constant(null), weight: 4 }, { arbitrary: moment, weight: 1 });
const frame: fc.Arbitrary<Frame> = fc.record({
  occurredAt: moment,
  effectiveAt: seldomMoment,
  caseNumber: fc.constantFrom(null, null, 'K1', 'K2', 'K3'),
  amendedAt: seldomMoment,
  stub: fc.integer({ min: 0, max: 19 }).map((chance) => chance === 0),
});

/** One fact with its life: content, sometimes amended, sometimes missing; register changes. */
export function lifeOf(factType: GeneratedType): fc.Arbitrary<readonly FactRecord[]> {
  const content: fc.Arbitrary<Content> = CONTENTS[factType];
  const changes = fc.oneof(
    { arbitrary: fc.constant<FactRecord[]>([]), weight: 3 },
    { arbitrary: fc.array(registerRecord(factType), { minLength: 1, maxLength: 3 }), weight: 2 },
  );
  return fc
    .tuple(
      content.chain((stated) => contentRecords(stated, frame)),
      changes,
    )
    .map(([contents, statuses]) => [...contents, ...(statuses as FactRecord[])]);
}

const LIVES = new Map(Object.keys(CONTENTS).map((type) => [type, lifeOf(type as GeneratedType)]));
const anyType = fc.constantFrom(...(Object.keys(CONTENTS) as GeneratedType[]));

function livesOf(theme: readonly GeneratedType[]): fc.Arbitrary<(readonly FactRecord[])[]> {
  const type = fc.oneof({ arbitrary: fc.constantFrom(...theme), weight: 4 }, { arbitrary: anyType, weight: 1 });
  const life = type.chain((one) => LIVES.get(one) as fc.Arbitrary<readonly FactRecord[]>);
  return fc.oneof(fc.array(life, { maxLength: 12 }), fc.array(life, { minLength: 6, maxLength: 12 }));
}

const GATHERED_FROM = midnight(2024, 6, 1);
const SHARE = 5;

/** The same enterprise within a year instead of five: counts and sums in a window meet their steps there. */
function gather(one: FactRecord): FactRecord {
  const near = (at: number): number => GATHERED_FROM + Math.floor((at - FIRST_DAY) / (SHARE * DAY)) * DAY;
  const { effectiveAt } = one.attributes;
  const isRegister = one.register !== 'CONTENT' && typeof effectiveAt === 'number';
  return {
    ...one,
    occurredAt: near(one.occurredAt),
    effectiveAt: one.effectiveAt === null ? null : near(one.effectiveAt),
    attributes: isRegister ? { ...one.attributes, effectiveAt: near(effectiveAt) } : one.attributes,
  };
}

/** Ids in no order of their own. */
function idOf(place: number): string {
  return ((place * 7919) % 65_521).toString(16).padStart(32, '0');
}

function withIds(lives: readonly (readonly FactRecord[])[]): FactRecord[] {
  const seen = new Set<string>();
  return lives
    .flatMap((life, place) => life.map((one) => ({ ...one, factId: idOf(place) })))
    .filter(({ factId, register, revision: number, tieBreak: tie }) => {
      const key = `${factId} ${register} ${number} ${tie}`;
      return !seen.has(key) && seen.add(key);
    });
}

/** All records of one enterprise. Two different records never share register, revision and tie-break. */
export const enterprise: fc.Arbitrary<readonly FactRecord[]> = fc
  .tuple(
    fc.oneof(fc.constantFrom(...THEMES), fc.constant(Object.keys(CONTENTS) as GeneratedType[])).chain(livesOf),
    fc.boolean(),
  )
  .map(([lives, gathered]) => (gathered ? withIds(lives).map(gather) : withIds(lives)));

/** The same enterprises for the same seed, on every machine; fact ids are unique within an enterprise only. */
export function sampleEnterprises(seed: number, count: number): (readonly FactRecord[])[] {
  return fc.sample(enterprise, { seed, numRuns: count });
}
