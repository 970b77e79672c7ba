import type { ClockPart, Closer, FactsPart, Opening, StatePart } from '../rule-set/definition.ts';
import { readScalars, readSelection, SELECTION_KEYS } from './predicates.ts';
import { MODEL_ATTRIBUTES } from '../facts.ts';
import type { Reader } from './reader.ts';
import { readAttribute } from './reading.ts';
import type { Reading } from './reading.ts';
import { readDecay, readSpan } from './spans.ts';

/** Each selected usable fact brings points times its decay; points below 0 make a positive indicator. */
export function readFactsPart(reader: Reader, reading: Reading, frame: readonly string[]): FactsPart {
  reader.object(...frame, ...SELECTION_KEYS, 'points', 'decay');
  const points = reader.at('points').points();
  if (points === 0) reader.at('points').fail('points other than 0 are expected');
  const decay = reader.optional('decay');
  return {
    form: 'facts',
    select: readSelection(reader, reading),
    points,
    decay: decay === null ? null : readDecay(decay, reading),
  };
}

/** `opensAt: expiry`, or `opensOn` a value of the performance register; without either a state opens with its fact. */
export function readOpening(reader: Reader): Opening {
  if (reader.has('opensAt') && reader.has('opensOn')) reader.fail('only one of opensAt, opensOn is expected');
  if (reader.has('opensAt')) {
    reader.at('opensAt').oneOf(['expiry']);
    return { on: 'EXPIRY' };
  }
  if (!reader.has('opensOn')) return { on: 'START' };
  const on = reader.at('opensOn').object('register', 'value');
  on.at('register').oneOf(['PERFORMANCE']);
  return { on: 'PERFORMANCE', value: on.at('value').text() };
}

function readCloser(reader: Reader, reading: Reading, closed: string): Closer {
  reader.object(...SELECTION_KEYS, 'same', 'order');
  const select = readSelection(reader, reading);
  const same = reader.optional('same');
  if (same !== null && !(MODEL_ATTRIBUTES[closed] ?? []).includes(readAttribute(same, select.factType))) {
    same.fail(`facts of ${closed} have no such attribute`);
  }
  return {
    select,
    same: same?.text() ?? null,
    order: reader.optional('order')?.oneOf(['later', 'any']) === 'any' ? 'ANY' : 'LATER',
  };
}

function readWhileEnterprise(reader: Reader, reading: Reading): StatePart['whileEnterprise'] {
  reader.object('attribute', 'is');
  return { attribute: reading.enterpriseAttribute(reader.at('attribute')), values: readScalars(reader.at('is')) };
}

function readResidual(reader: Reader, reading: Reading): NonNullable<StatePart['residual']> {
  reader.object('points', 'months', 'decay', 'label', 'basis');
  const points = reader.at('points').positivePoints();
  if (reader.has('months') === reader.has('decay')) reader.fail('exactly one of months, decay is expected');
  if (reader.has('decay')) return { points, decay: readDecay(reader.at('decay'), reading) };
  const until = { unit: 'MONTH', length: reader.optional('months')?.integer(1) ?? 1 } as const;
  return { points, decay: [{ until, perMille: 1000 }] };
}

const STATE_KEYS = ['open', 'opensOn', 'opensAt', 'whileEnterprise', 'closesAfterMonths', 'closedBy', 'residual'];

/** Points while a fact is open, then a residual. */
export function readStatePart(reader: Reader, reading: Reading, frame: readonly string[]): StatePart {
  reader.object(...frame, ...SELECTION_KEYS, ...STATE_KEYS);
  const select = readSelection(reader, reading);
  const points = reader.at('open').positivePoints();
  const longest = reader.optional('closesAfterMonths');
  const gate = reader.optional('whileEnterprise');
  const residual = reader.optional('residual');
  const left = residual === null ? null : readResidual(residual, reading);
  if (residual !== null && STATE_KEYS.some((key) => key !== 'open' && key !== 'residual' && reader.has(key))) {
    residual.fail('only a state that ends with its fact can leave a residual');
  }
  if (left !== null && left.points > points) {
    residual?.at('points').fail('a residual may not exceed the open state: it would rise with time');
  }
  const closers = reader.optional('closedBy')?.filledList() ?? [];
  return {
    form: 'state',
    select,
    points,
    opens: readOpening(reader),
    whileEnterprise: gate === null ? null : readWhileEnterprise(gate, reading),
    closesAfter: longest === null ? null : { unit: 'MONTH', length: longest.integer(1) },
    closedBy: closers.map((item) => readCloser(item, reading, select.factType)),
    residual: left,
  };
}

/** Points once a single fact has been open for so long; never over a union of facts. */
export function readClockPart(reader: Reader, reading: Reading, frame: readonly string[]): ClockPart {
  reader.object(...frame, ...SELECTION_KEYS, 'points', 'afterMonths', 'afterDays');
  return {
    form: 'clock',
    select: readSelection(reader, reading),
    after: readSpan(reader, 'afterMonths', 'afterDays'),
    points: reader.at('points').positivePoints(),
  };
}
