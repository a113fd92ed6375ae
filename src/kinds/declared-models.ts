import type { Deferrable, Enum, ReferentialAction, Table } from "../schema/schema.ts";

/** A table as TypeORM itself computes it from the models (`Table.create`), with names as `Schema` writes them. */
export interface ModelTable {
  readonly name: string;
  readonly comment?: string;
  readonly columns: readonly ModelColumn[];
  readonly primaryKeyName: string;
  readonly indices: readonly ModelIndex[];
  readonly uniques: readonly {
    readonly name: string;
    readonly columnNames: readonly string[];
    readonly deferrable?: Deferrable;
  }[];
  readonly checks: readonly { readonly name: string; readonly expression: string }[];
  readonly exclusions: readonly {
    readonly name: string;
    readonly expression: string;
    readonly deferrable?: Deferrable;
  }[];
  readonly foreignKeys: readonly {
    readonly name: string;
    readonly columnNames: readonly string[];
    readonly referencedTable: string;
    readonly referencedColumnNames: readonly string[];
    readonly onDelete?: ReferentialAction | "NO ACTION";
    readonly onUpdate?: ReferentialAction | "NO ACTION";
    readonly deferrable?: Deferrable;
  }[];
}

/** An index of a table or of a materialized view as TypeORM computes it. */
export interface ModelIndex {
  readonly name: string;
  readonly columnNames: readonly string[];
  readonly isUnique?: boolean;
  readonly isSpatial?: boolean;
  readonly type?: string;
  readonly where?: string;
}

/** A view as TypeORM would create it. */
export interface ModelView {
  readonly name: string;
  readonly expression: string;
  readonly isMaterialized: boolean;
  readonly indices: readonly ModelIndex[];
  /** The names of the views that it needs, as its entity says. */
  readonly dependsOn: readonly string[];
}

/** Everything that the models declare, for kinds whose items belong to no table. */
export interface DeclaredModels {
  readonly tables: readonly Table[];
  readonly views: readonly ModelView[];
  /** The types of enum columns. */
  readonly enums: readonly Enum[];
  /** The extensions that the data source lists; absent where it says that TypeORM installs none. */
  readonly extensions?: readonly string[];
  /** The function that makes the values of generated `uuid` columns. */
  readonly uuidGenerator: string;
  /** TypeORM's own table as the data source names it, where it does. */
  readonly metadataTable?: string;
}

/** A column as TypeORM computes it, with its type in full. */
export interface ModelColumn {
  readonly name: string;
  /** The type as TypeORM would write it into DDL, or the enum type's name. */
  readonly fullType: string;
  readonly isPrimary: boolean;
  readonly isNullable: boolean;
  readonly default?: string;
  readonly generation?: "increment" | "identity";
  readonly generatedIdentity?: "ALWAYS" | "BY DEFAULT";
  readonly asExpression?: string;
  readonly generatedType?: "STORED" | "VIRTUAL";
  readonly collation?: string;
  readonly comment?: string;
}
