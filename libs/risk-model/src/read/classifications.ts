import type {
  Classification,
  CodeTables,
  DecisionTable,
  IndicatorDefinition,
  TableRow,
} from '../rule-set/definition.ts';
import { readPredicates } from './predicates.ts';
import { readAttribute } from './reading.ts';
import type { Reading } from './reading.ts';
import type { Reader } from './reader.ts';

interface Frame {
  readonly name: string;
  readonly factType: string;
  readonly classes: readonly string[];
}

function readRow(reader: Reader, frame: Frame, result: string, reading: Reading): TableRow {
  reader.object('when', result, 'validFrom', 'validTo', 'label', 'basis');
  const row = {
    where: readPredicates(reader.optional('when'), frame.factType, reading),
    from: reader.optional('validFrom')?.day() ?? null,
    to: reader.optional('validTo')?.day() ?? null,
    result: reader.at(result).oneOf(frame.classes),
  };
  if (row.from !== null && row.to !== null && row.to <= row.from) reader.at('validTo').fail('must be after validFrom');
  return row;
}

/** The first row that holds decides; rows of `raises` may only make it graver (classes are listed from mild to grave). */
function readDecisionTable(reader: Reader, frame: Frame, reading: Reading): DecisionTable {
  reader.object('fact', 'form', 'classes', 'table', 'raises', 'label', 'basis');
  const rows = reader.at('table').filledList();
  const last = rows.at(-1);
  if (last !== undefined && (last.has('when') || last.has('validFrom') || last.has('validTo'))) {
    last.fail('the last row must hold for every fact: no when, no validity');
  }
  const raises = reader.optional('raises')?.list() ?? [];
  return {
    ...frame,
    form: 'decisionTable',
    rows: rows.map((row) => readRow(row, frame, 'is', reading)),
    raises: raises.map((row) => readRow(row, frame, 'atLeast', reading)),
  };
}

/** Codes mean something only in their code system. Ranks are filled once the indicators are known. */
function readCodeTables(reader: Reader, frame: Frame): CodeTables {
  reader.object('fact', 'form', 'classes', 'codes', 'neutral', 'systems', 'label', 'basis');
  const systems = reader.at('systems').entries();
  reader.at('neutral').oneOf(frame.classes);
  const tables = systems.map(([system, table]) => {
    const codes = table.entries().map(([code, result]) => [code, result.oneOf(frame.classes)] as const);
    return [system, Object.fromEntries(codes)] as const;
  });
  return {
    ...frame,
    form: 'codeTables',
    attribute: readAttribute(reader.at('codes'), frame.factType),
    systems: Object.fromEntries(tables),
    ranks: [],
  };
}

function readClassification(name: string, reader: Reader, reading: Reading): Classification {
  const factType = reading.factType(reader.at('fact'));
  const classes = reader.at('classes').texts();
  if (new Set(classes).size < classes.length) reader.at('classes').fail('a class is named twice');
  if (reading.classes.has(factType)) reader.fail('this fact type is classified twice');
  reading.classes.set(factType, classes);
  const frame: Frame = { name, factType, classes };
  const form = reader.at('form').oneOf(['decisionTable', 'codeTables']);
  return form === 'codeTables' ? readCodeTables(reader, frame) : readDecisionTable(reader, frame, reading);
}

/** All classifications of the file; at most one for each fact type. */
export function readClassifications(reader: Reader | null, reading: Reading): Classification[] {
  return reader?.entries().map(([name, item]) => readClassification(name, item, reading)) ?? [];
}

/** Signed undecayed milli-points that the indicators give to a fact of a class; null where none scores it. */
function pointsOfClass(indicators: readonly IndicatorDefinition[], factType: string, name: string): number | null {
  const points = indicators.flatMap((indicator) =>
    indicator.parts.flatMap((part) => {
      if (part.form !== 'facts' && part.form !== 'state') return [];
      if (part.select.factType !== factType || part.select.outcome !== name) return [];
      return [indicator.positive ? -part.points : part.points];
    }),
  );
  return points.length === 0 ? null : Math.max(...points);
}

/** Of several result codes the worst counts: classes are ranked by the points of the indicators that score them. */
export function rankClasses(
  classifications: readonly Classification[],
  indicators: readonly IndicatorDefinition[],
  reader: Reader,
): Classification[] {
  return classifications.map((classification) => {
    if (classification.form !== 'codeTables') return classification;
    const own = reader.at('classifications').at(classification.name);
    const neutral = own.at('neutral').text();
    const ranks = classification.classes.map((name) => pointsOfClass(indicators, classification.factType, name));
    classification.classes.forEach((name, place) => {
      if (ranks[place] !== null || name === neutral) return;
      own.at('classes').fail(`no indicator scores ${name} and it is not the neutral one`);
    });
    return { ...classification, ranks };
  });
}
