import { attributesOfCode, codeOfType, readsCodeSystem } from './facts.ts';
import type { AttributeValue, FactRecord, Register } from './facts.ts';
import { CONTENT, DISPUTE, EMPTY_POSITION, ID, PERFORMANCE, PUBLICITY, STANDING } from './position.ts';
import type { ContentState, FactState, Position, RegisterState } from './position.ts';

const PLACE: Readonly<Record<Register, 2 | 3 | 4 | 5 | 6>> = {
  CONTENT,
  STANDING,
  PUBLICITY,
  PERFORMANCE,
  DISPUTE,
};

/** Place of a fact id in the sorted list, or the complement of the place where it belongs. */
function search(facts: readonly FactState[], id: string): number {
  let low = 0;
  let high = facts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = (facts[middle] as FactState)[ID];
    if (at === id) return middle;
    if (at < id) low = middle + 1;
    else high = middle - 1;
  }
  return ~low;
}

function contentOf(record: FactRecord, type: number | string): ContentState {
  const names = typeof type === 'number' ? attributesOfCode(type) : [];
  const values = names.map((name): AttributeValue => record.attributes[name] ?? null);
  return [
    record.revision,
    record.tieBreak,
    record.occurredAt,
    record.effectiveAt,
    record.caseNumber,
    readsCodeSystem(type) ? record.codeSystem : null,
    values,
  ];
}

function asMoment(value: AttributeValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function registerOf(record: FactRecord): RegisterState {
  const { value, effectiveAt, until } = record.attributes;
  return [
    record.revision,
    record.tieBreak,
    typeof value === 'string' ? value : '',
    asMoment(effectiveAt) ?? record.effectiveAt ?? record.occurredAt,
    asMoment(until),
  ];
}

function isNewer(record: FactRecord, than: ContentState | RegisterState | null): boolean {
  if (than === null || record.revision !== than[0]) return than === null || record.revision > than[0];
  return record.tieBreak > than[1];
}

function withRegister(fact: FactState, record: FactRecord): FactState {
  const copy = fact.slice() as unknown as { -readonly [K in keyof FactState]: FactState[K] };
  if (record.register === 'CONTENT') copy[CONTENT] = contentOf(record, fact[1]);
  else copy[PLACE[record.register] as 3] = registerOf(record);
  return copy;
}

/**
 * The position with one more record. Commutative and idempotent: each register keeps the record with the greatest
 * (revision, tieBreak), so arrival order and duplicates leave no trace. Facts not touched are shared with the old
 * position; a record that changes nothing gives back the very same object. The assessment is carried over as it was.
 */
export function foldFact(position: Position | undefined, record: FactRecord): Position {
  const before = position ?? EMPTY_POSITION;
  const place = search(before.facts, record.factId);
  if (place < 0) {
    const stub: FactState = [
      record.factId,
      codeOfType(record.factType) ?? record.factType,
      null,
      null,
      null,
      null,
      null,
    ];
    const facts = before.facts.toSpliced(~place, 0, withRegister(stub, record));
    return { facts, schemes: before.schemes, nextReviewAt: before.nextReviewAt };
  }
  const known = before.facts[place] as FactState;
  if (!isNewer(record, known[PLACE[record.register]])) return before;
  const facts = before.facts.slice();
  facts[place] = withRegister(known, record);
  return { facts, schemes: before.schemes, nextReviewAt: before.nextReviewAt };
}
