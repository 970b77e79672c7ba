import type { FactRecord } from '#libs/risk-model';

/** A fact record as ClickHouse keeps it: what the model reads, and what a person wants to know beside it. */
export interface StoredFact {
  readonly record: FactRecord;
  /** Everything the record states, flat; money in fen 分, times in epoch ms. */
  readonly stated: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly authority: string;
  /** 文号 natural number, normalised. */
  readonly number: string;
  readonly synthetic: boolean;
}

/** Per fact and register the record that decides: greatest revision, then greatest record id, as the model folds them. */
export function decidingRecords(facts: readonly StoredFact[]): ReadonlyMap<string, StoredFact> {
  const deciding = new Map<string, StoredFact>();
  for (const fact of facts) {
    const key = registerKey(fact.record.factId, fact.record.register);
    const known = deciding.get(key);
    if (known === undefined || isLater(fact.record, known.record)) deciding.set(key, fact);
  }
  return deciding;
}

export function registerKey(factId: string, register: string): string {
  return `${factId}/${register}`;
}

function isLater(one: FactRecord, other: FactRecord): boolean {
  return one.revision === other.revision ? one.tieBreak > other.tieBreak : one.revision > other.revision;
}
