const KEYS_AT_ONCE = 1_000;

/**
 * Snapshots that an earlier engine version published and that this one would make otherwise: every key's is published again,
 * some with each transaction, until all are. A crash in between begins anew, because the commit still names the old version.
 */
export class Renewal {
  readonly #keys: string[];
  readonly #from: string;
  readonly #to: string;

  constructor(from: string, to: string, keys: Iterable<string>) {
    this.#from = from;
    this.#to = to;
    this.#keys = from === to ? [] : [...keys];
  }

  get isPending(): boolean {
    return this.#keys.length > 0;
  }

  /** The keys whose turn it is; they stay until `done`. */
  next(): readonly string[] {
    return this.#keys.slice(-KEYS_AT_ONCE);
  }

  /** The version by which every snapshot is out once `next` is published. */
  versionAfterNext(): string {
    return this.#keys.length > KEYS_AT_ONCE ? this.#from : this.#to;
  }

  /** `next` is published. */
  done(): void {
    this.#keys.splice(-KEYS_AT_ONCE);
  }
}
