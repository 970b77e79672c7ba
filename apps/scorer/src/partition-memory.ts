/** What control records leave for a whole partition. */
export interface PartitionMemory {
  /** `id@version` by scheme; empty before the first activation: facts are folded, nothing is scored. */
  readonly ruleSets: Readonly<Record<string, string>>;
  /** Record id of the last activation or retirement; null before the first. */
  readonly activatedBy: string | null;
  readonly calendar: string | null;
  /** The history load whose records are being read; null outside of one. */
  readonly historyLoad: string | null;
}

const EMPTY: PartitionMemory = { ruleSets: {}, activatedBy: null, calendar: null, historyLoad: null };

export function readMemory(text: string): PartitionMemory {
  return text === '' ? EMPTY : (JSON.parse(text) as PartitionMemory);
}

export function writeMemory(memory: PartitionMemory): string {
  return JSON.stringify(memory);
}

/** The memory with a rule set in force instead of the one of its scheme; `null` retires the scheme. */
export function withRuleSet(
  memory: PartitionMemory,
  schemeId: string,
  ruleSet: string | null,
  activatedBy: string,
): PartitionMemory {
  const { [schemeId]: _replaced, ...others } = memory.ruleSets;
  return { ...memory, ruleSets: ruleSet === null ? others : { ...others, [schemeId]: ruleSet }, activatedBy };
}
