import type { WarningDefinition } from '../rule-set/definition.ts';
import { readCondition } from './conditions.ts';
import { readProvenance } from './provenance.ts';
import type { Reader } from './reader.ts';
import { CLASSES } from './reading.ts';
import type { Reading } from './reading.ts';

const TRIGGERS = ['directNewlyMet', 'worsenedByAtLeast', 'from', 'newlyMet'] as const;

function readWhen(reader: Reader, reading: Reading): WarningDefinition['when'] {
  reader.object('directNewlyMet', 'worsenedByAtLeast', 'from', 'to', 'newlyMet');
  if (TRIGGERS.filter((key) => reader.has(key)).length !== 1) {
    reader.fail('exactly one of directNewlyMet, worsenedByAtLeast, newlyMet, from with to is expected');
  }
  if (reader.has('directNewlyMet')) {
    if (!reader.at('directNewlyMet').flag()) reader.at('directNewlyMet').fail('true is expected');
    return { kind: 'DIRECT_NEWLY_MET' };
  }
  if (reader.has('worsenedByAtLeast')) {
    return { kind: 'WORSENED_BY', classes: reader.at('worsenedByAtLeast').integer(1) };
  }
  if (reader.has('newlyMet')) return { kind: 'NEWLY_MET', condition: readCondition(reader.at('newlyMet'), reading) };
  const [from, to] = [reader.at('from').oneOf(CLASSES), reader.at('to').oneOf(CLASSES)];
  if (CLASSES.includes(from) && CLASSES.includes(to) && to <= from)
    reader.at('to').fail('a class worse than from is expected');
  return { kind: 'MOVED', from, to };
}

/** Early warnings (预警) raised by an assessment itself. */
export function readWarnings(reader: Reader | null, reading: Reading): WarningDefinition[] {
  const known = new Set<string>();
  return (reader?.list() ?? []).map((item) => {
    item.object('id', 'level', 'when', 'text', 'label', 'basis');
    const id = item.at('id').text();
    if (known.has(id)) item.at('id').fail(`${id} is declared twice`);
    known.add(id);
    return {
      id,
      level: item.at('level').oneOf(['RED', 'ORANGE', 'YELLOW', 'BLUE']),
      text: item.at('text').bilingual(),
      ...readProvenance(item),
      when: readWhen(item.at('when'), reading),
    };
  });
}
