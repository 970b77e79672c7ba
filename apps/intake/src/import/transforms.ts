import { z } from 'zod';
import { compileDateFormat, isoDateOf } from './date-format.ts';
import { fenOf, MONEY_UNITS, MoneyError } from './money.ts';

/** A value on its way from a cell to a field; undefined: nothing is stated. */
export type Value = string | number | boolean | readonly string[] | undefined;

/** A cell that a transform cannot take; `rule` names the transform. */
export class TransformError extends Error {
  override readonly name = 'TransformError';
  constructor(
    readonly rule: string,
    message: string,
  ) {
    super(message);
  }
}

/** The steps a mapping may name. The list is fixed: a mapping says what a source means, it does not compute. */
export const transformSchema = z.union([
  z.enum(['trim', 'upper', 'halfWidth', 'integer', 'codes']),
  z.strictObject({ date: z.array(z.string()).min(1) }),
  z.strictObject({ money: z.enum(MONEY_UNITS) }),
  z.strictObject({ table: z.string(), otherwise: z.enum(['refuse', 'keep', 'empty']).default('refuse') }),
  z.strictObject({ extract: z.string() }),
]);

export type TransformText = z.infer<typeof transformSchema>;

export type Transform = (value: string) => Value;

export interface TransformContext {
  /** Code tables of the mapping: source code → meaning. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Offset of the source's times of day, for instance +08:00. */
  readonly zone: string;
}

/** Compiles a step; throws an Error that says what is wrong with it. */
export function compileTransform(step: TransformText, context: TransformContext): Transform {
  if (typeof step === 'string') return NAMED[step];
  if ('date' in step) return dateOf(step.date, context.zone);
  if ('money' in step) return moneyOf(step.money);
  if ('extract' in step) return extractOf(step.extract);
  const table = context.tables[step.table];
  if (table === undefined) throw new Error(`table "${step.table}" is not among the tables of the mapping`);
  return lookUp(step.table, table, step.otherwise);
}

const NAMED: Readonly<Record<Extract<TransformText, string>, Transform>> = {
  trim: (value) => value.trim(),
  upper: (value) => value.toUpperCase(),
  halfWidth: (value) => value.normalize('NFKC'),
  integer(value) {
    if (!/^[+-]?\d{1,15}$/u.test(value)) throw new TransformError('integer', `"${value}" is not a whole number`);
    return Number(value);
  },
  codes: (value) =>
    value
      .normalize('NFKC')
      .split(/[,、;]/u)
      .map((code) => code.trim())
      .filter((code) => code !== ''),
};

function dateOf(texts: readonly string[], zone: string): Transform {
  const formats = texts.map(compileDateFormat);
  return (value) => {
    const iso = isoDateOf(value, formats, zone);
    if (iso === undefined) throw new TransformError('date', `"${value}" is no date as ${texts.join(' or ')}`);
    return iso;
  };
}

function moneyOf(unit: (typeof MONEY_UNITS)[number]): Transform {
  return (value) => {
    try {
      return fenOf(value.normalize('NFKC'), unit);
    } catch (error) {
      if (error instanceof MoneyError) throw new TransformError('money', error.message);
      throw error;
    }
  };
}

function extractOf(source: string): Transform {
  const pattern = new RegExp(source, 'u');
  return (value) => {
    const match = pattern.exec(value);
    return match === null ? undefined : (match[1] ?? match[0]);
  };
}

function lookUp(
  name: string,
  table: Readonly<Record<string, string | readonly string[]>>,
  otherwise: 'refuse' | 'keep' | 'empty',
): Transform {
  const entries = new Map(Object.entries(table));
  return (value) => {
    const found = entries.get(value) ?? entries.get(value.normalize('NFKC'));
    if (found !== undefined) return found;
    if (otherwise === 'keep') return value;
    if (otherwise === 'empty') return undefined;
    throw new TransformError(
      'table',
      `"${value}" is not in the code table ${name} (${[...entries.keys()].join(', ')})`,
    );
  };
}
