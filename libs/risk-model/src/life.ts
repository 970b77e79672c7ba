import { addDays, addMonths } from './calendar.ts';
import {
  CONTENT,
  CONTENT_EFFECTIVE_AT,
  CONTENT_OCCURRED_AT,
  CONTENT_VALUES,
  PERFORMANCE,
  PUBLICITY,
  REGISTER_EFFECTIVE_AT,
  REGISTER_UNTIL,
  REGISTER_VALUE,
  STANDING,
} from './position.ts';
import type { ContentState, FactState, RegisterState } from './position.ts';

/** How facts of one type begin and end; compiled from `lifetimes` of the rule set. Places are in the packed values. */
export interface Lifetime {
  /** Attribute with the first moment of validity, when it is not the fact's own date. */
  readonly startsAt: number | null;
  /** Attribute with the moment at which the fact expires (residuals begin there, as after a removal). */
  readonly expiresAt: number | null;
  /** Value of the performance register that closes the fact as a removal does (a recall completed). */
  readonly completedOn: string | null;
  /** Attribute with the stated publicity end. */
  readonly publicityEnd: number | null;
  /** Publicity in months where none is stated: for all facts of the type, or by class of its classification. */
  readonly publicityMonths: readonly (number | null)[] | number | null;
}

/** The class of a fact (severity of a penalty, outcome of an inspection) as a place in the classification's list. */
export type Classify = (fact: FactState, start: number) => number;

export const UNCLASSIFIED = -1;

/** How facts of a type are read. */
export interface Reading {
  readonly lifetime: Lifetime;
  readonly classify: Classify | null;
}

/** From the fact's date until it is removed. */
export const PLAIN_LIFETIME: Lifetime = {
  startsAt: null,
  expiresAt: null,
  completedOn: null,
  publicityEnd: null,
  publicityMonths: null,
};

export const PLAIN_READING: Reading = { lifetime: PLAIN_LIFETIME, classify: null };

/** The moments of one fact; a scratch object, filled again for each fact. */
export interface Life {
  /** The fact counts from here. */
  start: number;
  /** Removal, clearing or completion, whichever is first. */
  removedAt: number;
  expiresAt: number;
  /** The first of the two above; a residual may follow. */
  closedAt: number;
  /** End of publicity or repair; nothing may follow. */
  publicityEnd: number;
  /** Its class in the classification of its type, -1 without one. */
  classIndex: number;
  /** The fact is usable in `[start, end)`, end being the first of the two above. */
  end: number;
}

export function emptyLife(): Life {
  return {
    start: 0,
    removedAt: Infinity,
    expiresAt: Infinity,
    closedAt: Infinity,
    publicityEnd: Infinity,
    classIndex: UNCLASSIFIED,
    end: Infinity,
  };
}

function momentAt(content: ContentState, place: number | null): number | null {
  if (place === null) return null;
  const value = content[CONTENT_VALUES][place];
  return typeof value === 'number' ? value : null;
}

function publicityEndOf(register: RegisterState | null, stated: number): number {
  if (register === null) return stated;
  const until = register[REGISTER_UNTIL];
  switch (register[REGISTER_VALUE]) {
    case 'REPAIRED':
      return Math.min(register[REGISTER_EFFECTIVE_AT], until ?? stated);
    case 'END':
      return until ?? register[REGISTER_EFFECTIVE_AT];
    default:
      return until ?? stated;
  }
}

function defaultEnd(months: Lifetime['publicityMonths'], start: number, classIndex: number): number {
  const length = typeof months === 'number' ? months : months?.[classIndex];
  return length === undefined || length === null ? Infinity : addMonths(start, length);
}

/**
 * Reads the moments of a fact into `life`. False when the fact never was: a stub without content, or retracted
 * (更正撤销), which erases it for every as-of. Retraction and removal are void once the standing says otherwise.
 */
export function readLife(life: Life, fact: FactState, reading: Reading): boolean {
  const content = fact[CONTENT];
  if (content === null) return false;
  const standing = fact[STANDING];
  let removedAt = Infinity;
  if (standing !== null) {
    if (standing[REGISTER_VALUE] === 'RETRACTED') return false;
    if (standing[REGISTER_VALUE] === 'REMOVED') removedAt = standing[REGISTER_EFFECTIVE_AT];
  }
  const { lifetime } = reading;
  const performance = fact[PERFORMANCE];
  if (performance !== null && performance[REGISTER_VALUE] === lifetime.completedOn) {
    removedAt = Math.min(removedAt, performance[REGISTER_EFFECTIVE_AT]);
  }
  const start = momentAt(content, lifetime.startsAt) ?? content[CONTENT_EFFECTIVE_AT] ?? content[CONTENT_OCCURRED_AT];
  const expiresAt = momentAt(content, lifetime.expiresAt) ?? Infinity;
  const classIndex = reading.classify === null ? UNCLASSIFIED : reading.classify(fact, start);
  const stated = momentAt(content, lifetime.publicityEnd) ?? defaultEnd(lifetime.publicityMonths, start, classIndex);
  const publicityEnd = publicityEndOf(fact[PUBLICITY], stated);
  const closedAt = expiresAt < removedAt ? expiresAt : removedAt;
  life.start = start;
  life.removedAt = removedAt;
  life.expiresAt = expiresAt;
  life.closedAt = closedAt;
  life.publicityEnd = publicityEnd;
  life.classIndex = classIndex;
  life.end = closedAt < publicityEnd ? closedAt : publicityEnd;
  return true;
}

/** End of an objection (异议) whose filing stands undecided; it begins at the register's `effectiveAt`. */
export function objectionEnd(dispute: RegisterState, days: number): number {
  if (dispute[REGISTER_VALUE] !== 'FILED') return -Infinity;
  const longest = addDays(dispute[REGISTER_EFFECTIVE_AT], days);
  const until = dispute[REGISTER_UNTIL];
  return until !== null && until < longest ? until : longest;
}
