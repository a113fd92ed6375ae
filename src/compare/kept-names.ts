import { tableKinds } from "../kinds/all.ts";
import { itemsOf, withItems } from "../kinds/kind.ts";
import { does } from "../kinds/targets.ts";
import type { Change, Operation } from "../schema/operation.ts";
import type { Schema, Table } from "../schema/schema.ts";

/** A name of TypeORM's naming strategy: the models do not give it. */
const COMPUTED = /^(?:PK|UQ|FK|IDX|CHK|XCL|REL)_[0-9a-f]{20,}$/;

/** A constraint or an index whose name the models do not give, and the name that it has in the database. */
export interface KeptName {
  readonly table: string;
  readonly name: string;
  readonly computed: string;
}

/** The renames among changes that only lead to a name that TypeORM computes. */
export function findKeptNames(changes: readonly Change[]): readonly KeptName[] {
  return changes.flatMap(({ operations }) => operations.flatMap(keptNameOf));
}

function keptNameOf(operation: Operation): readonly KeptName[] {
  const { table, name = "", to = "" } = operation.target ?? {};
  const isPart = does(operation, "rename", "constraint") || does(operation, "rename", "index");
  if (table === undefined || !isPart || COMPUTED.test(name) || !COMPUTED.test(to)) return [];
  return [{ table, name, computed: to }];
}

/**
 * The models with the names that the database has, where they give none themselves.
 * @param changes what leads from the database to the models
 * @returns the same models if there is no such name
 */
export function withKeptNames(models: Schema, changes: readonly Change[]): Schema {
  const kept = new Map(findKeptNames(changes).map(({ table, name, computed }) => [`${table}\0${computed}`, name]));
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
