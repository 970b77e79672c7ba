import { UNCLASSIFIED } from '../life.ts';
import type { Classify } from '../life.ts';
import { CONTENT, CONTENT_CODE_SYSTEM } from '../position.ts';
import type { FactState } from '../position.ts';
import type { Classification, CodeTables, DecisionTable, TableRow } from '../rule-set/definition.ts';
import { placeOf } from './places.ts';
import { compileTests, valuesOf } from './predicates.ts';

export interface CompiledClassification {
  readonly classes: readonly string[];
  readonly classify: Classify;
}

interface Row {
  readonly holds: (fact: FactState) => boolean;
  readonly from: number;
  readonly to: number;
  readonly result: number;
}

function rowOf(row: TableRow, { factType, classes }: DecisionTable): Row {
  return {
    holds: compileTests(row.where, factType) ?? (() => true),
    from: row.from ?? -Infinity,
    to: row.to ?? Infinity,
    result: classes.indexOf(row.result),
  };
}

function fits(row: Row, fact: FactState, start: number): boolean {
  return start >= row.from && start < row.to && row.holds(fact);
}

function byTable(definition: DecisionTable): Classify {
  const rows = definition.rows.map((row) => rowOf(row, definition));
  const raises = definition.raises.map((row) => rowOf(row, definition));
  return (fact, start) => {
    let result = UNCLASSIFIED;
    for (const row of rows) {
      if (!fits(row, fact, start)) continue;
      result = row.result;
      break;
    }
    for (const row of raises) if (row.result > result && fits(row, fact, start)) result = row.result;
    return result;
  };
}

/** Codes mean something only in their code system; of several codes the one of the greatest rank counts. */
function byCodes({ factType, attribute, classes, systems, ranks }: CodeTables): Classify {
  const place = placeOf(factType, attribute);
  const tables = new Map<unknown, ReadonlyMap<string, number>>(
    Object.entries(systems).map(([system, codes]) => [
      system,
      new Map(Object.entries(codes).map(([code, name]) => [code, classes.indexOf(name)])),
    ]),
  );
  const isWorse = (one: number, than: number): boolean => {
    const [left, right] = [ranks[one] ?? -Infinity, ranks[than] ?? -Infinity];
    return left > right || (left === right && one < than);
  };
  return (fact) => {
    const table = tables.get(fact[CONTENT]?.[CONTENT_CODE_SYSTEM]);
    const codes = valuesOf(fact)[place];
    if (table === undefined || !Array.isArray(codes)) return UNCLASSIFIED;
    let worst = UNCLASSIFIED;
    for (const code of codes as readonly string[]) {
      const found = table.get(code);
      if (found === undefined) continue;
      if (worst === UNCLASSIFIED || isWorse(found, worst)) worst = found;
    }
    return worst;
  };
}

export function compileClassification(definition: Classification): CompiledClassification {
  const classify = definition.form === 'decisionTable' ? byTable(definition) : byCodes(definition);
  return { classes: definition.classes, classify };
}
