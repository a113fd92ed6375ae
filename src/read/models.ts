import { isDeepStrictEqual } from "node:util";
import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import { schemaKinds, tableFrom, tableKinds } from "../kinds/all.ts";
import { type AnyKind, type DeclaredModels, inList, itemsOf, type ModelTable } from "../kinds/kind.ts";
import type { Project } from "../load/load.ts";
import type { Enum, Named, Schema, Table } from "../schema/schema.ts";
import { clipName } from "../sql.ts";
import { buildModels } from "./build-models.ts";
import { findPath, type ModelSource, nameTable, readModelTable, readModelView } from "./model-tables.ts";
import { findRepeated, type Repeated, withoutDoubles } from "./model-uniques.ts";
import { assertDistinct, assertSame, assertUnique } from "./names.ts";
import type { ServerInfo } from "./server-info.ts";
import type { EntityMetadata } from "./typeorm.ts";

/** What the models declare. */
export interface Models {
  readonly schema: Schema;
  /** Tables of which every entity has `synchronize: false`. */
  readonly leave: readonly string[];
  /** Indexes with `synchronize: false`. */
  readonly leaveIndexes: readonly { readonly table: string; readonly name: string }[];
  /** The access methods that they can declare for an index; absent in a build of an earlier version. */
  readonly indexMethods?: readonly string[];
  /** Unique constraints of which PostgreSQL makes no second one in CREATE TABLE; they are not in the schema. */
  readonly repeated: readonly Repeated[];
  /** All schemas but the connection's own. */
  readonly schemas: readonly string[];
}

/**
 * Reads the models as TypeORM itself computes them; no connection is opened.
 * @param project the project, see `loadProject`
 * @param server where it is connected: names without a schema are in its schema
 * @throws RemodelError `MODELS_EMPTY`, `MODELS_REJECTED`, `MODELS_CIRCULAR`
 */
export async function readModels(project: Project, server: ServerInfo): Promise<Models> {
  return readDeclared({ ...(await buildModels(project, server)), server });
}

/** TypeORM 0.3 knows no `type` of an index, but `spatial: true` for gist. */
const METHODS_OF_03 = ["btree", "gist"];

function readDeclared(source: ModelSource): Models {
  const { dataSource } = source;
  const all = dataSource.entityMetadatas.filter(({ tableType }) => tableType !== "entity-child");
  const synchronized = all.filter(({ synchronize }) => synchronize);
  const isView = ({ tableType }: EntityMetadata) => tableType === "view";
  const enums = new Map<string, Enum>();
  const tables = readTables(
    synchronized.filter((metadata) => !isView(metadata)),
    source,
    enums,
  );
  const { installExtensions, extensions = [], metadataTableName } = dataSource.options;
  const schema = schemaFrom({
    tables: [...tables.values()].map(({ table }) => table),
    views: synchronized.filter(isView).map((metadata) => readModelView(metadata, source)),
    enums: [...enums.values()],
    ...(installExtensions !== false && { extensions }),
    uuidGenerator: dataSource.driver.uuidGenerator,
    ...dropUndefined({ metadataTable: metadataTableName }),
  });
  assertUnique(schema);
  const declared = new Set([...(schema.tables ?? []), ...(schema.views ?? [])].map(({ name }) => name));
  const left = all.filter(({ synchronize }) => !synchronize).map((metadata) => nameTable(metadata, source));
  return {
    schema,
    leave: left.filter((name) => !declared.has(name)),
    leaveIndexes: dataSource.entityMetadatas.flatMap((metadata) => leftIndexes(metadata, source)),
    indexMethods: dataSource.driver.supportedIndexTypes ?? METHODS_OF_03,
    repeated: [...tables.values()].flatMap(({ repeated }) => repeated),
    schemas: (schema.schemas ?? []).map(({ name }) => name),
  };
}

function schemaFrom(models: DeclaredModels): Schema {
  const lists = schemaKinds.flatMap((kind) => {
    const items = kind.fromModels?.(models);
    return collect(items !== undefined && ([kind.list, inList(kind, items)] as const));
  });
  return Object.fromEntries(lists);
}

/** The indexes of an entity with `synchronize: false`. */
function leftIndexes(metadata: EntityMetadata, source: ModelSource): Models["leaveIndexes"] {
  const left = metadata.indices.filter(({ synchronize }) => !synchronize);
  return left.map(({ name }) => ({ table: nameTable(metadata, source), name: clipName(name) }));
}

interface DeclaredTable {
  readonly table: Table;
  readonly repeated: readonly Repeated[];
  /** What its first entity calls it. */
  readonly entityTable: string;
}

/** The tables of entities, by name; several entities may share one. */
function readTables(
  entities: readonly EntityMetadata[],
  source: ModelSource,
  enums: Map<string, Enum>,
): ReadonlyMap<string, DeclaredTable> {
  const tables = new Map<string, DeclaredTable>();
  for (const metadata of entities) {
    const { table, repeated } = readTable(readModelTable(metadata, source, enums));
    const other = tables.get(table.name);
    const { tableName } = findPath(metadata, source.dataSource);
    const entityTable = other?.entityTable ?? tableName;
    assertSame(table.name, [entityTable, tableName]);
    const both = other === undefined ? table : union(other.table, table);
    tables.set(table.name, { table: both, repeated: [...(other?.repeated ?? []), ...repeated], entityTable });
  }
  return tables;
}

function readTable(model: ModelTable): { readonly table: Table; readonly repeated: readonly Repeated[] } {
  const table = tableFrom(
    model.name,
    tableKinds.map((kind) => [kind.list, readItems(kind, model)] as const),
    model.comment,
  );
  const declared = ({ name }: Named) => model.uniques.findIndex((one) => one.name === name);
  const uniques = (table.uniques ?? []).toSorted((a, b) => declared(a) - declared(b));
  const repeated = findRepeated(model.name, uniques, table.primaryKey);
  return { table: withoutUniques(table, repeated), repeated };
}

function readItems(kind: AnyKind, model: ModelTable): readonly Named[] {
  const found: readonly Named[] = kind.fromModel?.(model) ?? [];
  // Two columns that become the same after 63 bytes are two columns.
  const items = kind.holdsData ? found : withoutDoubles(found);
  assertDistinct(items, kind.word, model.name);
  return items;
}

function withoutUniques(table: Table, repeated: readonly Repeated[]): Table {
  if (repeated.length === 0) return table;
  const { uniques = [], ...rest } = table;
  const kept = uniques.filter((one) => !repeated.some(({ unique }) => isDeepStrictEqual(unique, one)));
  if (kept.length === 0) return rest;
  return { ...rest, uniques: kept };
}

/** Two entities of one table: the table has what either declares. */
function union(a: Table, b: Table): Table {
  const lists = tableKinds
    .filter(({ isSingle }) => !isSingle)
    .map(({ list }) => {
      const [left, right] = [itemsOf(a, list), itemsOf(b, list)];
      const names = new Set(left.map(({ name }) => name));
      return [list, [...left, ...right.filter(({ name }) => !names.has(name))]] as const;
    });
  return { ...a, ...Object.fromEntries(lists.filter(([, items]) => items.length > 0)) };
}
