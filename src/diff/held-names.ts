import { collect } from "../collect.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { hasSequence } from "../kinds/column-types.ts";
import { columns } from "../kinds/columns.ts";
import { type AnyKind, itemsOf } from "../kinds/kind.ts";
import { sequenceAt } from "../kinds/serials.ts";
import type { Column, Named, Schema, Table, View } from "../schema/schema.ts";
import { bareName, siblingName } from "../sql.ts";

/** What has a name: an item of a table, or of the schema if the table is "". A column has the name of its sequence. */
export interface NameHolder {
  readonly table: string;
  readonly list: string;
  readonly name: string;
}

/** The names in a schema. Names of relations, of types and of the constraints of one table are apart from each other. */
export interface HeldNames {
  readonly holders: ReadonlyMap<string, NameHolder>;
  /** The keys of a table or view and of all that belongs to it, by its name. */
  readonly ofOwners: ReadonlyMap<string, readonly string[]>;
}

/** The key of the name of a table, view, sequence or index. */
export function relationKey(name: string): string {
  return `relation\0${name}`;
}

/** The key of the name of a table, view or enum type. */
export function typeKey(name: string): string {
  return `type\0${name}`;
}

/** The key of the name of a constraint. */
export function constraintKey(table: string, name: string): string {
  return `constraint\0${table}\0${name}`;
}

/** The key of a name before and after something moves to another schema. */
export interface MovedKey {
  readonly from: string;
  readonly to: string;
}

/**
 * What becomes of the key of a name when it goes to the schema of a table.
 * @returns the key before and after; none for a constraint, whose name is one of its table only
 */
export function moveKey(key: string, table: string): readonly MovedKey[] {
  const [space, name = ""] = key.split("\0");
  return space === "constraint" ? [] : [{ from: key, to: `${space}\0${siblingName(table, bareName(name))}` }];
}

const known = new WeakMap<Schema, HeldNames>();

/** Lists the names in a schema. The answer is kept. */
export function listHeldNames(schema: Schema): HeldNames {
  const answer = known.get(schema) ?? collectNames(schema);
  known.set(schema, answer);
  return answer;
}

function collectNames(schema: Schema): HeldNames {
  const holders = new Map<string, NameHolder>();
  const ofOwners = new Map<string, string[]>();
  const hold = (owner: string, holder: NameHolder, keys: readonly string[]) => {
    for (const key of keys) holders.set(key, holder);
    ofOwners.set(owner, [...(ofOwners.get(owner) ?? []), ...keys]);
  };
  for (const kind of schemaKinds)
    for (const { name } of itemsOf(schema, kind.list))
      hold(name, { table: "", list: kind.list, name }, keysOfSchemaItem(kind, name));
  for (const owner of [...(schema.tables ?? []), ...(schema.views ?? [])])
    for (const kind of tableKinds)
      for (const item of itemsOf(owner, kind.list))
        hold(owner.name, { table: owner.name, list: kind.list, name: item.name }, keysOfTableItem(kind, item, owner));
  return { holders, ofOwners };
}

/** The keys of the names that an item of a schema has. */
export function keysOfSchemaItem({ ownsRelationName, ownsTypeName }: AnyKind, name: string): readonly string[] {
  return [...collect(ownsRelationName && relationKey(name)), ...collect(ownsTypeName && typeKey(name))];
}

function keysOfTableItem(kind: AnyKind, item: Named, { name: table }: Table | View): readonly string[] {
  if (kind === columns) return keysOfSequence(item as Column, table);
  return [
    ...collect(kind.ownsRelationName && relationKey(siblingName(table, item.name))),
    ...collect(kind.isConstraint && constraintKey(table, item.name)),
  ];
}

/** The keys of the name of the sequence that a serial or identity column has: CREATE SEQUENCE fails if a type has it. */
export function keysOfSequence(column: Column, table: string): readonly string[] {
  if (!hasSequence(column)) return [];
  const name = sequenceAt(table, column);
  return [relationKey(name), typeKey(name)];
}
