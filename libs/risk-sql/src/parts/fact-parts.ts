import type { ClockPart, Closer, DecayStep, FactsPart, StatePart } from '#libs/risk-model';
import { column, isStated } from '../attributes.ts';
import { all, any, firstOf, not } from '../expressions.ts';
import { isWithin } from '../moments.ts';
import { isValue } from '../predicates.ts';
import type { Reading, Selected } from '../reading.ts';
import type { Effect, PartSql } from './part-sql.ts';

/** SQL of the points of one fact by a decay that began at a moment; 0 once it has run out. */
export function decayed(reading: Reading, points: number, decay: readonly DecayStep[] | null, since: string): string {
  if (decay === null) return reading.points(points);
  return firstOf(
    decay.map(({ until, perMille }) => [isWithin(since, until, reading.asOf), reading.points(points, perMille)]),
    0,
  );
}

/** Facts that a decay has not run out for. */
export function stillCounts(reading: Reading, decay: readonly DecayStep[] | null, since: string): string[] {
  const last = decay?.at(-1);
  return last === undefined ? [] : [isWithin(since, last.until, reading.asOf)];
}

/** Effects that stand for themselves; those of facts that must match the enterprise do not. */
function alone(...effects: readonly Effect[]): readonly Effect[] | null {
  return effects.every(({ facts }) => facts.same.length === 0) ? effects : null;
}

export function factsPart(reading: Reading, { select, points, decay }: FactsPart): PartSql {
  const facts = reading.select(select, 'usable', ...stillCounts(reading, decay, 'start'));
  const value = decayed(reading, points, decay, 'start');
  return {
    effects: alone({ facts, points: value, opens: false }),
    greatest: false,
    points: () => reading.sum(facts, value),
    open: () => '0',
    entriesBy: (attribute) => reading.collect(facts, `(${column(attribute)}, toInt64(${value}))`),
    candidates: null,
  };
}

export function clockPart(reading: Reading, { select, after, points }: ClockPart): PartSql {
  const facts = reading.select(select, 'usable', not(isWithin('start', after, reading.asOf)));
  const value = reading.points(points);
  return {
    effects: alone({ facts, points: value, opens: true }),
    greatest: true,
    points: () => reading.greatest(facts, value),
    open: () => reading.exists(facts),
    entriesBy: (attribute) => reading.collect(facts, `(${column(attribute)}, toInt64(${value}))`),
    candidates: null,
  };
}

/** A closer that needs no more than to know when the last of its facts began. */
function isPlain(closer: Closer, opener: string): boolean {
  return (
    closer.same === null &&
    closer.select.where.every(({ kind }) => kind !== 'sameAs') &&
    (closer.order === 'LATER' || closer.select.factType !== opener)
  );
}

function closing(reading: Reading, { select }: Closer): Selected {
  // A predicate on the enterprise is not read of a closer.
  return { ...reading.select(select, 'began_usable'), same: [] };
}

/** SQL: a state whose fact began at `since` is closed by facts that need not be told apart. */
function closedByLatest(reading: Reading, closers: readonly Closer[], since: string): string {
  return any(
    closers.map((closer) => {
      const latest = reading.aggregate([closer.select.factType], `maxIf(since, ${closing(reading, closer).where})`);
      return closer.order === 'LATER' ? `${latest} > ${since}` : `${latest} > 0`;
    }),
  );
}

/** Columns of an opening fact in its tuple: since, key of the fact, points, key of the exclusive set, then one for each `same`. */
const FIRST_SAME = 5;

/** SQL: the opening fact `o` is closed by a single fact that is the same in an attribute. */
function closedBySame(reading: Reading, closer: Closer, place: number): string {
  const same = closer.same;
  const facts = closing(reading, closer);
  if (same === null) {
    const found = reading.aggregate(facts.types, `groupArrayIf((since, fact_key), ${facts.where})`);
    return `arrayExists(c -> c.2 != o.2${closer.order === 'LATER' ? ' AND c.1 > o.1' : ''}, ${found})`;
  }
  const known = all([facts.where, isStated(column(same), same)]);
  const found = reading.aggregate(facts.types, `groupArrayIf((since, fact_key, ${column(same)}), ${known})`);
  const own = `o.${place}`;
  const later = closer.order === 'LATER' ? ' AND c.1 > o.1' : '';
  return `(${isStated(own, same)} AND arrayExists(c -> c.3 = ${own} AND c.2 != o.2${later}, ${found}))`;
}

interface State {
  readonly reading: Reading;
  readonly part: StatePart;
  readonly open: Selected;
  /** SQL: what has to hold of the enterprise. */
  readonly gate: string;
}

/** SQL of the open facts, as an array of (since, fact, points, key, …). */
function openFacts({ reading, part, open, gate }: State, key: string | null): string {
  const value = reading.points(part.points);
  const [plain, keyed] = split(part);
  const same = keyed.flatMap((closer) => closer.same ?? []);
  const columns = ['since', 'fact_key', `toInt64(${value})`, key === null ? `''` : column(key), ...same.map(column)];
  const facts = reading.collect(open, `(${columns.join(', ')})`);
  let place = FIRST_SAME;
  const closed = any([
    closedByLatest(reading, plain, 'o.1'),
    ...keyed.map((closer) => closedBySame(reading, closer, closer.same === null ? 0 : place++)),
  ]);
  return `arrayFilter(o -> ${all([gate, not(closed)])}, ${facts})`;
}

function split({ select, closedBy }: StatePart): [Closer[], Closer[]] {
  return [
    closedBy.filter((closer) => isPlain(closer, select.factType)),
    closedBy.filter((closer) => !isPlain(closer, select.factType)),
  ];
}

interface Open {
  readonly points: string;
  readonly exists: string;
}

/** Without closers that must be told apart an open state is as good as the latest begun. */
function openByLatest({ reading, part, open, gate }: State): Open {
  const latest = (disputed: string): string =>
    reading.greatest({ ...open, where: all([open.where, disputed]) }, 'since');
  const isOpen = (since: string): string =>
    all([gate, `${since} > 0`, not(closedByLatest(reading, part.closedBy, since))]);
  const whole = isOpen(latest('NOT disputed'));
  const half = isOpen(latest('disputed'));
  const halved = Math.floor((part.points * reading.definition.objection.perMille + 500) / 1000);
  return {
    points: firstOf(
      [
        [whole, part.points],
        [half, halved],
      ],
      0,
    ),
    exists: any([whole, half]),
  };
}

/** Whether an open state is open without a look at anything but its own fact. */
function standsAlone({ part, gate }: State): boolean {
  return part.closedBy.length === 0 && gate === '1';
}

function openOf(state: State): Open {
  const { reading, part, open } = state;
  if (standsAlone(state)) {
    return { points: reading.greatest(open, reading.points(part.points)), exists: reading.exists(open) };
  }
  if (split(part)[1].length === 0) return openByLatest(state);
  const facts = openFacts(state, null);
  return { points: reading.greatestOf(`arrayMap(o -> o.3, ${facts})`), exists: `notEmpty(${facts})` };
}

/** The facts that have left the state, and what each still brings. */
function residualOf({ reading, part: { select, residual } }: State): Effect | null {
  if (residual === null) return null;
  const facts = reading.select(select, 'ended', ...stillCounts(reading, residual.decay, 'closed_at'));
  return { facts, points: decayed(reading, residual.points, residual.decay, 'closed_at'), opens: false };
}

export function statePart(reading: Reading, part: StatePart): PartSql {
  const { whileEnterprise, closesAfter } = part;
  const longest = closesAfter === null ? [] : [isWithin('start', closesAfter, reading.asOf)];
  const open = reading.selectOpen(part.select, part.opens, ...longest);
  const gate =
    whileEnterprise === null
      ? '1'
      : isValue(reading.enterprise(whileEnterprise.attribute), whileEnterprise.attribute, whileEnterprise.values);
  const state: State = { reading, part, open, gate };
  const left = residualOf(state);
  const opening: Effect = { facts: open, points: reading.points(part.points), opens: true };
  return {
    effects: standsAlone(state) ? alone(opening, ...(left === null ? [] : [left])) : null,
    greatest: true,
    points: () => {
      const { points } = openOf(state);
      return left === null ? points : `greatest(${points}, ${reading.greatest(left.facts, left.points)})`;
    },
    open: () => openOf(state).exists,
    entriesBy: (key) => {
      const entries = `arrayMap(o -> (o.4, o.3), ${openFacts(state, key)})`;
      if (left === null) return entries;
      return `arrayConcat(${entries}, ${reading.collect(left.facts, `(${column(key)}, toInt64(${left.points}))`)})`;
    },
    candidates: left === null ? { facts: open, having: null } : null,
  };
}
