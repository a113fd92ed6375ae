import type { Database } from "../database.ts";
import { id, literal } from "../sql.ts";
import type { FillCatalog, FillReference, FillTable } from "./fill-catalog.ts";
import { readKeys } from "./fill-keys.ts";
import { mayBeNull } from "./fill-plan.ts";
import type { CellValue } from "./values.ts";

/**
 * Sets the foreign keys of a cycle, when all tables have their rows. The first row keeps NULL where that is allowed: it is
 * the root of a tree.
 * @returns the name of a foreign key that could not be set although it may not be NULL
 */
export async function setReferences(
  db: Database,
  { tables }: FillCatalog,
  table: FillTable,
  later: readonly FillReference[],
): Promise<string | undefined> {
  for (const reference of later) {
    const target = tables.find(({ oid }) => oid === reference.table);
    const keys = target === undefined ? [] : await readKeys(db, target, reference);
    const unset = await setReference(db, table, reference, keys);
    if (unset && !mayBeNull(table, reference)) return reference.name;
  }
  return undefined;
}

/** @returns whether a row has no key */
async function setReference(
  db: Database,
  table: FillTable,
  reference: FillReference,
  keys: readonly (readonly CellValue[])[],
): Promise<boolean> {
  const name = `${id(table.schema)}.${id(table.name)}`;
  const rows = await db.readOne(`SELECT tableoid::text, ctid::text FROM ${name} ORDER BY tableoid, ctid`);
  let unset = false;
  for (const [at, [tableoid, ctid]] of rows.entries()) {
    if (at === 0 && mayBeNull(table, reference)) continue;
    const where = `tableoid = ${literal(tableoid ?? "")} AND ctid = ${literal(ctid ?? "")}`;
    const isSet = await setFirst(db, `UPDATE ${name} SET `, where, reference, rotate(keys, Math.max(at - 1, 0)));
    unset ||= !isSet;
  }
  return unset;
}

function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  const at = by % Math.max(items.length, 1);
  return [...items.slice(at), ...items.slice(0, at)];
}

/** Tries one key after the other, since a unique constraint or a check may refuse one. */
async function setFirst(
  db: Database,
  update: string,
  where: string,
  { columns }: FillReference,
  keys: readonly (readonly CellValue[])[],
): Promise<boolean> {
  for (const key of keys) {
    const assignments = columns.map((column, index) => `${id(column)} = ${cell(key[index])}`).join(", ");
    const isSet = await db.query(`${update}${assignments} WHERE ${where}`).then(
      () => true,
      () => false,
    );
    if (isSet) return true;
  }
  return false;
}

function cell(value: CellValue | undefined): string {
  return value == null ? "NULL" : literal(value);
}
