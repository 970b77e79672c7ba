import type { BandDefinition } from '../rule-set/definition.ts';
import { CLASSES } from './reading.ts';
import type { Reader } from './reader.ts';

/** Bands from A to D, half-open `[from, to)`: no gap, no overlap, none empty, the whole scale covered. */
export function readBands(reader: Reader, scaleMax: number): BandDefinition[] {
  reader.object('list', 'label', 'basis');
  const items = reader.at('list').filledList();
  const bands = items.map((item) => {
    item.object('class', 'from', 'to');
    return { riskClass: item.at('class').oneOf(CLASSES), from: item.at('from').points(), to: item.at('to').points() };
  });
  if (bands.map((band) => band.riskClass).join('') !== CLASSES.join('')) {
    reader.at('list').fail('the bands A, B, C and D are expected, in this order');
  }
  bands.forEach((band, place) => {
    const path = items[place] as Reader;
    const starts = place === 0 ? 0 : (bands[place - 1]?.to as number);
    if (band.to <= band.from) path.fail('the band is empty: to must be greater than from');
    if (band.from > starts) path.at('from').fail(`leaves a gap of ${(band.from - starts) / 1000} points before it`);
    if (band.from < starts)
      path.at('from').fail(`overlaps the band before it by ${(starts - band.from) / 1000} points`);
  });
  if ((bands.at(-1)?.to ?? 0) <= scaleMax) reader.at('list').fail('the last band must end above the scale');
  return bands;
}
