/** The step from which a key's snapshot says what it says; later steps that change nothing of it leave it. */
export interface Since {
  readonly offset: number;
  readonly ordinal: number;
  readonly asOf: number;
  /** When the key wanted its next review, seen from that step. */
  readonly due: number | null;
}
