import { joinTexts } from "../collect.ts";
import { RemodelError } from "../errors.ts";
import { compact, type ModelColumn, type ModelTable, type ModelView } from "../kinds/kind.ts";
import type { Enum } from "../schema/schema.ts";
import { clipName, parseName, qualifiedName, typeName } from "../sql.ts";
import { defaultOf } from "./defaults.ts";
import type { ServerInfo } from "./server-info.ts";
import type { Driver, EntityMetadata, TablePath, TypeOrm, TypeOrmColumn, TypeOrmDataSource } from "./typeorm.ts";

/** What the models are read with. */
export interface ModelSource {
  readonly dataSource: TypeOrmDataSource;
  readonly typeorm: TypeOrm;
  readonly server: ServerInfo;
}

/**
 * Reads the table of an entity, with names as PostgreSQL keeps them.
 * @param metadata the entity
 * @param source what it is read with
 * @param enums gets the enum types of its columns, by name
 * @throws RemodelError `MODELS_REJECTED` if two columns give one enum type different values
 */
export function readModelTable(metadata: EntityMetadata, source: ModelSource, enums: Map<string, Enum>): ModelTable {
  const { dataSource, typeorm } = source;
  const { driver } = dataSource;
  const table = typeorm.Table.create(metadata, driver);
  const name = nameTable(metadata, source);
  const declared = new Map(metadata.columns.map((column) => [column.databaseName, column.default]));
  const columns = table.columns.map((column) => {
    const owner = { name, bareName: findPath(metadata, dataSource).tableName };
    return readColumn(column, readType(column, owner, source, enums), driver, declared.get(column.name));
  });
  return compact<ModelTable>({
    name,
    comment: metadata.comment || undefined,
    primaryKeyName: clipName(namePrimaryKey(table, dataSource)),
    columns,
    indices: table.indices.map(clip),
    uniques: table.uniques.map(clip),
    checks: table.checks.map(clip),
    exclusions: table.exclusions.map(clip),
    foreignKeys: readForeignKeys(metadata, source),
  });
}

/** Reads a view as TypeORM would create it. */
export function readModelView(metadata: EntityMetadata, source: ModelSource): ModelView {
  const { expression = "", tableMetadataArgs, indices, dependsOn = [] } = metadata;
  const needed = new Set(dependsOn);
  const isNeeded = ({ target, name, tableName }: EntityMetadata) =>
    [target, name, tableName].some((one) => needed.has(one));
  const text = typeof expression === "function" ? expression(source.dataSource).getQuery() : expression;
  return {
    name: nameTable(metadata, source),
    expression: text.trim(),
    isMaterialized: tableMetadataArgs?.materialized === true,
    indices: indices
      .filter(({ synchronize }) => synchronize)
      .map((index) => {
        const columnNames = index.columns.map(({ databaseName }) => databaseName);
        return { ...index, columnNames };
      }),
    dependsOn: source.dataSource.entityMetadatas.filter(isNeeded).map((other) => nameTable(other, source)),
  };
}

/** The name of an entity's table or view, as `Schema` writes it. */
export function nameTable(metadata: EntityMetadata, { dataSource, server }: ModelSource): string {
  const { schema, tableName } = findPath(metadata, dataSource);
  return nameIn(schema, tableName, server);
}

/** The schema and table that TypeORM takes the name of an entity for: `app.users` is `users` in the schema `app`. */
export function findPath({ tableName, schema }: EntityMetadata, { driver, options }: TypeOrmDataSource): TablePath {
  const text = schema === options.schema ? tableName : driver.buildTableName(tableName, schema);
  const parsed = driver.parseTableName(text);
  return { ...parsed, schema: schema ?? parsed.schema };
}

function nameIn(schema: string | undefined, name: string, server: ServerInfo): string {
  return qualifiedName(clipName(name), schema === server.schema ? undefined : schema);
}

function namePrimaryKey(
  table: { readonly columns: readonly TypeOrmColumn[] },
  { namingStrategy }: TypeOrmDataSource,
): string {
  const columns = table.columns.filter(({ isPrimary }) => isPrimary);
  const [first] = columns;
  const names = columns.map(({ name }) => name);
  return first?.primaryKeyConstraintName ?? namingStrategy.primaryKeyName(table, names);
}

/** An item with the names that PostgreSQL keeps of those that TypeORM gives. */
function clip<Item extends { readonly name?: string; readonly columnNames?: readonly string[] }>(item: Item): Item {
  const { name, columnNames } = item;
  return {
    ...item,
    ...(name !== undefined && { name: clipName(name) }),
    ...(columnNames !== undefined && { columnNames: columnNames.map((column) => clipName(column)) }),
  };
}

function readForeignKeys(metadata: EntityMetadata, source: ModelSource) {
  const { typeorm, dataSource } = source;
  return metadata.foreignKeys.map((key) => {
    const made = typeorm.TableForeignKey.create(key, dataSource.driver);
    return {
      ...clip(made),
      referencedTable: nameTable(key.referencedEntityMetadata, source),
      referencedColumnNames: made.referencedColumnNames.map((column) => clipName(column)),
    };
  });
}

/** The type of a column in full; an enum type is declared by its column. */
function readType(
  column: TypeOrmColumn,
  table: { readonly name: string; readonly bareName: string },
  { dataSource, server }: ModelSource,
  enums: Map<string, Enum>,
): string {
  if (column.type !== "enum" && column.type !== "simple-enum") return dataSource.driver.createFullType(column);
  const name = nameEnum(column, table, server);
  declareEnum(enums, { name, values: column.enum ?? [] }, `${table.name}.${column.name}`);
  return joinTexts(typeName(name), column.isArray && "[]");
}

/** TypeORM takes what is before the dot of an `enumName` for its schema. */
function nameEnum(
  column: TypeOrmColumn,
  table: { readonly name: string; readonly bareName: string },
  server: ServerInfo,
): string {
  const generated = `${table.bareName}_${column.name.toLowerCase()}_enum`;
  const [first = generated, second] = column.enumName?.split(".") ?? [];
  if (second !== undefined) return nameIn(first, second, server);
  return qualifiedName(clipName(first), parseName(table.name).schema);
}

function declareEnum(enums: Map<string, Enum>, type: Enum, where: string): void {
  if (type.values.length === 0) return;
  const other = enums.get(type.name);
  if (other !== undefined && other.values.join("\0") !== type.values.join("\0"))
    throw new RemodelError(
      "MODELS_REJECTED",
      `The columns of the enum type ${type.name} list different values. See ${where}.`,
      { hint: "Give every column with this enumName the same enum." },
    );
  enums.set(type.name, type);
}

/** For every other strategy, such as `rowid`, TypeORM creates a serial column. */
function findGeneration(strategy: TypeOrmColumn["generationStrategy"]): ModelColumn["generation"] {
  if (strategy === undefined || strategy === "uuid") return undefined;
  return strategy === "identity" ? "identity" : "increment";
}

function readColumn(column: TypeOrmColumn, fullType: string, driver: Driver, declared: unknown): ModelColumn {
  const { isGenerated, generationStrategy, asExpression } = column;
  const strategy = isGenerated ? generationStrategy : undefined;
  return compact<ModelColumn>({
    name: clipName(column.name),
    fullType,
    isPrimary: column.isPrimary,
    isNullable: column.isNullable,
    default: strategy === "uuid" && !column.default ? driver.uuidGenerator : defaultOf(column, declared),
    generation: findGeneration(strategy),
    generatedIdentity: column.generatedIdentity,
    asExpression: asExpression || undefined,
    generatedType: asExpression ? (column.generatedType ?? "STORED") : undefined,
    collation: column.collation,
    comment: column.comment,
  });
}
