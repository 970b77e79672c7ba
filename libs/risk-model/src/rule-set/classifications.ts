import { parseDay } from '../calendar.ts';
import { UNCLASSIFIED } from '../life.ts';
import type { Classify } from '../life.ts';
import { CONTENT, CONTENT_CODE_SYSTEM } from '../position.ts';
import type { AttributeValue } from '../facts.ts';
import { readAttribute, readFactType, valuesOf } from './building.ts';
import type { Building } from './building.ts';
import { readPredicates } from './predicates.ts';
import type { Reader } from './reader.ts';

interface TableRow {
  readonly holds: (values: readonly AttributeValue[]) => boolean;
  readonly from: number;
  readonly to: number;
  readonly result: number;
}

/** First and first-no-longer moment of a row's validity; it is judged by the date of the fact, not of the reading. */
function readDay(reader: Reader | null, otherwise: number): number {
  if (reader === null) return otherwise;
  const moment = parseDay(reader.text());
  if (moment === null) reader.fail('a date YYYY-MM-DD is expected');
  return moment ?? otherwise;
}

function readRow(reader: Reader, type: number, classes: readonly string[], result: string): TableRow {
  reader.object('when', result, 'validFrom', 'validTo', 'label', 'basis');
  return {
    holds: readPredicates(reader.optional('when'), type),
    from: readDay(reader.optional('validFrom'), -Infinity),
    to: readDay(reader.optional('validTo'), Infinity),
    result: classes.indexOf(reader.at(result).oneOf(classes)),
  };
}

function fits(row: TableRow, values: readonly AttributeValue[], start: number): boolean {
  return start >= row.from && start < row.to && row.holds(values);
}

/** The first row that holds decides; rows of `raises` may only make it graver (classes are listed from mild to grave). */
function readDecisionTable(reader: Reader, type: number, classes: readonly string[]): Classify {
  const rows = reader.at('table').filledList();
  const table = rows.map((row) => readRow(row, type, classes, 'is'));
  const last = rows.at(-1);
  if (last !== undefined && (last.has('when') || last.has('validFrom') || last.has('validTo'))) {
    last.fail('the last row must hold for every fact: no when, no validity');
  }
  const raises = (reader.optional('raises')?.list() ?? []).map((row) => readRow(row, type, classes, 'atLeast'));
  return (fact, start) => {
    const values = valuesOf(fact);
    let result = UNCLASSIFIED;
    for (const row of table) {
      if (!fits(row, values, start)) continue;
      result = row.result;
      break;
    }
    for (const row of raises) if (row.result > result && fits(row, values, start)) result = row.result;
    return result;
  };
}

/** Codes mean something only in their code system; of several codes the one with the most undecayed points counts. */
function readCodeTables(reader: Reader, type: number, classes: readonly string[], rank: readonly number[]): Classify {
  const place = readAttribute(reader.at('codes'), type);
  const systems = new Map<string, ReadonlyMap<string, number>>();
  for (const [system, table] of reader.at('systems').entries()) {
    const codes = table.entries().map(([code, result]) => [code, classes.indexOf(result.oneOf(classes))] as const);
    systems.set(system, new Map(codes));
  }
  return (fact) => {
    const table = systems.get(fact[CONTENT]?.[CONTENT_CODE_SYSTEM] ?? '');
    const codes = valuesOf(fact)[place];
    if (table === undefined || !Array.isArray(codes)) return UNCLASSIFIED;
    let worst = UNCLASSIFIED;
    for (const code of codes as readonly string[]) {
      const found = table.get(code);
      if (found === undefined) continue;
      if (worst === UNCLASSIFIED || isWorse(rank, found, worst)) worst = found;
    }
    return worst;
  };
}

function isWorse(rank: readonly number[], one: number, than: number): boolean {
  const [left, right] = [rank[one] ?? -Infinity, rank[than] ?? -Infinity];
  return left > right || (left === right && one < than);
}

export interface ReadClassification {
  readonly type: number;
  readonly classes: readonly string[];
  readonly classify: Classify;
  /** To be called once the indicators are known. */
  readonly rankByPoints: () => void;
}

function readClassification(reader: Reader, building: Building): ReadClassification {
  reader.object('fact', 'form', 'classes', 'table', 'raises', 'codes', 'neutral', 'systems', 'label', 'basis');
  const type = readFactType(reader.at('fact'));
  const classes = reader
    .at('classes')
    .filledList()
    .map((item) => item.text());
  const form = reader.at('form').oneOf(['decisionTable', 'codeTables']);
  if (form === 'decisionTable') {
    return { type, classes, classify: readDecisionTable(reader, type, classes), rankByPoints: () => undefined };
  }
  const rank = classes.map(() => -Infinity);
  const neutral = reader.at('neutral').oneOf(classes);
  const rankByPoints = (): void => {
    classes.forEach((name, index) => {
      const points = building.pointsOfClass.get(type)?.get(index);
      if (points !== undefined) rank[index] = points;
      else if (name !== neutral) reader.at('classes').fail(`no indicator scores ${name} and it is not the neutral one`);
    });
  };
  return { type, classes, classify: readCodeTables(reader, type, classes, rank), rankByPoints };
}

/** All classifications of the file; at most one for each fact type. */
export function readClassifications(reader: Reader, building: Building): ReadClassification[] {
  return reader.entries().map(([, item]) => {
    const read = readClassification(item, building);
    if (building.classifications.has(read.type)) item.fail('this fact type is classified twice');
    building.classifications.set(read.type, { type: read.type, classes: read.classes });
    return read;
  });
}
