import { PERFORMANCE, REGISTER_EFFECTIVE_AT, REGISTER_VALUE } from '../position.ts';
import type { FactState } from '../position.ts';
import type { Opening, Selection } from '../rule-set/definition.ts';
import type { FactRule, Run } from '../run.ts';
import type { ProgramBuilder } from './program.ts';

/** The performance register holds `value` (overdue 逾期, lifted 解除) from that record's moment; notes that moment. */
export function holdsPerformance(run: Run, fact: FactState, value: string): boolean {
  const register = fact[PERFORMANCE];
  if (register === null || register[REGISTER_VALUE] !== value) return false;
  const since = register[REGISTER_EFFECTIVE_AT];
  if (run.asOf >= since) return true;
  run.watch(since);
  return false;
}

/** A closed fact that is not taken off the record has expired; notes the moment of removal and the end of publicity. */
function isExpired(run: Run): boolean {
  const { removedAt, publicityEnd } = run.life;
  if (run.asOf >= removedAt) return false;
  run.watch(removedAt);
  run.watch(publicityEnd);
  return true;
}

/** Lays down what is done with each selected fact while a state is open in it. */
export function whileOpen(builder: ProgramBuilder, select: Selection, opens: Opening, rule: FactRule): void {
  switch (opens.on) {
    case 'START':
      return builder.whileUsable(select, rule);
    case 'PERFORMANCE':
      return builder.whileUsable(
        select,
        (run, fact, place) => void (holdsPerformance(run, fact, opens.value) && rule(run, fact, place)),
      );
    case 'EXPIRY':
      return builder.afterClosing(select, (run, fact, place) => void (isExpired(run) && rule(run, fact, place)));
  }
}
