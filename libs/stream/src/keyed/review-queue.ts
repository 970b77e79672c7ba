/** A moment at which a key wants to be looked at again; reviews fire in order of (due, key). */
export interface Review {
  readonly due: number;
  readonly key: string;
}

/** True when `a` fires before `b`, or is `b`. */
export function notAfter(a: Review, b: Review): boolean {
  return a.due < b.due || (a.due === b.due && a.key <= b.key);
}

/**
 * The reviews of one partition: one for each key, in a binary heap. A changed due moment leaves its old entry in the heap,
 * where it is passed over when it comes up; the heap is rebuilt when most of it is such leftovers.
 */
export class ReviewQueue {
  readonly #reviews = new Map<string, Review>();
  #heap: Review[] = [];

  get size(): number {
    return this.#reviews.size;
  }

  set(key: string, due: number | null): void {
    if (due === null) {
      this.#reviews.delete(key);
      return;
    }
    if (this.#reviews.get(key)?.due === due) return;
    const review = { due, key };
    this.#reviews.set(key, review);
    this.#push(review);
    if (this.#heap.length > 2 * this.#reviews.size + 1024) this.#rebuild();
  }

  peek(): Review | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#reviews.get(first.key) === first) return first;
      this.#pop();
    }
    return undefined;
  }

  /** Takes the first review out; its key has none until it is set again. */
  take(): Review | undefined {
    const first = this.peek();
    if (first === undefined) return undefined;
    this.#pop();
    this.#reviews.delete(first.key);
    return first;
  }

  #push(entry: Review): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Review;
      if (notAfter(above, entry)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && notAfter(heap[right] as Review, heap[child] as Review)) child = right;
      const below = heap[child] as Review;
      if (notAfter(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }

  #rebuild(): void {
    this.#heap = [];
    for (const review of this.#reviews.values()) this.#push(review);
  }
}
