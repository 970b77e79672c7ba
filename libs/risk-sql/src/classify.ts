import type { Classification, CodeTables, DecisionTable, RuleSetDefinition, TableRow } from '#libs/risk-model';
import { column } from './attributes.ts';
import { all, firstOf, list, text } from './expressions.ts';
import { typeCode } from './fact-types.ts';
import { predicateOf } from './predicates.ts';

/** Number of a class in column `class`; 0 stands for none. */
export function classIndex(definition: RuleSetDefinition, factType: string, name: string): number {
  const classes = definition.classifications.find((item) => item.factType === factType)?.classes ?? [];
  const place = classes.indexOf(name);
  if (place < 0) throw new Error(`${name} is no class of ${factType}`);
  return place + 1;
}

function rowHolds({ where, from, to }: TableRow): string {
  return all([
    ...(from === null ? [] : [`start >= ${from}`]),
    ...(to === null ? [] : [`start < ${to}`]),
    ...where.map(predicateOf),
  ]);
}

function byTable({ rows, raises, classes }: DecisionTable): string {
  const place = (row: TableRow): number => classes.indexOf(row.result) + 1;
  const table = firstOf(
    rows.map((row) => [rowHolds(row), place(row)]),
    0,
  );
  if (raises.length === 0) return table;
  const raised = raises.map((row) => `if(${rowHolds(row)}, ${place(row)}, 0)`);
  return `greatest(${[table, ...raised].join(', ')})`;
}

/** Classes from the one of the greatest rank to the least, of equal ranks the first named first. */
function byRank({ classes, ranks }: CodeTables): string[] {
  const rank = (name: string): number => ranks[classes.indexOf(name)] ?? -Infinity;
  return [...classes].sort((one, other) => (rank(one) === rank(other) ? 0 : rank(one) > rank(other) ? -1 : 1));
}

/** Of several codes the one of the greatest rank counts: each becomes its class's place from below, 0 without one. */
function byCodes(table: CodeTables): string {
  const ordered = byRank(table).reverse();
  const codes: string[] = [];
  const places: number[] = [];
  for (const [system, rows] of Object.entries(table.systems)) {
    for (const [code, name] of Object.entries(rows)) {
      codes.push(text(`${system}/${code}`));
      places.push(ordered.indexOf(name) + 1);
    }
  }
  const worst = `arrayMax(arrayMap(code -> transform(concat(code_system, '/', code), [${list(codes)}], [${list(places)}], 0), ${column(table.attribute)}))`;
  return `[0, ${list(ordered.map((name) => table.classes.indexOf(name) + 1))}][${worst} + 1]`;
}

function classBy(item: Classification): string {
  return item.form === 'decisionTable' ? byTable(item) : byCodes(item);
}

/** SQL: the class of the fact at hand within its type, 0 without one. Reads `start`. */
export function classOf({ classifications }: RuleSetDefinition): string {
  return firstOf(
    classifications.map((item) => [`type = ${typeCode(item.factType)}`, classBy(item)]),
    0,
  );
}
