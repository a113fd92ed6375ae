import { RemodelError } from "../errors.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { type AnyKind, itemsOf } from "../kinds/kind.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { bareName, siblingName } from "../sql.ts";

/** Names of at least this many bytes may be the rest of two longer ones. */
const LONG = 60;

/**
 * Refuses two items of one table that have one name in the 63 bytes that PostgreSQL keeps.
 * @throws RemodelError `NAME_TOO_LONG`
 */
export function assertDistinct(items: readonly Named[], word: string, table: string): void {
  const seen = new Set<string>();
  for (const { name } of items) {
    if (seen.has(name) && isLong(name)) throw tooLong(`Two names of a ${word} of ${table}`, name);
    seen.add(name);
  }
}

/**
 * Refuses two entities that share a table only because PostgreSQL shortens their names.
 * @param table the table's name, as PostgreSQL keeps it
 * @param declared what the entities call it
 * @throws RemodelError `NAME_TOO_LONG`
 */
export function assertSame(table: string, declared: readonly [string, string]): void {
  if (declared[0] !== declared[1]) throw tooLong(`The tables ${declared.join(" and ")}`, table);
}

/**
 * Refuses models in which two objects of one schema have one name that PostgreSQL allows only once. Tables, views,
 * indexes and the constraints that have an index share their names; so do tables, views and types.
 * @throws RemodelError `NAME_TOO_LONG`, `MODELS_REJECTED`
 */
export function assertUnique(schema: Schema): void {
  const { tables = [] } = schema;
  const describe = ({ list, word }: AnyKind) =>
    itemsOf(schema, list).map(({ name }) => [name, `${article(word)} ${word}`] as const);
  const describeIn = (table: Table, { list, word }: AnyKind) =>
    itemsOf(table, list).map(({ name }) => [siblingName(table.name, name), `the ${word} of ${table.name}`] as const);
  const relations = schemaKinds.filter(({ ownsRelationName }) => ownsRelationName).flatMap(describe);
  const inTables = tableKinds
    .filter(({ ownsRelationName }) => ownsRelationName)
    .flatMap((kind) => tables.flatMap((table) => describeIn(table, kind)));
  refuseDoubles([...relations, ...inTables]);
  refuseDoubles(schemaKinds.filter(({ ownsTypeName }) => ownsTypeName).flatMap(describe));
}

function article(word: string): string {
  return /^[aeio]/.test(word) ? "an" : "a";
}

function refuseDoubles(named: readonly (readonly [name: string, what: string])[]): void {
  const seen = new Map<string, string>();
  for (const [name, what] of named) {
    const other = seen.get(name);
    seen.set(name, what);
    if (other === undefined || other === what) continue;
    if (isLong(name)) throw tooLong(`The names of ${other} and of ${what}`, name);
    throw new RemodelError("MODELS_REJECTED", `${capital(other)} and ${what} are both called ${name}.`, {
      hint: "Give one of them another name in the model. Within a schema, PostgreSQL allows each name once for both.",
    });
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function isLong(name: string): boolean {
  return Buffer.byteLength(bareName(name)) >= LONG;
}

function tooLong(what: string, name: string): RemodelError {
  return new RemodelError("NAME_TOO_LONG", `${what} become the same name, since PostgreSQL keeps 63 bytes: ${name}.`, {
    hint: "Give one of them a shorter name in the model.",
  });
}
