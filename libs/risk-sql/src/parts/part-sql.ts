import type { Selected } from '../reading.ts';

/** What each fact of a kind brings to a part. */
export interface Effect {
  readonly facts: Selected;
  /** SQL on a row of lives: milli-points. */
  readonly points: string;
  /** Such a fact is an open state or clock. */
  readonly opens: boolean;
}

/** Facts without which an enterprise has nothing in a part. */
export interface Candidates {
  readonly facts: Selected;
  /** What must hold of them together: SQL over the facts of an enterprise; null = one is enough. */
  readonly having: string | null;
}

/** A part of an indicator as SQL. */
export interface PartSql {
  /** What facts bring one by one; null = it can be told only of all facts of an enterprise together. */
  readonly effects: readonly Effect[] | null;
  /** The single greatest contribution counts, instead of the sum. */
  readonly greatest: boolean;
  /** SQL on the row of an enterprise: milli-points, before any cap. */
  readonly points: () => string;
  /** SQL on the row of an enterprise: a state or clock is open, counted or not. */
  readonly open: () => string;
  /** Array of (key, points) of its contributions, by an attribute of the facts. */
  readonly entriesBy: ((attribute: string) => string) | null;
  /** null = every enterprise may have something. */
  readonly candidates: Candidates | null;
}
