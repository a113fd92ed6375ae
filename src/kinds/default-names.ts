import { createHash } from "node:crypto";
import type { Named } from "../schema/schema.ts";
import { bareName } from "../sql.ts";

/**
 * An item whose name may be left out. It then gets the name of TypeORM 1.x's `DefaultNamingStrategy`, whichever version
 * is installed, so that a revision always does the same. Write the name where TypeORM gives another one: for the unique
 * constraint of a one-to-one relation (`REL_…`); and with TypeORM 0.3 for checks, exclusion constraints and partial
 * indexes, and where the name of a table or column has other characters than letters, digits and underscores.
 */
export type Nameless<Item extends Named> = Omit<Item, "name"> & {
  /** Left out, the name of TypeORM's default naming strategy. */
  readonly name?: string;
};

/** The name of a primary key. */
export function primaryKeyName(table: string, columns: readonly string[]): string {
  return hashName("PK_", table, joinSorted(columns));
}

/** The name of a unique constraint. */
export function uniqueName(table: string, columns: readonly string[]): string {
  return hashName("UQ_", table, joinSorted(columns));
}

/** The name of a foreign key. */
export function foreignKeyName(table: string, columns: readonly string[]): string {
  return hashName("FK_", table, joinSorted(columns));
}

/** The name of an index. */
export function indexName(table: string, columns: readonly string[], where?: string): string {
  return hashName("IDX_", table, where ? `${joinSorted(columns)}_${where}` : joinSorted(columns));
}

/** The name of a check constraint. */
export function checkName(table: string, expression: string): string {
  return hashName("CHK_", table, expression);
}

/** The name of an exclusion constraint. */
export function exclusionName(table: string, expression: string): string {
  return hashName("XCL_", table, expression);
}

/** Whether a name is what TypeORM computes for a constraint or an index over these columns. */
export function isNameOver(name: string, table: string, columns: readonly string[]): boolean {
  const [prefix = ""] = /^[A-Z]+_/.exec(name) ?? [];
  return name === hashName(prefix, table, joinSorted(columns));
}

/** TypeORM keeps names to 30 bytes, and takes the part after the last dot for the table. */
function hashName(prefix: string, table: string, rest: string): string {
  const name = bareName(table).split(".").at(-1) ?? "";
  return (
    prefix +
    createHash("sha1")
      .update(`${name}_${rest}`)
      .digest("hex")
      .slice(0, 30 - prefix.length)
  );
}

function joinSorted(columns: readonly string[]): string {
  return [...columns].sort().join("_");
}
