import type { Label } from '../rule-set/definition.ts';
import type { Reader, RuleSetFault } from './reader.ts';

export const LABELS = ['published', 'proposal'] as const satisfies readonly Label[];
const KNOWN: readonly string[] = LABELS;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkBlock(block: Record<string, unknown>, path: string, faults: RuleSetFault[]): boolean {
  const { label, basis } = block;
  if (label === undefined && basis === undefined) return false;
  if (typeof label !== 'string' || !KNOWN.includes(label)) {
    faults.push({ path: `${path}.label`, message: 'is missing or unknown; expected published or proposal' });
  }
  if (typeof basis !== 'string' || basis === '') {
    faults.push({ path: `${path}.basis`, message: 'is missing; name the law, the document or why it is proposed' });
  }
  return true;
}

function walk(value: unknown, path: string, covered: boolean, faults: RuleSetFault[]): void {
  if (typeof value === 'number' && !covered) {
    faults.push({ path, message: 'a number without label and basis; give them to its block' });
  }
  if (Array.isArray(value)) value.forEach((item, place) => walk(item, `${path}[${place}]`, covered, faults));
  if (!isObject(value)) return;
  const here = checkBlock(value, path, faults) || covered;
  for (const [key, member] of Object.entries(value)) walk(member, `${path}.${key}`, here, faults);
}

/**
 * Every number of a rule set stands in a block that says, itself or through the nearest block around it, whether the
 * number is published or a proposal, and on what basis. The file as a whole is no such block.
 */
export function checkProvenance(file: unknown, faults: RuleSetFault[]): void {
  if (!isObject(file)) return;
  for (const [key, member] of Object.entries(file)) walk(member, key, false, faults);
}

export interface Provenance {
  readonly label: Label;
  readonly basis: string;
}

/** Label and basis of a block that must have them, with numbers or without; `checkProvenance` has seen to their values. */
export function readProvenance(block: Reader): Provenance {
  if (!block.has('label') && !block.has('basis')) block.fail('label and basis are missing');
  const label = block.has('label') && block.at('label').isText() ? block.at('label').text() : '';
  const basis = block.has('basis') && block.at('basis').isText() ? block.at('basis').text() : '';
  return { label: label === 'published' ? 'published' : 'proposal', basis };
}
