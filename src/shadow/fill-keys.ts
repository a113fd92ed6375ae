import type { Database } from "../database.ts";
import { id } from "../sql.ts";
import type { FillCatalog, FillReference, FillTable } from "./fill-catalog.ts";
import type { FillStep } from "./fill-plan.ts";
import type { ReadyReference } from "./propose.ts";
import type { CellValue } from "./values.ts";

/** More keys would make no row more likely to fit. */
const MOST_KEYS = 200;

/** Reads the keys that a foreign key may have, as texts. */
export async function readKeys(
  db: Database,
  { schema, name }: Pick<FillTable, "schema" | "name">,
  { referenced }: FillReference,
): Promise<readonly (readonly CellValue[])[]> {
  const columns = referenced.map((column) => `${id(column)}::text`).join(", ");
  const order = referenced.map((column) => id(column)).join(", ");
  const given = referenced.map((column) => `${id(column)} IS NOT NULL`).join(" AND ");
  return await db.readOne(
    `SELECT ${columns} FROM ${id(schema)}.${id(name)} WHERE ${given} ORDER BY ${order} LIMIT ${MOST_KEYS}`,
  );
}

/** Reads the keys of all foreign keys of a table that are not set later. */
export async function readAllKeys(
  db: Database,
  { tables }: Pick<FillCatalog, "tables">,
  { table, later }: FillStep,
): Promise<readonly ReadyReference[]> {
  const ready: ReadyReference[] = [];
  for (const reference of table.references.filter((one) => !later.includes(one))) {
    const target = tables.find(({ oid }) => oid === reference.table);
    ready.push({ reference, keys: target === undefined ? [] : await readKeys(db, target, reference) });
  }
  return ready;
}
