/** A moment at which a key wants to be looked at again; reviews fire in order of (due, key). */
export interface Review {
  readonly due: number;
  readonly key: string;
}

/** True when `a` fires before `b`, or is `b`. */
export function notAfter(a: Review, b: Review): boolean {
  return a.due < b.due || (a.due === b.due && a.key <= b.key);
}

/** A review in the heap; `at` is where it lies there, `due` is no earlier. */
interface Queued {
  readonly key: string;
  due: number;
  at: number;
}

function liesBefore(a: Queued, b: Queued): boolean {
  return a.at < b.at || (a.at === b.at && a.key <= b.key);
}

/**
 * The reviews of one partition: one for each key, in a binary heap. A review that is put off stays where it lies until it
 * comes up, and is put in its place then: most are put off many times before they fire, if ever. One that is moved forward, or
 * dropped, leaves an entry that is passed over when it comes up; the heap is rebuilt when most of it is such leftovers.
 */
export class ReviewQueue {
  readonly #reviews = new Map<string, Queued>();
  #heap: Queued[] = [];

  get size(): number {
    return this.#reviews.size;
  }

  set(key: string, due: number | null): void {
    if (due === null) {
      this.#reviews.delete(key);
      return;
    }
    const known = this.#reviews.get(key);
    if (known !== undefined && known.at <= due) {
      known.due = due;
      return;
    }
    const review = { key, due, at: due };
    this.#reviews.set(key, review);
    this.#push(review);
    if (this.#heap.length > 2 * this.#reviews.size + 1024) this.#rebuild();
  }

  peek(): Review | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      const isLeftOver = this.#reviews.get(first.key) !== first;
      if (!isLeftOver && first.at === first.due) return first;
      this.#pop();
      if (!isLeftOver) this.#putIn(first);
    }
    return undefined;
  }

  /** Takes the first review out; its key has none until it is set again. */
  take(): Review | undefined {
    const first = this.peek();
    if (first === undefined) return undefined;
    this.#pop();
    this.#reviews.delete(first.key);
    return { due: first.due, key: first.key };
  }

  #putIn(review: Queued): void {
    review.at = review.due;
    this.#push(review);
  }

  #push(entry: Queued): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Queued;
      if (liesBefore(above, entry)) break;
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
      if (right < heap.length && liesBefore(heap[right] as Queued, heap[child] as Queued)) child = right;
      const below = heap[child] as Queued;
      if (liesBefore(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }

  #rebuild(): void {
    this.#heap = [];
    for (const review of this.#reviews.values()) this.#putIn(review);
  }
}
