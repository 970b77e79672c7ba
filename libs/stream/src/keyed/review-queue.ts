/** A moment at which a key wants to be looked at again; reviews fire in order of (due, key). */
export interface Review {
  readonly due: number;
  readonly key: string;
}

/** True when `a` fires before `b`, or is `b`. */
export function notAfter(a: Review, b: Review): boolean {
  return a.due < b.due || (a.due === b.due && a.key <= b.key);
}

const FIRST_ROOM = 1_024;

/**
 * The reviews of one partition: one for each key, in a binary heap. A review that is put off stays where it lies until it
 * comes up, and is put in its place then: most are put off many times before they fire, if ever. What is known of each lies in
 * arrays of numbers: as objects, those of a million keys would keep the collector busy.
 */
export class ReviewQueue {
  /** Where in the arrays the review of a key stands. */
  readonly #places = new Map<string, number>();
  readonly #keys: string[] = [];
  /** Places that are free again. */
  readonly #free: number[] = [];
  #due = new Float64Array(FIRST_ROOM);
  /** By what it lies in the heap; `due` is no earlier. */
  #at = new Float64Array(FIRST_ROOM);
  /** Places in heap order, and where in it each place lies. */
  #heap = new Uint32Array(FIRST_ROOM);
  #index = new Uint32Array(FIRST_ROOM);

  get size(): number {
    return this.#places.size;
  }

  set(key: string, due: number | null): void {
    const place = this.#places.get(key);
    if (due === null) {
      if (place !== undefined) this.#remove(place);
    } else if (place === undefined) {
      this.#add(key, due);
    } else {
      this.#due[place] = due;
      if (due < (this.#at[place] as number)) this.#moveForward(place, due);
    }
  }

  /** When the first review is due; Infinity without one. */
  nextDue(): number {
    const place = this.#first();
    return place === undefined ? Infinity : (this.#due[place] as number);
  }

  peek(): Review | undefined {
    const place = this.#first();
    return place === undefined ? undefined : this.#reviewAt(place);
  }

  /** Takes the first review out; its key has none until it is set again. */
  take(): Review | undefined {
    const place = this.#first();
    if (place === undefined) return undefined;
    const review = this.#reviewAt(place);
    this.#remove(place);
    return review;
  }

  #reviewAt(place: number): Review {
    return { due: this.#due[place] as number, key: this.#keys[place] as string };
  }

  /** The place of the first review; those that were put off and come up are put in their place. */
  #first(): number | undefined {
    while (this.size > 0) {
      const place = this.#heap[0] as number;
      if (this.#at[place] === this.#due[place]) return place;
      this.#at[place] = this.#due[place] as number;
      this.#sink(place, 0);
    }
    return undefined;
  }

  #add(key: string, due: number): void {
    const place = this.#free.pop() ?? this.#keys.length;
    if (place === this.#due.length) this.#grow();
    this.#keys[place] = key;
    this.#due[place] = this.#at[place] = due;
    this.#rise(place, this.size);
    this.#places.set(key, place);
  }

  #moveForward(place: number, due: number): void {
    this.#at[place] = due;
    this.#rise(place, this.#index[place] as number);
  }

  #remove(place: number): void {
    this.#places.delete(this.#keys[place] as string);
    this.#keys[place] = '';
    this.#free.push(place);
    const gap = this.#index[place] as number;
    const last = this.#heap[this.size] as number;
    if (last === place) return;
    this.#rise(last, gap);
    this.#sink(last, this.#index[last] as number);
  }

  /** Puts a place at an index of the heap, or above it. */
  #rise(place: number, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#heap[parent] as number;
      if (this.#isBefore(above, place)) break;
      this.#put(above, index);
      index = parent;
    }
    this.#put(place, index);
  }

  /** Puts a place at an index of the heap, or below it. */
  #sink(place: number, from: number): void {
    const { size } = this;
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#isBefore(this.#heap[right] as number, this.#heap[child] as number)) child = right;
      const below = this.#heap[child] as number;
      if (this.#isBefore(place, below)) break;
      this.#put(below, index);
      index = child;
    }
    this.#put(place, index);
  }

  #put(place: number, index: number): void {
    this.#heap[index] = place;
    this.#index[place] = index;
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#at[one] as number, this.#at[other] as number];
    return a < b || (a === b && (this.#keys[one] as string) < (this.#keys[other] as string));
  }

  #grow(): void {
    const room = 2 * this.#due.length;
    this.#due = enlarged(this.#due, new Float64Array(room));
    this.#at = enlarged(this.#at, new Float64Array(room));
    this.#heap = enlarged(this.#heap, new Uint32Array(room));
    this.#index = enlarged(this.#index, new Uint32Array(room));
  }
}

function enlarged<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
