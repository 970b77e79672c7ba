const SLAB_BYTES = 256 * 1024;

/**
 * Room for many small pieces of bytes that are needed no longer all at once, in blocks outside of the collector's heap, which
 * are used again: a hundred thousand states as objects, or as blocks of their own, keep the collector busy.
 */
export class Slabs {
  readonly #slabs: Buffer[] = [];
  #at = 0;
  #used = 0;

  /** Contents are left over from earlier use. */
  allocate(length: number): Buffer {
    for (; this.#at < this.#slabs.length; this.#at++, this.#used = 0) {
      const slab = this.#slabs[this.#at] as Buffer;
      if (this.#used + length <= slab.length) return slab.subarray(this.#used, (this.#used += length));
    }
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, length));
    this.#slabs.push(slab);
    return slab.subarray(0, (this.#used = length));
  }

  /** Everything allocated may be written over from now on. */
  reuse(): void {
    this.#at = this.#used = 0;
  }
}
