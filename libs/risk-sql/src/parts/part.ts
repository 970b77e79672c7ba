import type { Part } from '#libs/risk-model';
import type { Reading } from '../reading.ts';
import { agePart, derivedPart, lookupPart, schemeClassPart } from './enterprise-parts.ts';
import { clockPart, factsPart, statePart } from './fact-parts.ts';
import type { Candidates, PartSql } from './part-sql.ts';
import { consecutivePart, dropPart, fallen, holding } from './snapshot-parts.ts';
import { compared, countPart, enough, excessPart, totalPart } from './window-parts.ts';

export function partSql(reading: Reading, part: Part): PartSql {
  switch (part.form) {
    case 'facts':
      return factsPart(reading, part);
    case 'state':
      return statePart(reading, part);
    case 'clock':
      return clockPart(reading, part);
    case 'count':
      return valuePart(() => countPart(reading, part), enough(reading, part));
    case 'total':
      return valuePart(() => totalPart(reading, part));
    case 'excess':
      return valuePart(() => excessPart(reading, part), compared(reading, part));
    case 'consecutive':
      return valuePart(() => consecutivePart(reading, part), holding(reading, part));
    case 'drop':
      return { ...valuePart(() => dropPart(reading, part), fallen(reading, part)), greatest: true };
    case 'lookup':
      return valuePart(() => lookupPart(reading, part));
    case 'age':
      return valuePart(() => agePart(reading, part));
    case 'derived':
      return valuePart(() => derivedPart(reading, part));
    case 'schemeClass':
      return valuePart(() => schemeClassPart(reading, part));
  }
}

function valuePart(points: () => string, candidates: Candidates | null = null): PartSql {
  return { effects: null, greatest: false, points, open: () => '0', entriesBy: null, candidates };
}
