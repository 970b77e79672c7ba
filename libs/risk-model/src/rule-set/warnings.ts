import type { CompiledWarning } from '../compiled.ts';
import { CLASSES } from './conditions.ts';
import type { Reader } from './reader.ts';

function readWhen(reader: Reader): CompiledWarning['when'] {
  reader.object('directNewlyMet', 'worsenedByAtLeast', 'from', 'to');
  if (reader.has('directNewlyMet')) {
    if (reader.at('directNewlyMet').scalar() !== true) reader.at('directNewlyMet').fail('true is expected');
    return { kind: 'DIRECT_NEWLY_MET' };
  }
  if (reader.has('worsenedByAtLeast'))
    return { kind: 'WORSENED_BY', classes: reader.at('worsenedByAtLeast').integer(1) };
  return { kind: 'MOVED', from: reader.at('from').oneOf(CLASSES), to: reader.at('to').oneOf(CLASSES) };
}

/** Early warnings (预警) raised by an assessment itself. */
export function readWarnings(reader: Reader | null): CompiledWarning[] {
  const warnings: CompiledWarning[] = [];
  for (const item of reader?.list() ?? []) {
    item.object('id', 'level', 'when', 'text', 'label', 'basis');
    const id = item.at('id').text();
    if (warnings.some((known) => known.id === id)) item.at('id').fail(`${id} is declared twice`);
    const level = item.at('level').oneOf(['RED', 'ORANGE', 'YELLOW', 'BLUE']);
    warnings.push({ id, level, when: readWhen(item.at('when')), text: item.at('text').bilingual() });
  }
  return warnings;
}
