import { groupBy } from "../group-by.ts";
import { tableKinds } from "../kinds/all.ts";
import { isNameOver } from "../kinds/default-names.ts";
import { itemsOf, withItems } from "../kinds/kind.ts";
import { does } from "../kinds/targets.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";

/** A name of TypeORM's naming strategy: the models do not give it. */
const COMPUTED = /^(?:PK|UQ|FK|IDX|CHK|XCL|REL)_[0-9a-f]{20,}$/;

/** A constraint or an index whose name the models do not give, and the name that it has in the database. */
export interface KeptName {
  readonly table: string;
  readonly name: string;
  readonly computed: string;
}

/**
 * The renames among changes that only lead to a name that TypeORM computes.
 * @param live the database, with the names that it has
 */
export function findKeptNames(changes: readonly Change[], live: Schema): readonly KeptName[] {
  const isComputed = computedFinder(live);
  return changes.flatMap(({ operations }) => operations.flatMap((operation) => keptNameOf(operation, isComputed)));
}

function keptNameOf(operation: Operation, isComputed: (name: string) => boolean): readonly KeptName[] {
  const { table, name = "", to = "" } = operation.target ?? {};
  const isPart = does(operation, "rename", "constraint") || does(operation, "rename", "index");
  if (table === undefined || !isPart || !COMPUTED.test(to) || isComputed(name)) return [];
  return [{ table, name, computed: to }];
}

/**
 * Prepares to say whether TypeORM computed a name from what has it now. One that only looks like that was given by a person.
 */
function computedFinder({ tables = [] }: Schema): (name: string) => boolean {
  const parts = tables.flatMap((table) =>
    tableKinds
      .flatMap(({ list }) => itemsOf(table, list))
      .filter((item) => COMPUTED.test(item.name))
      .map((item) => ({ table, item })),
  );
  const byName = groupBy(parts, ({ item }) => item.name);
  return (name) => {
    if (!COMPUTED.test(name)) return false;
    const found = byName.get(name);
    return found === undefined || found.some(({ table, item }) => mayBeNameOf(table, item));
  };
}

/** From which text of an expression TypeORM computed a name is not known: the database prints it in another way. */
function mayBeNameOf(table: Table, item: Named & { readonly columns?: unknown; readonly where?: unknown }): boolean {
  const { name, columns, where } = item;
  if (where !== undefined || !Array.isArray(columns)) return true;
  return isNameOver(name, table.name, columns.map(String));
}

/**
 * The models with the names that the database has, where they give none themselves.
 * @param changes what leads from the database to the models
 * @param live the database
 * @returns the same models if there is no such name
 */
export function withKeptNames(models: Schema, changes: readonly Change[], live: Schema): Schema {
  const kept = new Map(
    findKeptNames(changes, live).map(({ table, name, computed }) => [`${table}\0${computed}`, name]),
  );
  if (kept.size === 0) return models;
  return {
    ...models,
    tables: (models.tables ?? []).map((table) => withNames(table, (name) => kept.get(`${table.name}\0${name}`))),
  };
}

function withNames(table: Table, nameOf: (name: string) => string | undefined): Table {
  const kinds = tableKinds.filter(({ list }) => itemsOf(table, list).some(({ name }) => nameOf(name) !== undefined));
  return kinds.reduce((changed, kind) => {
    const items = itemsOf(changed, kind.list).map((item) => ({ ...item, name: nameOf(item.name) ?? item.name }));
    return withItems(changed, kind, items);
  }, table);
}
