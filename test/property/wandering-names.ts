import fc from "fast-check";
import { printLiteral } from "../../src/revision/literal.ts";
import type { Column, Enum, Named, Schema, Table, View } from "../../src/schema/schema.ts";
import { sequenceName } from "../../src/sql.ts";
import { viewMetadata } from "./schema-of.ts";

/** Few names, so that most of them move from one kind to another. One is a sequence's, one is that of an array type. */
const NAMES = ["a", "b", "c", "_a", "a_id_seq"];
const ITEM_NAMES = [...NAMES, "x", "y", "z"];

const OBJECTS = ["none", "table", "table", "view", "materialized view", "enum", "enum"] as const;
const ITEMS = [
  "primaryKey",
  "uniques",
  "uniques",
  "checks",
  "exclusions",
  "indexes",
  "indexes",
  "foreignKeys",
] as const;

/** Something in a table or in a materialized view, which has only indexes. */
interface ItemPlan {
  readonly owner: number;
  readonly list: (typeof ITEMS)[number];
  readonly name: string;
  readonly column: string;
}

interface NamesPlan {
  /** What has each of the names. */
  readonly objects: readonly (typeof OBJECTS)[number][];
  readonly items: readonly ItemPlan[];
  /** What kind of column `id` is in each table. */
  readonly ids: readonly Column[];
  readonly values: readonly (readonly string[])[];
}

const ids: fc.Arbitrary<Column> = fc.constantFrom<Column>(
  { name: "id", type: "serial" },
  { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" },
  { name: "id", type: "integer" },
);

const plan: fc.Arbitrary<NamesPlan> = fc.record({
  objects: fc.tuple(...NAMES.map(() => fc.constantFrom(...OBJECTS))),
  items: fc.array(
    fc.record({
      owner: fc.nat({ max: NAMES.length }),
      list: fc.constantFrom(...ITEMS),
      name: fc.constantFrom(...ITEM_NAMES),
      column: fc.constantFrom("id", "n", "code"),
    }),
    { maxLength: 8 },
  ),
  ids: fc.tuple(...NAMES.map(() => ids)),
  values: fc.tuple(...NAMES.map(() => fc.constantFrom(["one"], ["one", "two"], ["two", "one"]))),
});

const N: Column = { name: "n", type: "integer", nullable: true };
const CODE: Column = { name: "code", type: "text", nullable: true };
/** The table that is always there. */
const BASE = "base";

/** What a plan says, without what cannot get its name because something before it has it. */
function schemaFrom({ objects, items, ids, values }: NamesPlan): Schema {
  const named = (object: string) => NAMES.filter((_, at) => objects[at] === object);
  // CREATE SEQUENCE fails if a type has the name.
  const relations = new Set([
    ...named("enum").filter((name) => name.endsWith("_seq")),
    ...named("table"),
    ...named("view"),
    ...named("materialized view"),
    "base_pk",
  ]);
  const idOf = (name: string) => ids[NAMES.indexOf(name)] ?? { name: "id", type: "integer" };
  const tableNames = named("table").filter((name) => {
    const sequence = sequenceName(name, "id");
    if (idOf(name).type !== "serial" && idOf(name).generatedIdentity === undefined) return true;
    return !relations.has(sequence) && relations.add(sequence);
  });
  const enums: readonly Enum[] = named("enum").map((name) => ({ name, values: values[NAMES.indexOf(name)] ?? [] }));
  const kinds = enums.map(({ name }, at): Column => ({ name: `kind${at}`, type: name, nullable: true }));
  const base: Table = {
    name: BASE,
    columns: [{ name: "id", type: "integer" }, N, CODE, ...kinds],
    primaryKey: { name: "base_pk", columns: ["id"] },
  };
  const tables = [base, ...tableNames.map((name): Table => ({ name, columns: [idOf(name), N, CODE] }))];
  const views: readonly View[] = [
    ...named("view").map((name) => ({ name, expression: `SELECT id, n FROM ${BASE}` })),
    ...named("materialized view").map((name) => ({
      name,
      expression: `SELECT id, n, code FROM ${BASE}`,
      materialized: true as const,
    })),
  ];
  const typeormMetadata = views.map(viewMetadata).sort((a, b) => (a.name < b.name ? -1 : 1));
  const lists = { ...(enums.length > 0 && { enums }), ...(views.length > 0 && { views, typeormMetadata }) };
  return withItems({ ...lists, tables }, items, relations);
}

function withItems(schema: Schema, items: readonly ItemPlan[], relations: Set<string>): Schema {
  const { tables = [], views = [] } = schema;
  const owners: (Table | View)[] = [...tables, ...views.filter(({ materialized }) => materialized)];
  const constraints = new Set([`${BASE} uniques id`]);
  for (const item of items) {
    const at = item.owner % owners.length;
    const owner = owners[at];
    if (owner === undefined || !isFree(owner, item, relations, constraints)) continue;
    owners[at] = withItem(owner, item);
  }
  const isOwner = ({ name }: Named) => owners.find((one) => one.name === name);
  return {
    ...schema,
    tables: tables.map((one) => (isOwner(one) ?? one) as Table),
    ...(views.length > 0 && { views: views.map((one) => (isOwner(one) ?? one) as View) }),
  };
}

/** Whether an item can have its name; then it has it. */
function isFree(
  owner: Table | View,
  { list, name, column }: ItemPlan,
  relations: Set<string>,
  constraints: Set<string>,
) {
  const isView = "expression" in owner;
  if (isView && list !== "indexes") return false;
  if (list === "primaryKey" && "primaryKey" in owner) return false;
  // Two keys over the same columns share one index in CREATE TABLE.
  const isTwin = (key: string) => constraints.has(`${owner.name} ${list === "primaryKey" ? "uniques" : list} ${key}`);
  if (isTwin(column)) return false;
  const hasIndex = list !== "checks" && list !== "foreignKeys";
  const isConstraint = list !== "indexes";
  if ((hasIndex && relations.has(name)) || (isConstraint && constraints.has(`${owner.name}.${name}`))) return false;
  if (hasIndex) relations.add(name);
  if (isConstraint) constraints.add(`${owner.name}.${name}`);
  constraints.add(`${owner.name} ${list === "primaryKey" ? "uniques" : list} ${column}`);
  return true;
}

function withItem(owner: Table | View, { list, name, column }: ItemPlan): Table | View {
  const lists: Readonly<Record<string, readonly Named[] | undefined>> = { ...owner } as never;
  const add = (item: Named) => ({
    ...owner,
    [list]: [...(lists[list] ?? []), item].sort((a, b) => (a.name < b.name ? -1 : 1)),
  });
  if (list === "primaryKey") return { ...owner, primaryKey: { name, columns: ["id"] } };
  if (list === "checks") return add({ name, expression: `${column} IS NOT NULL OR id > 0` } as Named);
  if (list === "exclusions") return add({ name, expression: `USING btree (${column} WITH =)` } as Named);
  if (list === "foreignKeys")
    return add({ name, columns: ["n"], references: { table: BASE, columns: ["id"] } } as Named);
  return add({ name, columns: [column] } as Named);
}

/** Two schemas in which the same few names belong to different kinds of objects. */
export const wandering: fc.Arbitrary<{ readonly before: Schema; readonly after: Schema }> = fc
  .tuple(plan, plan)
  .map(([before, after]) => {
    const value = { before: schemaFrom(before), after: schemaFrom(after) };
    return Object.defineProperty(value, fc.toStringMethod, { value: () => printLiteral(value) });
  });
