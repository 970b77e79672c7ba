/** The rule set that decides a scheme, from which activation on. */
export interface Activation {
  /** `id@version`. */
  readonly ruleSet: string;
  readonly activationId: string;
}

/** What control records leave for a whole partition. */
export interface PartitionMemory {
  /** By scheme; empty before the first activation: facts are folded, nothing is scored. */
  readonly ruleSets: Readonly<Record<string, Activation>>;
  /** The last activation or retirement; null before the first. */
  readonly activationId: string | null;
  readonly calendar: string | null;
  /** The history load whose records are being read; null outside of one. */
  readonly historyLoad: string | null;
}

export const EMPTY_MEMORY: PartitionMemory = { ruleSets: {}, activationId: null, calendar: null, historyLoad: null };

export function readMemory(text: string): PartitionMemory {
  return text === '' ? EMPTY_MEMORY : (JSON.parse(text) as PartitionMemory);
}

export function writeMemory(memory: PartitionMemory): string {
  return JSON.stringify(memory);
}

/** The memory with one more rule set in force, instead of the one of its scheme; or, retired, with none for the scheme. */
export function withActivation(
  memory: PartitionMemory,
  schemeId: string,
  activation: Activation,
  retired: boolean,
): PartitionMemory {
  const { [schemeId]: _replaced, ...others } = memory.ruleSets;
  return {
    ...memory,
    ruleSets: retired ? others : { ...others, [schemeId]: activation },
    activationId: activation.activationId,
  };
}
