/** A part of an indicator as SQL on the row of an enterprise. */
export interface PartSql {
  /** Milli-points, before any cap. */
  readonly points: string;
  /** A state or clock is open, counted or not; '0' for the other forms. */
  readonly open: string;
  /** The single greatest contribution counts, instead of the sum. */
  readonly greatest: boolean;
  /** Array of (key, points) of its contributions, by an attribute of the facts. */
  readonly entriesBy: ((attribute: string) => string) | null;
}
