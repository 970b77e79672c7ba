/** The latest changes in order of arrival, each with a number that only grows; the oldest fall out. */
export interface ChangeRing<T> {
  push(id: string, item: T): void;
  /** The number of the newest item; 0 when none has come yet. */
  readonly head: number;
  /** The number of the item with this id, or undefined when it has fallen out or never came. */
  numberOf(id: string): number | undefined;
  /** At most `limit` items numbered above `after`, oldest first, and how many above it have already fallen out. */
  after(after: number, limit: number): { readonly items: readonly T[]; readonly last: number; readonly missed: number };
  /** At most `limit` items, newest first. */
  latest(limit: number): readonly T[];
}

export function createChangeRing<T>(capacity: number): ChangeRing<T> {
  const items = new Map<number, { readonly id: string; readonly item: T }>();
  const numbers = new Map<string, number>();
  let head = 0;
  const at = (number: number): T => items.get(number)!.item;
  return {
    get head() {
      return head;
    },
    push(id, item) {
      if (numbers.has(id)) return;
      head += 1;
      items.set(head, { id, item });
      numbers.set(id, head);
      const oldest = items.get(head - capacity);
      if (oldest === undefined) return;
      numbers.delete(oldest.id);
      items.delete(head - capacity);
    },
    numberOf: (id) => numbers.get(id),
    after(after, limit) {
      const first = head - items.size + 1;
      const from = Math.max(after + 1, first);
      const last = Math.min(head, from + limit - 1);
      const found: T[] = [];
      for (let number = from; number <= last; number++) found.push(at(number));
      return { items: found, last, missed: from - after - 1 };
    },
    latest(limit) {
      const found: T[] = [];
      for (let number = head; number > head - Math.min(limit, items.size); number--) found.push(at(number));
      return found;
    },
  };
}
