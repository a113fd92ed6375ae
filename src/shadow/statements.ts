import { collect } from "../collect.ts";
import type { BuiltModels } from "../read/build-models.ts";
import type { EntityColumn, EntityMetadata, QueryBuilder, TypeOrmDataSource } from "../read/typeorm.ts";
import { id, literal } from "../sql.ts";
import type { FillTable } from "./fill-catalog.ts";
import type { Cells } from "./propose.ts";

/** What a statement does. */
export type StatementName = "SELECT" | "INSERT" | "UPDATE" | "DELETE";

/** A statement of an entity, as TypeORM writes it, with `$1`, `$2` … for the values. */
export interface EntityStatement {
  readonly statement: StatementName;
  /** `schema.name` of the table. */
  readonly table: string;
  readonly sql: string;
}

/** An entity, and what TypeORM writes for it. */
export interface EntityCode {
  /** Absent for a view. */
  readonly table?: FillTable;
  readonly statements: readonly EntityStatement[];
  /** The INSERT of a row, without parameters. A column that the row does not have gets its default. */
  insert(cells: Cells): string;
}

/** The labels of an enum type that code knows. */
export interface KnownLabels {
  /** `schema.name` */
  readonly table: string;
  readonly column: string;
  readonly labels: readonly string[];
}

/**
 * Writes the statements of every entity whose table or view exists, with the columns that exist: what is not there yet, or
 * not any longer, is the work of other revisions.
 * @param models the models; the lists of columns of their entities are changed
 * @param tables the tables of the database
 * @param own the schema in which names need no schema
 */
export function listStatements(
  { dataSource }: Pick<BuiltModels, "dataSource">,
  tables: readonly FillTable[],
  own: string,
): readonly EntityCode[] {
  return dataSource.entityMetadatas.flatMap((metadata) => {
    const { schema = own, tableName } = dataSource.driver.parseTableName(metadata.tablePath);
    const name = `${schema}.${tableName}`;
    if (metadata.tableType === "view")
      return {
        statements: [{ statement: "SELECT", table: name, sql: select(dataSource, metadata) }],
        insert: () => "",
      };
    const table = tables.find((one) => one.schema === schema && one.name === tableName);
    return collect(table !== undefined && describeEntity(dataSource, metadata, table, name));
  });
}

/** Lists the labels of enum types that code knows. */
export function listEnums({ dataSource }: Pick<BuiltModels, "dataSource">, own: string): readonly KnownLabels[] {
  return dataSource.entityMetadatas.flatMap(({ tablePath, columns }) => {
    const { schema = own, tableName } = dataSource.driver.parseTableName(tablePath);
    return columns.flatMap(({ databaseName: column, enum: labels }) =>
      collect(labels !== undefined && { table: `${schema}.${tableName}`, column, labels: labels.map(String) }),
    );
  });
}

function describeEntity(
  dataSource: TypeOrmDataSource,
  metadata: EntityMetadata,
  table: FillTable,
  name: string,
): EntityCode {
  const all = metadata.columns;
  const known = new Set(table.columns.map((column) => column.name));
  // TypeORM reads the list when it writes a statement.
  const limited = <Result>(write: () => Result) => {
    Object.assign(metadata, { columns: all.filter(({ databaseName }) => known.has(databaseName)) });
    try {
      return write();
    } finally {
      Object.assign(metadata, { columns: all });
    }
  };
  const texts = limited(() => [
    ["SELECT", select(dataSource, metadata)] as const,
    ["INSERT", insert(dataSource, metadata, number)] as const,
    ["UPDATE", update(dataSource, metadata)] as const,
    ["DELETE", remove(dataSource, metadata)] as const,
  ]);
  const statements = texts.flatMap(([statement, sql]) => collect(sql !== undefined && { statement, table: name, sql }));
  return {
    table,
    statements,
    insert: (cells) => limited(() => insert(dataSource, metadata, (parts) => fillIn(parts, cells), cells)),
  };
}

/** A text with the names of columns between marks, and the values of TypeORM's own parameters. */
interface Draft {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly columns: readonly EntityColumn[];
}

const MARK = /__remodel_(\d+)__|\$(\d+)/g;

/** Marks each column: TypeORM prints what a function returns as it is. */
function mark(columns: readonly EntityColumn[]): object {
  const entity = {};
  for (const [at, column] of columns.entries()) column.setEntityValue(entity, () => `__remodel_${at}__`);
  return entity;
}

function draft(query: QueryBuilder, columns: readonly EntityColumn[] = []): Draft {
  const [sql, values] = query.getQueryAndParameters();
  return { sql, values, columns };
}

/** Every value is a parameter. */
function number({ sql }: Draft): string {
  let parameters = 0;
  return sql.replace(MARK, () => `$${++parameters}`);
}

function fillIn({ sql, values, columns }: Draft, cells: Cells): string {
  return sql.replace(MARK, (_, column?: string, parameter?: string) => {
    if (column === undefined) return print(values[Number(parameter) - 1]);
    return print(cells.get(columns[Number(column)]?.databaseName ?? ""));
  });
}

function print(value: unknown): string {
  return value == null ? "NULL" : literal(String(value));
}

function targetOf({ target, tablePath }: EntityMetadata): unknown {
  return target || tablePath;
}

function select(dataSource: TypeOrmDataSource, metadata: EntityMetadata): string {
  const { name } = metadata;
  return number(draft(dataSource.createQueryBuilder().select(name).from(targetOf(metadata), name)));
}

/** @param cells the row; without it every column that code may write gets a value */
function insert(
  dataSource: TypeOrmDataSource,
  metadata: EntityMetadata,
  print: (parts: Draft) => string,
  cells?: Cells,
): string {
  const columns = metadata.columns.filter(
    (column) => column.isInsert && isWritten(column) && (cells === undefined || cells.has(column.databaseName)),
  );
  const query = dataSource.createQueryBuilder().insert().into(targetOf(metadata)).values(mark(columns));
  return print(draft(returning(query, metadata.columns.filter(isReadAfterInsert)), columns));
}

/** Whether code gives the column a value; TypeORM or the server writes the others. */
function isWritten(column: EntityColumn): boolean {
  const { isGenerated, isDiscriminator, isCreateDate, isUpdateDate, isDeleteDate, isVersion } = column;
  const { isTreeLevel, isNestedSetLeft, isNestedSetRight, isMaterializedPath, asExpression } = column;
  const own = [isDiscriminator, isCreateDate, isUpdateDate, isDeleteDate, isVersion];
  const tree = [isTreeLevel, isNestedSetLeft, isNestedSetRight, isMaterializedPath];
  return !isGenerated && asExpression === undefined && ![...own, ...tree].includes(true);
}

/** @returns nothing for an entity that has only its key */
function update(dataSource: TypeOrmDataSource, metadata: EntityMetadata): string | undefined {
  const columns = metadata.columns.filter((column) => column.isUpdate && !column.isPrimary && isWritten(column));
  if (columns.length === 0) return undefined;
  const query = dataSource.createQueryBuilder().update(targetOf(metadata)).set(mark(columns)).where(keyOf(metadata));
  return number(draft(returning(query, metadata.columns.filter(isReadAfterUpdate)), columns));
}

/** What a repository reads back into the entity. */
function returning(query: QueryBuilder, columns: readonly EntityColumn[]): QueryBuilder {
  if (columns.length === 0) return query;
  return query.returning(columns.map(({ databaseName }) => id(databaseName)).join(", "));
}

function isReadAfterInsert(column: EntityColumn): boolean {
  const { default: value, isGenerated, isCreateDate, isDeleteDate } = column;
  return value != null || isGenerated || isCreateDate || isDeleteDate || isReadAfterUpdate(column);
}

function isReadAfterUpdate({ asExpression, isUpdateDate, isVersion }: EntityColumn): boolean {
  return asExpression !== undefined || isUpdateDate || isVersion;
}

/** A column of type `deletedAt` makes code keep the row. */
function remove(dataSource: TypeOrmDataSource, metadata: EntityMetadata): string {
  const query = dataSource.createQueryBuilder();
  const target = targetOf(metadata);
  if (metadata.deleteDateColumn === undefined) return number(draft(query.delete().from(target).where(keyOf(metadata))));
  return number(draft(query.softDelete().from(target).where(keyOf(metadata))));
}

function keyOf({ columns }: EntityMetadata): string {
  const key = columns.filter(({ isPrimary }) => isPrimary);
  return key.map(({ databaseName }, at) => `${id(databaseName)} = __remodel_${at}__`).join(" AND ");
}
