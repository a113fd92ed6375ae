/**
 * What a database is, as plain data. Absent means PostgreSQL's default: no `nullable: false`, no empty list, no `null`,
 * so that equality and literals stay simple. Lists of columns are in their order; other lists are sorted by name.
 *
 * A name of a table, view, enum type or sequence is written as in SQL without folding to lower case: `shop` is in
 * the connection's own schema, `sales.shop` in another; a part that itself has a dot or a quote is put in double quotes.
 */
export interface Schema {
  readonly extensions?: readonly Extension[];
  readonly schemas?: readonly Namespace[];
  readonly enums?: readonly Enum[];
  readonly sequences?: readonly Sequence[];
  readonly tables?: readonly Table[];
  /** In the order in which they can be created. */
  readonly views?: readonly View[];
  readonly typeormMetadata?: readonly TypeormMetadata[];
}

/** Anything with a name. */
export interface Named {
  readonly name: string;
}

/** An extension that columns or defaults need, such as `citext`. */
export interface Extension extends Named {}

/** A PostgreSQL schema other than the connection's own. */
export interface Namespace extends Named {}

/** An enum type. */
export interface Enum extends Named {
  readonly values: readonly string[];
}

/** A sequence that no column owns. The sequence of a serial or identity column is part of the column. */
export interface Sequence extends Named {
  readonly type?: "smallint" | "integer" | "bigint";
  readonly start?: string;
  readonly increment?: string;
  readonly minimum?: string;
  readonly maximum?: string;
  readonly cycle?: true;
}

/** A table with all that belongs to it. */
export interface Table extends Named {
  readonly columns: readonly Column[];
  readonly primaryKey?: PrimaryKey;
  readonly uniques?: readonly Unique[];
  readonly checks?: readonly Check[];
  readonly exclusions?: readonly Exclusion[];
  readonly indexes?: readonly Index[];
  readonly foreignKeys?: readonly ForeignKey[];
  readonly comment?: string;
}

/** A column. */
export interface Column extends Named {
  /** As PostgreSQL prints it: `character varying(120)`, `integer[]`, `shop_status_enum`; or `serial`, `bigserial`, `smallserial`. */
  readonly type: string;
  readonly nullable?: true;
  /** An SQL expression: `'open'`, `now()`, `'{}'::jsonb`. */
  readonly default?: string;
  /** `GENERATED … AS IDENTITY`. */
  readonly generatedIdentity?: "ALWAYS" | "BY DEFAULT";
  /** The expression of a generated column. */
  readonly asExpression?: string;
  /** Left out, `STORED`. `VIRTUAL` needs PostgreSQL 18 or newer. */
  readonly generatedType?: "STORED" | "VIRTUAL";
  readonly collation?: string;
  readonly comment?: string;
  /** The name of the sequence of a serial or identity column, if it is not PostgreSQL's `<table>_<column>_seq`. */
  readonly sequence?: string;
}

/** When a constraint that may be deferred is checked. */
export type Deferrable = "INITIALLY DEFERRED" | "INITIALLY IMMEDIATE";

/** A primary key. */
export interface PrimaryKey extends Named {
  readonly columns: readonly string[];
  readonly deferrable?: Deferrable;
}

/** A unique constraint. */
export interface Unique extends Named {
  readonly columns: readonly string[];
  readonly deferrable?: Deferrable;
}

/** A check constraint. */
export interface Check extends Named {
  readonly expression: string;
}

/** An exclusion constraint. */
export interface Exclusion extends Named {
  /** The clause after `EXCLUDE`: `USING gist (room WITH =, during WITH &&)`. */
  readonly expression: string;
  readonly deferrable?: Deferrable;
}

/** An index that is not the index of a constraint. */
export interface Index extends Named {
  readonly columns: readonly string[];
  readonly unique?: true;
  /** The access method where it is not `btree`. */
  readonly type?: string;
  /** The predicate of a partial index. */
  readonly where?: string;
}

/** What is done to the referencing row. */
export type ReferentialAction = "CASCADE" | "SET NULL" | "SET DEFAULT" | "RESTRICT";

/** A foreign key. */
export interface ForeignKey extends Named {
  readonly columns: readonly string[];
  readonly references: { readonly table: string; readonly columns: readonly string[] };
  readonly onDelete?: ReferentialAction;
  readonly onUpdate?: ReferentialAction;
  readonly deferrable?: Deferrable;
}

/** A view, or a materialized view with its indexes. */
export interface View extends Named {
  readonly expression: string;
  readonly materialized?: true;
  readonly indexes?: readonly Index[];
}

/** A row of TypeORM's own table: the declaration of a view or a generated column. */
export interface TypeormMetadata extends Named {
  readonly type: "VIEW" | "MATERIALIZED_VIEW" | "GENERATED_COLUMN";
  /** The table of a generated column. */
  readonly table?: string;
  /** The view, or the generated column. */
  readonly object: string;
  /** The name of TypeORM's own table, if `metadataTableName` sets another one than `typeorm_metadata`. */
  readonly keptIn?: string;
  readonly value: string;
}
