import { hash } from 'node:crypto';
import type { Subject } from './generated/records.ts';

/** Separates the parts of an id; no normalised text holds it. */
const SEPARATOR = '\u001f';

/** First 16 bytes of SHA-256 over the parts, as 32 hex digits. */
export function idOf(...parts: readonly string[]): string {
  return hash('sha256', parts.join(SEPARATOR), 'hex').slice(0, 32);
}

export interface FactIdParts {
  readonly source: string;
  readonly factType: string;
  readonly authority: string;
  /** Normalised natural number. */
  readonly number: string;
  readonly subjectFirstStated: Subject;
}

/** Fact id: the same for every record of a fact, from whatever file or time, also when the fact moves to another subject. */
export function factIdOf({ source, factType, authority, number, subjectFirstStated: first }: FactIdParts): string {
  return idOf(source, factType, authority, number, `${first.scheme}:${first.value}`);
}

/**
 * Canonical text of a payload for hashing: keys sorted, absent values left out, so that a field added to the contract
 * later changes no id of a record that does not use it.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const record = value as Record<string, unknown>;
  let text = '{';
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member !== null && member !== undefined) text += `${key}:${canonical(member)},`;
  }
  return `${text}}`;
}
