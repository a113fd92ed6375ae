import { diff } from "../diff/diff.ts";
import { mapGiven } from "../given.ts";
import { groupBy } from "../group-by.ts";
import { tableKinds } from "../kinds/all.ts";
import { itemsOf } from "../kinds/kind.ts";
import * as operations from "../kinds/operations.ts";
import { does } from "../kinds/targets.ts";
import type { Operation, OperationTarget } from "../schema/operation.ts";
import type { Schema, Table, View } from "../schema/schema.ts";
import { blockSql, literal, parseName } from "../sql.ts";
import type { Address, CatalogObject, CatalogObjects } from "./objects.ts";

/** One step of a baseline: it creates an object, or gives one back what it has. */
export interface BaselineNode {
  readonly address: Address;
  readonly object: Pick<CatalogObject, "kind" | "name">;
  /** What the comment above it says; none above operations, which name their object themselves. */
  readonly heading?: string;
  readonly create: readonly Operation[];
  /** None where it goes with the object that it belongs to. */
  readonly drop: readonly Operation[];
  /** The object that it belongs to. */
  readonly owner?: Address;
  /** Objects that come before it with their keys and indexes. */
  readonly after?: readonly Address[];
}

/** What a baseline is made of. */
export interface BaselineParts {
  readonly schema: Schema;
  readonly own: string;
  /** The schemas that models name. One that no model names is no business of later comparisons. */
  readonly declared: readonly string[];
  readonly found: CatalogObjects;
  /** Defaults and checks that have to come after their tables. */
  readonly late: ReadonlySet<Address>;
}

/** The nodes of a baseline, and which parts belong to which of them. */
export interface BaselineNodes {
  readonly nodes: readonly BaselineNode[];
  readonly aliases: ReadonlyMap<Address, Address>;
}

/** Makes the nodes: operations for what models can declare, and PostgreSQL's own statements for all else. */
export function makeNodes(parts: BaselineParts): BaselineNodes {
  const names = nameObjects(parts);
  const schema = withoutSpecial(parts, names);
  const declared = declaredNodes(schema, names);
  const known = new Set(declared.map(({ address }) => address));
  const inline = findInline(parts, schema, names, known);
  const byHand = parts.found.objects.flatMap((object) =>
    known.has(object.address) || inline.has(object.address) ? [] : handMadeNode(object, names, parts.declared),
  );
  const aliases = new Map([...parts.found.aliases, ...inline]);
  for (const address of [...known, ...byHand.map((node) => node.address)]) aliases.delete(address);
  return { nodes: [...declared, ...byHand], aliases };
}

/** Finds objects by their names, and the names of tables by their addresses. */
interface ObjectNames {
  readonly find: (kinds: string, name: string, table?: string) => CatalogObject | undefined;
  readonly table: (address: Address | undefined) => CatalogObject | undefined;
  readonly key: (name: string) => string;
}

/** Where the names of several kinds exclude each other. Other objects are found by their kind. */
const SPACES: Readonly<Record<string, string>> = { pg_class: "relation", pg_type: "type", pg_constraint: "constraint" };

/** The spaces whose names may have a schema. */
const OBJECTS = ["relation", "type"];

function spaceOf({ kind, address }: CatalogObject): string {
  return kind === "index" ? kind : (SPACES[address.split(" ")[0] ?? ""] ?? kind);
}

function nameObjects({ found, own }: BaselineParts): ObjectNames {
  const key = (name: string) => {
    const { schema = own, name: bare } = parseName(name);
    return JSON.stringify([schema, bare]);
  };
  const byAddress = new Map(found.objects.map((object) => [object.address, object]));
  const table = (address: Address | undefined) => mapGiven(address, (one) => byAddress.get(one));
  const byName = new Map<string, CatalogObject>();
  const nameIn = (space: string, name: string, owner: string | undefined) => {
    if (owner !== undefined) return JSON.stringify([space, key(owner), name]);
    return JSON.stringify([space, OBJECTS.includes(space) ? key(name) : name]);
  };
  for (const object of found.objects)
    byName.set(nameIn(spaceOf(object), object.name, table(object.table)?.name), object);
  return { key, table, find: (space, name, owner) => byName.get(nameIn(space, name, owner)) };
}

/** Tables that no operation creates. */
const OTHER_TABLES = ["partitioned table", "partition"];

/** The schema without what operations cannot say, and without what comes later. */
function withoutSpecial({ schema, late, found }: BaselineParts, names: ObjectNames): Schema {
  const isSpecial = (object: CatalogObject | undefined) =>
    object !== undefined && (object.more === "special" || object.create === undefined || late.has(object.address));
  const lateDefaults = new Set(
    found.objects
      .filter(({ kind, address }) => kind === "default" && late.has(address))
      .map(({ table, name }) => JSON.stringify([names.key(names.table(table)?.name ?? ""), name])),
  );
  const keepsDefault = (table: string, column: string) => !lateDefaults.has(JSON.stringify([names.key(table), column]));
  const isPlain = ({ name }: Table) => !OTHER_TABLES.includes(names.find("relation", name)?.kind ?? "");
  const stripped = (schema.tables ?? []).filter(isPlain).map((table) => ({
    ...withoutParts(table, (name) =>
      isSpecial(names.find("constraint", name, table.name) ?? names.find("index", name, table.name)),
    ),
    columns: table.columns.map((column) => {
      if (column.default === undefined || keepsDefault(table.name, column.name)) return column;
      const { default: _, ...rest } = column;
      return rest;
    }),
  }));
  const views = (schema.views ?? []).map(({ indexes = [], ...view }) => {
    const left = indexes.filter(({ name }) => !isSpecial(names.find("index", name, view.name)));
    return left.length === 0 ? view : { ...view, indexes: left };
  });
  const { extensions: _, schemas: __, ...rest } = schema;
  return { ...rest, tables: stripped, views };
}

/** A table without some of its keys, constraints and indexes. */
function withoutParts(table: Table, isGone: (name: string) => boolean): Table {
  const lists = tableKinds.map(({ list }) => list).filter((list) => list !== "columns");
  const gone = lists.filter((list) => itemsOf(table, list).some(({ name }) => isGone(name)));
  const kept = Object.entries(table).flatMap(([list, items]) => {
    if (!gone.includes(list)) return [[list, items]];
    if (!Array.isArray(items)) return [];
    const left = items.filter(({ name }) => !isGone(name));
    return left.length === 0 ? [] : [[list, left]];
  });
  return { ...Object.fromEntries(kept), name: table.name, columns: table.columns };
}

/** Which name space the target of an operation is in, if not that of its kind. */
const TARGETS: Readonly<Record<string, string>> = {
  table: "relation",
  view: "relation",
  "enum type": "type",
};

function declaredNodes(schema: Schema, names: ObjectNames): readonly BaselineNode[] {
  const dropping = diff(schema, {}).flatMap((change) => change.operations);
  const drops = groupBy(dropping, ({ target }) => target && nameTarget(target));
  return diff({}, schema)
    .flatMap((change) => change.operations)
    .map((operation, at) => declaredNode(operation, `operation ${at}`, names, drops));
}

/** @param address where the database has no object of that name */
function declaredNode(operation: Operation, address: string, names: ObjectNames, drops: Drops): BaselineNode {
  const { kind = "row", name = "", table } = operation.target ?? {};
  const object = names.find(TARGETS[kind] ?? kind, name, table) ?? { address, kind, name };
  const owner = mapGiven(table, (one) => names.find("relation", one));
  const drop = findDrops(operation, drops);
  return { address: object.address, object, create: [operation], drop, ...(owner && { owner: owner.address }) };
}

/** The operations that drop what an operation creates. A constraint that goes with its table has none. */
function findDrops({ target }: Operation, drops: Drops): readonly Operation[] {
  if (target === undefined) return [];
  const { kind, name, table = "" } = target;
  const found = drops.get(nameTarget(target)) ?? [];
  return kind === "constraint" && found.length === 0 ? [operations.dropConstraint(table, name)] : found;
}

/** The operations that drop something, by what they are about. */
type Drops = ReadonlyMap<string | undefined, readonly Operation[]>;

function nameTarget({ kind, name, table }: OperationTarget): string {
  return JSON.stringify([kind, name, table]);
}

/** Keys, checks and sequences that are created with their table, and indexes with their view. */
function findInline(
  { found, late }: BaselineParts,
  schema: Schema,
  names: ObjectNames,
  known: ReadonlySet<Address>,
): ReadonlyMap<Address, Address> {
  const owners = [...(schema.tables ?? []), ...(schema.views ?? [])];
  const byKey = new Map(owners.map((owner) => [names.key(owner.name), owner]));
  const inline = new Map<Address, Address>();
  for (const object of found.objects) {
    const owner = names.table(ownerOf(object));
    const item = owner && byKey.get(names.key(owner.name));
    if (owner === undefined || known.has(object.address) || late.has(object.address)) continue;
    if (isInline(object, item)) inline.set(object.address, owner.address);
  }
  return inline;
}

/** @param owner its table or view, as the models declare it */
function isInline(object: CatalogObject, owner: View | Table | undefined): boolean {
  if (object.kind === "default" || isSerial(object, owner)) return true;
  const isPart = object.table !== undefined && /^(?:pg_constraint|pg_class) /.test(object.address);
  return isPart && owner !== undefined && isListed(owner, object.name);
}

/** Whether a list of a table or of a view has an item of a name. */
function isListed(owner: View | Table, wanted: string): boolean {
  return tableKinds.some(({ list }) => itemsOf(owner, list).some(({ name }) => name === wanted));
}

/** The table of a part, or of a sequence that a column owns. */
function ownerOf({ kind, table, more }: CatalogObject): Address | undefined {
  if (kind === "sequence" || kind === "owned sequence") return more && `pg_class ${more.split(" ")[0]}`;
  return table;
}

function isSerial({ kind, more = "" }: CatalogObject, table: object | undefined): boolean {
  if (kind !== "sequence" && kind !== "owned sequence") return false;
  const column = more.slice(more.indexOf(" ") + 1);
  return itemsOf(table, "columns").some((one) => one.name === column && /serial$/.test(String(Object(one).type)));
}

function handMadeNode(object: CatalogObject, names: ObjectNames, declared: readonly string[]): readonly BaselineNode[] {
  const { address, kind, name, create, drop, roles } = object;
  if (create === undefined) return [];
  const owner = names.table(object.table);
  const special = asOperation(object, declared);
  const about = owner === undefined ? `${kind} ${name}` : `${kind} ${name} of ${owner.name}`;
  return [
    {
      address,
      object: { kind, name: owner === undefined ? name : `${name} of ${owner.name}` },
      ...(special === undefined && { heading: about }),
      create: special?.create ?? create.map((statement) => operations.sql(ifRoles(roles, statement))),
      drop: special?.drop ?? (drop === undefined ? [] : [operations.sql(ifRoles(roles, drop))]),
      ...(owner !== undefined && { owner: owner.address }),
      ...whatComesBefore(object),
    },
  ];
}

/** A partition and its parent; a sequence and the table that owns it. */
function whatComesBefore({ address, more = "" }: CatalogObject): { readonly after?: readonly Address[] } {
  const [catalog, oid] = address.split(" ");
  if (catalog !== "pg_inherits" && catalog !== "pg_sequence") return {};
  return { after: [`pg_class ${oid}`, `pg_class ${more.split(" ")[0]}`] };
}

/** Extensions and schemas of models have operations, though no comparison of schemas gives them here. */
function asOperation(
  { address, name, more }: CatalogObject,
  declared: readonly string[],
): Pick<BaselineNode, "create" | "drop"> | undefined {
  if (address.startsWith("pg_extension") && more === "usual")
    return { create: [operations.createExtension(name)], drop: [operations.dropExtension(name)] };
  if (address.startsWith("pg_namespace") && declared.includes(name))
    return { create: [operations.createSchema(name)], drop: [operations.dropSchema(name)] };
  return undefined;
}

/** A statement that is run only where the roles are that it names: roles belong to a server, not to a database. */
export function ifRoles(roles: readonly string[], statement: string): string {
  if (roles.length === 0) return statement;
  const names = roles.map((name) => literal(name)).join(", ");
  return blockSql(
    `BEGIN IF ${roles.length} = (SELECT count(*) FROM pg_roles WHERE rolname IN (${names})) THEN EXECUTE ${literal(statement)}; END IF; END`,
  );
}

/** Whether a step creates a table by an operation. */
export function createsTable({ create: [first] }: BaselineNode): boolean {
  return first !== undefined && does(first, "create", "table");
}
