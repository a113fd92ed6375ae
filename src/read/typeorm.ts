import type { ModelTable } from "../kinds/kind.ts";

/** The little that is used of TypeORM, whose own types belong to the user's project. */
export interface TypeOrm {
  readonly DataSource: new (options: object) => TypeOrmDataSource;
  readonly Table: { create(metadata: EntityMetadata, driver: Driver): TypeOrmTable };
  readonly TableForeignKey: { create(metadata: object, driver: Driver): TypeOrmForeignKey };
}

/** See {@link TypeOrm}. */
export interface TypeOrmDataSource {
  readonly options: {
    readonly schema?: string;
    readonly metadataTableName?: string;
    readonly extensions?: readonly string[];
    readonly installExtensions?: boolean;
  };
  readonly driver: Driver;
  readonly namingStrategy: { primaryKeyName(table: object, columns: readonly string[]): string };
  readonly entityMetadatas: readonly EntityMetadata[];
  buildMetadatas(): Promise<void>;
  createQueryBuilder(): QueryBuilder;
}

/** See {@link TypeOrm}. */
export interface QueryBuilder {
  select(alias: string): QueryBuilder;
  insert(): QueryBuilder;
  update(target: unknown): QueryBuilder;
  delete(): QueryBuilder;
  softDelete(): QueryBuilder;
  from(target: unknown, alias?: string): QueryBuilder;
  into(target: unknown): QueryBuilder;
  values(values: object): QueryBuilder;
  set(values: object): QueryBuilder;
  where(condition: string): QueryBuilder;
  returning(columns: string): QueryBuilder;
  getQueryAndParameters(): [sql: string, parameters: readonly unknown[]];
}

/** See {@link TypeOrm}. */
export interface Driver {
  readonly uuidGenerator: string;
  /** The access methods of indexes; absent in TypeORM 0.3. */
  readonly supportedIndexTypes?: readonly string[];
  createFullType(column: TypeOrmColumn): string;
  buildTableName(table: string, schema: string | undefined): string;
  parseTableName(path: string): TablePath;
}

/** A name that the driver has taken apart. */
export interface TablePath {
  readonly schema: string | undefined;
  readonly tableName: string;
}

/** See {@link TypeOrm}. */
export interface EntityMetadata {
  readonly target: unknown;
  /** The name of the class. */
  readonly name: string;
  readonly tableName: string;
  readonly schema?: string;
  readonly tableType: string;
  readonly synchronize: boolean;
  readonly comment?: string;
  readonly expression?: string | ((dataSource: TypeOrmDataSource) => { getQuery(): string });
  /** The views that a view needs: their classes, or names. */
  readonly dependsOn?: Iterable<unknown>;
  readonly tableMetadataArgs?: { readonly materialized?: boolean };
  readonly indices: readonly (Omit<ModelTable["indices"][number], "columnNames"> & {
    readonly synchronize: boolean;
    readonly columns: readonly { readonly databaseName: string }[];
  })[];
  readonly columns: readonly EntityColumn[];
  readonly tablePath: string;
  readonly deleteDateColumn?: EntityColumn;
  readonly foreignKeys: readonly { readonly referencedEntityMetadata: EntityMetadata }[];
}

/** See {@link TypeOrm}. */
export interface EntityColumn {
  readonly databaseName: string;
  readonly default?: unknown;
  readonly enum?: readonly (string | number)[];
  readonly isPrimary: boolean;
  readonly isInsert: boolean;
  readonly isUpdate: boolean;
  readonly isGenerated: boolean;
  readonly isDiscriminator: boolean;
  readonly isCreateDate: boolean;
  readonly isUpdateDate: boolean;
  readonly isDeleteDate: boolean;
  readonly isVersion: boolean;
  readonly isTreeLevel: boolean;
  readonly isNestedSetLeft: boolean;
  readonly isNestedSetRight: boolean;
  readonly isMaterializedPath: boolean;
  readonly asExpression?: string;
  setEntityValue(entity: object, value: unknown): void;
}

/** See {@link TypeOrm}. */
export interface TypeOrmColumn {
  readonly name: string;
  readonly type: string;
  readonly isPrimary: boolean;
  readonly isNullable: boolean;
  readonly isArray: boolean;
  readonly isGenerated: boolean;
  readonly generationStrategy?: "uuid" | "increment" | "identity" | "rowid";
  readonly generatedIdentity?: "ALWAYS" | "BY DEFAULT";
  readonly default?: string;
  readonly enum?: readonly string[];
  readonly enumName?: string;
  readonly asExpression?: string;
  readonly generatedType?: "STORED" | "VIRTUAL";
  readonly collation?: string;
  readonly comment?: string;
  readonly primaryKeyConstraintName?: string;
}

/** See {@link TypeOrm}. */
export type TypeOrmForeignKey = Omit<ModelTable["foreignKeys"][number], "referencedTable">;

/** See {@link TypeOrm}. */
export interface TypeOrmTable extends Pick<ModelTable, "indices" | "uniques" | "checks" | "exclusions"> {
  readonly columns: readonly TypeOrmColumn[];
}
