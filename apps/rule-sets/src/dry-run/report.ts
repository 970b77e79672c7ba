import type { Reason } from '#libs/risk-model';

export const CELLS = ['A', 'B', 'C', 'D', 'UNRATED'] as const;
/** A class, or not rated: outside of the scored population or of the scheme. */
export type Cell = (typeof CELLS)[number];

export type CellCounts = Readonly<Record<Cell, number>>;

/** The rated enterprises of one band and how many of them are A, the class that is inspected least. */
export interface ShareOfA {
  readonly band: string;
  readonly before: { readonly rated: number; readonly a: number };
  readonly after: { readonly rated: number; readonly a: number };
}

export interface Mover {
  /** `scheme:value`. */
  readonly subject: string;
  readonly from: Cell;
  readonly to: Cell;
  /** Milli-points; null = not rated. */
  readonly scoreBefore: number | null;
  readonly scoreAfter: number | null;
  readonly reasons: readonly Pick<Reason, 'indicator' | 'kind' | 'points'>[];
}

export interface SchemeReport {
  readonly schemeId: string;
  /** `id@version`; null = not in force. */
  readonly before: string | null;
  readonly after: string | null;
  readonly classes: { readonly before: CellCounts; readonly after: CellCounts };
  /** From class now → to class then → enterprises. */
  readonly migration: Readonly<Record<Cell, CellCounts>>;
  readonly shareOfA: {
    readonly age: readonly ShareOfA[];
    readonly size: readonly ShareOfA[];
    readonly industry: readonly ShareOfA[];
  };
  readonly moved: {
    readonly total: number;
    readonly worsened: number;
    readonly improved: number;
    readonly newlyRated: number;
    readonly noLongerRated: number;
  };
  /** Those that move furthest, by classes and then by points. */
  readonly furthest: readonly Mover[];
}

/** What a dry run found; attached to the step DRY_RUN as JSON. */
export interface DryRunReport {
  readonly ruleSet: string;
  readonly sha256: string;
  readonly schemeId: string;
  /** What it was compared with in its scheme; null = the scheme is not rated now. */
  readonly replaces: string | null;
  /** `id@version` of every scheme in force. */
  readonly inForce: Readonly<Record<string, string>>;
  readonly asOf: string;
  readonly knownAt: string;
  readonly engine: string;
  readonly enterprises: number;
  /** The scheme of the rule set, and every other one in which somebody moves because of it. */
  readonly schemes: readonly SchemeReport[];
}
