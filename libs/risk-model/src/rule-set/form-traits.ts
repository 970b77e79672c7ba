/** What a form tells the frame of its indicator. */
export interface FormTraits {
  /** The single greatest fact counts. */
  readonly greatest: boolean;
  /** The most one fact or value can bring, in milli-points. */
  readonly largest: number;
  /** Negative points: belongs to the positive pool. */
  readonly positive: boolean;
}

/** Keys that every indicator has, whatever its form. */
export const FRAME_KEYS = ['code', 'group', 'name', 'form', 'cap', 'label', 'basis'] as const;
