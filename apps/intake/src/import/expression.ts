import type { ExpressionText } from './mapping-file.ts';
import { compileTransform, TransformError, type Transform, type TransformContext, type Value } from './transforms.ts';

/** A field that could not be made from its cells. */
export class CellError extends Error {
  override readonly name = 'CellError';
  constructor(
    readonly columns: readonly string[],
    readonly rule: string,
    message: string,
  ) {
    super(message);
  }
}

/** Where a cell's text comes from; undefined: not stated. */
export type Cells = (column: string) => string | undefined;

export interface Expression {
  /** The columns it reads, in order of mention: what a refused row is explained by. */
  readonly columns: readonly string[];
  /** Throws CellError. */
  evaluate(cells: Cells): unknown;
}

export interface ExpressionContext extends TransformContext {
  readonly columns: ReadonlySet<string>;
}

/** Compiles an expression; throws an Error that names what it refers to and is not there. */
export function compileExpression(text: ExpressionText, context: ExpressionContext): Expression {
  if (typeof text === 'string') return compileExpression({ column: text }, context);
  const source = compileSource(text, context);
  const steps = (text.then ?? []).map((step) => compileTransform(step, context));
  return {
    columns: source.columns,
    evaluate(cells) {
      const value = applySteps(source.evaluate(cells), steps, source.columns);
      return isAbsent(value) ? text.default : value;
    },
  };
}

function compileSource(text: Exclude<ExpressionText, string>, context: ExpressionContext): Expression {
  if (text.column !== undefined) return columnOf(text.column, context);
  if (text.first !== undefined) return firstOf(text.first.map((part) => compileExpression(part, context)));
  if (text.join !== undefined)
    return joined(
      text.join.map((part) => compileExpression(part, context)),
      text.with ?? '',
    );
  if (text.list !== undefined) return listOf(text.list.map((part) => compileExpression(part, context)));
  return { columns: [], evaluate: () => text.constant };
}

function columnOf(column: string, context: ExpressionContext): Expression {
  if (!context.columns.has(column)) throw new Error(`column "${column}" is not among the columns of the mapping`);
  return { columns: [column], evaluate: (cells) => cells(column) };
}

function firstOf(parts: readonly Expression[]): Expression {
  return {
    columns: columnsOf(parts),
    evaluate(cells) {
      for (const part of parts) {
        const value = part.evaluate(cells);
        if (!isAbsent(value)) return value;
      }
      return undefined;
    },
  };
}

/** All parts as one text, or nothing when a part is missing: half a number is another number. */
function joined(parts: readonly Expression[], separator: string): Expression {
  return {
    columns: columnsOf(parts),
    evaluate(cells) {
      const values = parts.map((part) => part.evaluate(cells));
      return values.some(isAbsent) ? undefined : values.map(String).join(separator);
    },
  };
}

/** What is stated of the parts, as one list without repetitions. */
function listOf(parts: readonly Expression[]): Expression {
  return {
    columns: columnsOf(parts),
    evaluate: (cells) => [
      ...new Set(parts.flatMap((part) => part.evaluate(cells)).filter((value) => !isAbsent(value))),
    ],
  };
}

function columnsOf(parts: readonly Expression[]): string[] {
  return [...new Set(parts.flatMap(({ columns }) => columns))];
}

function applySteps(source: unknown, steps: readonly Transform[], columns: readonly string[]): unknown {
  let value = source;
  for (const step of steps) {
    if (isAbsent(value)) return undefined;
    value = Array.isArray(value)
      ? value.flatMap((one) => applyStep(one, step, columns))
      : applyStep(value, step, columns);
  }
  return Array.isArray(value) ? value.filter((one) => !isAbsent(one)) : value;
}

function applyStep(value: unknown, step: Transform, columns: readonly string[]): Value {
  try {
    return step(String(value));
  } catch (error) {
    if (error instanceof TransformError) throw new CellError(columns, error.rule, error.message);
    throw error;
  }
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
