export interface OutgoingMessage {
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  /** Record time, epoch milliseconds; the moment of sending when left out. */
  readonly timestamp?: number | undefined;
  /** Stated for control records and for outputs that keep their input's partition; else the key decides. */
  readonly partition?: number | undefined;
  readonly headers?: Readonly<Record<string, string | Buffer>> | undefined;
}
