import { RemodelError } from "../errors.ts";
import { tableFrom, tableKinds } from "../kinds/all.ts";
import { indexes } from "../kinds/indexes.ts";
import { byName, type ModelColumn, type ModelTable } from "../kinds/kind.ts";
import { primaryKeys } from "../kinds/primary-keys.ts";
import { keptIn, metadataName } from "../kinds/typeorm-metadata.ts";
import { inCreationOrder } from "../kinds/views.ts";
import { shown } from "../load/errors.ts";
import { type Project, resolveEntities } from "../load/load.ts";
import type { Enum, Named, Schema, Table, TypeormMetadata, Unique, View } from "../schema/schema.ts";
import { clipName, parseName, qualifiedName, typeName } from "../sql.ts";
import { defaultOf } from "./defaults.ts";
import { extensionsOf } from "./model-extensions.ts";
import { type Repeated, withoutDoubles, withoutRepeated } from "./model-uniques.ts";
import { assertDistinct, assertSame, assertUnique } from "./names.ts";
import type { ServerInfo } from "./server-info.ts";
import type { Driver, EntityMetadata, TablePath, TypeOrm, TypeOrmColumn, TypeOrmDataSource } from "./typeorm.ts";

/** What the models declare. */
export interface Models {
  readonly schema: Schema;
  /** Tables that models describe but that every one of them tells TypeORM to leave alone. */
  readonly leave: readonly string[];
  /** Indexes that models describe but that TypeORM is told to leave alone: `table` and `name`. */
  readonly leaveIndexes: readonly { readonly table: string; readonly name: string }[];
  /** Unique constraints of which PostgreSQL makes no second one in CREATE TABLE; they are not in the schema. */
  readonly repeated: readonly Repeated[];
  /** Schemas beside the connection's own. */
  readonly schemas: readonly string[];
}

/**
 * Reads the models as TypeORM itself computes them; no connection is opened.
 * @param project the project, see `loadProject`
 * @param server where the connection stands: unqualified names live in its schema
 * @throws RemodelError `MODELS_EMPTY`, `MODELS_REJECTED`, `MODELS_CIRCULAR`
 */
export async function readModels(project: Project, server: ServerInfo): Promise<Models> {
  const entities = await resolveEntities(project);
  const { options } = project.dataSource as TypeOrmDataSource;
  const typeorm = project.loader.require("typeorm") as TypeOrm;
  const dataSource = new typeorm.DataSource({ ...options, entities, subscribers: [], migrations: [], logging: false });
  try {
    await dataSource.buildMetadatas();
  } catch (error) {
    throw rejection(error);
  }
  if (dataSource.entityMetadatas.length === 0) throw noEntity(shown(project.file));
  Object.assign(dataSource.driver, {
    database: server.database,
    schema: server.schema,
    version: String(Math.floor(server.version / 10000)),
    searchSchema: server.schema,
  });
  return modelsOf(dataSource, typeorm, server);
}

function modelsOf(dataSource: TypeOrmDataSource, typeorm: TypeOrm, server: ServerInfo): Models {
  const all = dataSource.entityMetadatas.filter(({ tableType }) => tableType !== "entity-child");
  const own = (metadata: EntityMetadata) => nameOf(metadata, dataSource, server);
  const enums = new Map<string, Enum>();
  const tables = new Map<string, Table>();
  const declared = new Map<string, string>();
  const repeated: Repeated[] = [];
  const views = all
    .filter(({ tableType, synchronize }) => tableType === "view" && synchronize)
    .map((metadata) => viewOf(metadata, dataSource, server));
  for (const metadata of all) {
    if (metadata.tableType === "view" || !metadata.synchronize) continue;
    const model = modelTable(metadata, dataSource, typeorm, server, enums);
    const table = tableOf(model, repeated);
    const other = tables.get(table.name);
    const { tableName } = pathOf(metadata, dataSource);
    assertSame(table.name, [declared.get(table.name) ?? tableName, tableName]);
    declared.set(table.name, tableName);
    tables.set(table.name, other === undefined ? table : union(other, table));
  }
  const names = [...tables.keys(), ...enums.keys(), ...views.map(({ name }) => name)];
  const schemas = new Set(names.flatMap((name) => parseName(name).schema ?? []));
  const schema: Schema = {
    extensions: extensionsOf(dataSource, [...tables.values()]).map((name) => ({ name })),
    schemas: [...schemas].sort().map((name) => ({ name })),
    enums: [...enums.values()].sort(byName),
    tables: [...tables.values()].sort(byName),
    views: inCreationOrder(views),
    typeormMetadata: [...views.map(viewMetadata), ...[...tables.values()].flatMap(generatedMetadata)]
      .map((row) => ({ ...row, ...keptIn(dataSource.options.metadataTableName) }))
      .sort(byName),
  };
  assertUnique(schema);
  return {
    schema,
    leave: all
      .filter(({ synchronize }) => !synchronize)
      .map(own)
      .filter((name) => !tables.has(name) && !views.some((view) => view.name === name)),
    leaveIndexes: dataSource.entityMetadatas.flatMap((metadata) =>
      metadata.indices
        .filter(({ synchronize }) => !synchronize)
        .map(({ name }) => ({ table: own(metadata), name: clipName(name ?? "") })),
    ),
    repeated,
    schemas: [...schemas].sort(),
  };
}

/** Models without a table would let every table be dropped. */
function noEntity(file: string): RemodelError {
  return new RemodelError("MODELS_EMPTY", `The entity list in ${file} contains no entity.`, {
    hint: "Add @Entity() to the classes, or correct the list.",
  });
}

/** A view as TypeORM would create it, and what it says of it in its own table. */
function viewOf(metadata: EntityMetadata, dataSource: TypeOrmDataSource, server: ServerInfo): View {
  const { expression, tableMetadataArgs } = metadata;
  const text = typeof expression === "function" ? expression(dataSource).getQuery() : (expression ?? "");
  const model = {
    indices: metadata.indices
      .filter(({ synchronize }) => synchronize)
      .map((index) => ({ ...index, columnNames: index.columns.map(({ databaseName }) => databaseName) })),
  };
  const list = indexes.fromModel!(model as unknown as ModelTable);
  return {
    name: nameOf(metadata, dataSource, server),
    expression: text.trim(),
    ...(tableMetadataArgs?.materialized && { materialized: true as const }),
    ...(list.length > 0 && { indexes: [...list].sort(byName) }),
  };
}

function viewMetadata({ name, expression, materialized }: View): TypeormMetadata {
  const key = { type: materialized ? ("MATERIALIZED_VIEW" as const) : ("VIEW" as const), name };
  return { name: metadataName(key), type: key.type, object: name, value: expression };
}

function generatedMetadata({ name: table, columns }: Table): readonly TypeormMetadata[] {
  return columns.flatMap(({ name, asExpression }) => {
    const key = { type: "GENERATED_COLUMN" as const, table, name };
    return asExpression === undefined
      ? []
      : [{ name: metadataName(key), type: key.type, table, object: name, value: asExpression }];
  });
}

/** The schema and the table that TypeORM takes the name of an entity for: `app.users` is `users` in the schema `app`. */
function pathOf({ tableName, schema }: EntityMetadata, { driver, options }: TypeOrmDataSource): TablePath {
  const text = schema === options.schema ? tableName : driver.buildTableName(tableName, schema);
  const parsed = driver.parseTableName(text);
  return { ...parsed, schema: schema ?? parsed.schema };
}

function nameOf(metadata: EntityMetadata, dataSource: TypeOrmDataSource, server: ServerInfo): string {
  const { schema, tableName } = pathOf(metadata, dataSource);
  return nameIn(schema, tableName, server);
}

function nameIn(schema: string | undefined, name: string, server: ServerInfo): string {
  return qualifiedName(clipName(name), schema === server.schema ? undefined : schema);
}

function modelTable(
  metadata: EntityMetadata,
  dataSource: TypeOrmDataSource,
  typeorm: TypeOrm,
  server: ServerInfo,
  enums: Map<string, Enum>,
): ModelTable {
  const { driver, namingStrategy } = dataSource;
  const table = typeorm.Table.create(metadata, driver);
  const name = nameOf(metadata, dataSource, server);
  const { tableName } = pathOf(metadata, dataSource);
  const keyColumns = table.columns.filter(({ isPrimary }) => isPrimary);
  const keyName =
    keyColumns[0]?.primaryKeyConstraintName ??
    namingStrategy.primaryKeyName(
      table,
      keyColumns.map((column) => column.name),
    );
  const clipped = <Item extends { name?: string; columnNames?: readonly string[] }>(item: Item): Item => ({
    ...item,
    ...(item.name !== undefined && { name: clipName(item.name) }),
    ...(item.columnNames !== undefined && { columnNames: item.columnNames.map(clipName) }),
  });
  const declared = new Map(metadata.columns.map((column) => [column.databaseName, column.default]));
  return {
    name,
    comment: metadata.comment || undefined,
    primaryKeyName: clipName(keyName),
    columns: table.columns.map((column) =>
      columnOf(column, fullType(column, name, tableName, dataSource, server, enums), driver, declared.get(column.name)),
    ),
    indices: table.indices.map(clipped),
    uniques: table.uniques.map(clipped),
    checks: table.checks.map(clipped),
    exclusions: table.exclusions.map(clipped),
    foreignKeys: metadata.foreignKeys
      .map((key) => ({ key, made: typeorm.TableForeignKey.create(key, driver) }))
      .map(({ key, made }) => ({
        ...clipped(made),
        referencedTable: nameOf(key.referencedEntityMetadata, dataSource, server),
        referencedColumnNames: made.referencedColumnNames.map(clipName),
      })),
  } as ModelTable;
}

function fullType(
  column: TypeOrmColumn,
  table: string,
  bareTable: string,
  { driver }: TypeOrmDataSource,
  server: ServerInfo,
  enums: Map<string, Enum>,
): string {
  if (column.type !== "enum" && column.type !== "simple-enum") return driver.createFullType(column);
  const { schema } = parseName(table);
  const [first, second] = (column.enumName ?? "").split(".");
  const generated = `${bareTable}_${column.name.toLowerCase()}_enum`;
  const name =
    column.enumName === undefined || first === undefined
      ? qualifiedName(clipName(generated), schema)
      : second === undefined
        ? qualifiedName(clipName(first), schema)
        : nameIn(first, second, server);
  declareEnum(enums, { name, values: column.enum ?? [] }, `${table}.${column.name}`);
  return `${typeName(name)}${column.isArray ? "[]" : ""}`;
}

function declareEnum(enums: Map<string, Enum>, type: Enum, where: string): void {
  if (type.values.length === 0) return;
  const other = enums.get(type.name);
  if (other !== undefined && other.values.join("\0") !== type.values.join("\0"))
    throw new RemodelError(
      "MODELS_REJECTED",
      `The columns of the enum type ${type.name} list different values. See ${where}.`,
      {
        hint: "Give every column with this enumName the same enum.",
      },
    );
  enums.set(type.name, type);
}

function columnOf(column: TypeOrmColumn, type: string, driver: Driver, declared: unknown): ModelColumn {
  const uuid = column.isGenerated && column.generationStrategy === "uuid" && !column.default;
  return {
    name: clipName(column.name),
    fullType: type,
    isPrimary: column.isPrimary,
    isNullable: column.isNullable,
    default: uuid ? driver.uuidGenerator : defaultOf(column, declared),
    generation: column.isGenerated && column.generationStrategy !== "uuid" ? column.generationStrategy : undefined,
    generatedIdentity: column.generatedIdentity,
    asExpression: column.asExpression || undefined,
    generatedType: column.asExpression ? (column.generatedType ?? "STORED") : undefined,
    collation: column.collation,
    comment: column.comment,
  } as ModelColumn;
}

function tableOf(model: ModelTable, repeated: Repeated[]): Table {
  const key = primaryKeys.fromModel!(model)[0];
  const lists = tableKinds.map((kind) => {
    const found = (kind.fromModel?.(model) ?? []) as readonly Named[];
    // Two columns that become the same after 63 bytes are two columns.
    const items = kind.list === "columns" ? found : withoutDoubles(found);
    assertDistinct(items, kind.word, model.name);
    if (kind.list !== "uniques") return [kind.list, items] as const;
    return [kind.list, withoutRepeated(model.name, items as readonly Unique[], key, repeated)] as const;
  });
  return tableFrom(model.name, lists, model.comment);
}

/** Two entities on one table: what either declares. */
function union(a: Table, b: Table): Table {
  const lists = tableKinds
    .filter(({ list }) => list !== "primaryKey")
    .map(({ list }) => {
      const [left, right] = [a, b].map((table) => ((table as never)[list] ?? []) as readonly Named[]);
      const names = new Set(left!.map(({ name }) => name));
      return [list, [...left!, ...right!.filter(({ name }) => !names.has(name))]] as const;
    });
  return { ...a, ...Object.fromEntries(lists.filter(([, items]) => items.length > 0)) } as Table;
}

function rejection(error: unknown): RemodelError {
  if (error instanceof RemodelError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/before initialization/.test(text))
    return new RemodelError("MODELS_CIRCULAR", text, {
      hint: "Type the relation as Relation<…> from typeorm, so that the circular import is for the type only.",
      cause: error,
    });
  return new RemodelError("MODELS_REJECTED", `TypeORM does not accept the models: ${text}`, {
    hint: /guess|not supported|design:type|undefined/i.test(text)
      ? 'Give the column its type: @Column({ type: "…" }).'
      : "Correct the entity that TypeORM's message names.",
    cause: error,
  });
}
