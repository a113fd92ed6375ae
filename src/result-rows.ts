import type { TextRows } from "./database.ts";

/** Reads one value of a result from its text; NULL is `null`. It throws an Error for a value that cannot be. */
export type ReadValue<Value> = (text: string | null, column: string) => Value;

/** The columns of a query's result, in their order: the name that we give each, and how its value is read. */
export type ResultColumns = Readonly<Record<string, ReadValue<unknown>>>;

/** One row of a result, values by the names of {@link ResultColumns}. */
export type ResultRow<Columns extends ResultColumns> = {
  readonly [Name in keyof Columns]: ReturnType<Columns[Name]>;
};

/** A text that is never NULL. */
export const requiredText: ReadValue<string> = (text, column) => {
  if (text === null) throw new Error(`The column ${column} of a query is NULL.`);
  return text;
};

/** A text, or `undefined` for NULL. */
export const optionalText: ReadValue<string | undefined> = (text) => text ?? undefined;

/** A boolean that is never NULL. */
export const requiredFlag: ReadValue<boolean> = (text, column) => {
  if (text !== "t" && text !== "f") throw new Error(`The column ${column} of a query is ${text}, not a boolean.`);
  return text === "t";
};

/** A JSON list of texts; NULL is an empty list, as `json_agg` makes it. */
export const textList: ReadValue<readonly string[]> = (text, column) => {
  const list: unknown = JSON.parse(text ?? "[]");
  if (!Array.isArray(list) || !list.every((one) => typeof one === "string"))
    throw new Error(`The column ${column} of a query is ${text}, not a list of texts.`);
  return list;
};

/** A JSON list whose elements the query builds, so that it alone says what they are; NULL is an empty list. */
export function listOf<Element>(): ReadValue<readonly Element[]> {
  return (text) => JSON.parse(text ?? "[]") as readonly Element[];
}

/**
 * Reads the rows of a result into objects.
 * @param columns the columns that the query selects, in their order
 * @param rows the rows as PostgreSQL sends them
 * @throws Error if a row has another number of values, or a value cannot be read
 */
export function readRows<Columns extends ResultColumns>(
  columns: Columns,
  rows: TextRows,
): readonly ResultRow<Columns>[] {
  const readers = Object.entries(columns);
  return rows.map((row) => {
    if (row.length !== readers.length)
      throw new Error(
        `A query returns ${row.length} columns, not ${readers.length}: ${Object.keys(columns).join(", ")}.`,
      );
    const values = readers.map(([name, read], at) => [name, read(row[at] ?? null, name)]);
    return Object.fromEntries(values) as ResultRow<Columns>;
  });
}
