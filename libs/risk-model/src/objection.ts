import { objectionEnd } from './life.ts';
import { DISPUTE, REGISTER_EFFECTIVE_AT } from './position.ts';
import type { FactState } from './position.ts';
import type { Run } from './run.ts';

/** Whether a fact is under objection (异议) now; notes when that will change. */
export function isDisputed(run: Run, fact: FactState): boolean {
  const dispute = fact[DISPUTE];
  if (dispute === null) return false;
  const end = objectionEnd(dispute, run.program.objectionDays);
  const from = dispute[REGISTER_EFFECTIVE_AT];
  if (run.asOf >= end || from >= end) return false;
  run.watch(run.asOf < from ? from : end);
  return run.asOf >= from;
}
