/**
 * The ids of the last records that went through, so that a repetition is named. It forgets the least recently seen first;
 * correctness does not rest on it, because the fold takes a record twice without a second effect.
 */
export class RecentRecords {
  private readonly ids = new Set<string>();

  constructor(private readonly capacity: number) {}

  has(recordId: string): boolean {
    return this.ids.has(recordId);
  }

  add(recordId: string): void {
    this.ids.delete(recordId);
    this.ids.add(recordId);
    if (this.ids.size <= this.capacity) return;
    for (const oldest of this.ids) {
      this.ids.delete(oldest);
      return;
    }
  }
}
