/** What control records leave for a whole partition. */
export interface PartitionMemory {
  /** The active rule set as `id@version`; null before the first activation: facts are folded, nothing is scored. */
  readonly ruleSet: string | null;
  readonly activationId: string | null;
  readonly calendar: string | null;
  /** The history load whose records are being read; null outside of one. */
  readonly historyLoad: string | null;
}

const EMPTY: PartitionMemory = { ruleSet: null, activationId: null, calendar: null, historyLoad: null };

let lastText = '';
let lastMemory = EMPTY;

/** Memory is asked for with every record and changes a few times in a log's life: the last one parsed is kept. */
export function readMemory(text: string): PartitionMemory {
  if (text === lastText) return lastMemory;
  lastMemory = text === '' ? EMPTY : (JSON.parse(text) as PartitionMemory);
  lastText = text;
  return lastMemory;
}

export function writeMemory(memory: PartitionMemory): string {
  return JSON.stringify(memory);
}
