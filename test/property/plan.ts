import type { Rename } from "../../src/diff/renames.ts";
import type { ReferentialAction } from "../../src/schema/schema.ts";
import { qualifiedName, typeName } from "../../src/sql.ts";
import { sampleOf } from "./samples.ts";

/**
 * What a schema is made of, before it has SQL: tables and columns are known by numbers that stay with them, so that a
 * new name or type reaches every key, check and expression by itself, as it does in models.
 */
export interface Plan {
  readonly enums: readonly EnumPlan[];
  readonly tables: readonly TablePlan[];
  /** Each may lean on those before it. */
  readonly views: readonly ViewPlan[];
}

/** The PostgreSQL schemas beside the connection's own. */
export const SCHEMAS = ["sales", 'Odd "one".x'];

/** What stands in a schema; another item has another number. */
interface PlacedPlan {
  readonly id: number;
  readonly name: string;
  /** 0 is the connection's own schema, the others are the places among {@link SCHEMAS}, counted from 1. */
  readonly schema: number;
}

export interface EnumPlan extends PlacedPlan {
  readonly values: readonly string[];
}

export interface ViewPlan extends PlacedPlan {
  /** What it selects from: a table, or a view before it. */
  readonly base: { readonly list: "tables" | "views"; readonly id: number };
  /** Columns of the table at the bottom. */
  readonly columns: readonly number[];
  readonly where?: ConditionPlan | undefined;
  readonly materialized: boolean;
  /** Those of a materialized view. */
  readonly indexes: readonly IndexPlan[];
}

export interface TablePlan extends PlacedPlan {
  readonly comment?: string | undefined;
  readonly columns: readonly ColumnPlan[];
  readonly primaryKey?: KeyPlan | undefined;
  readonly uniques: readonly KeyPlan[];
  readonly checks: readonly CheckPlan[];
  readonly exclusions: readonly ExclusionPlan[];
  readonly indexes: readonly IndexPlan[];
  readonly foreignKeys: readonly ForeignKeyPlan[];
}

/** How a column gets its values. */
export type Filling = "serial" | "ALWAYS" | "BY DEFAULT" | "generated" | number | undefined;

export interface ColumnPlan {
  readonly id: number;
  readonly name: string;
  readonly type: string | { readonly enum: number; readonly array: boolean };
  readonly nullable: boolean;
  /** A number is the place of a default among the samples of its type. */
  readonly filling: Filling;
  /** What a generated column is made of, and how. */
  readonly from?: ConditionPlan | undefined;
  /** A generated column that is not stored. */
  readonly virtual?: boolean | undefined;
  readonly collation?: string | undefined;
  readonly comment?: string | undefined;
}

/** An expression over a column, by its place among the samples of the column's type. */
export interface ConditionPlan {
  readonly column: number;
  readonly form: number;
}

/** A name given by hand; else it is made of the names of table and columns. */
export interface NamedPlan {
  readonly name?: string | undefined;
}

export interface KeyPlan extends NamedPlan {
  readonly columns: readonly number[];
  readonly deferrable?: boolean | undefined;
}

export interface CheckPlan extends NamedPlan, ConditionPlan {}

export interface ExclusionPlan extends NamedPlan, ConditionPlan {
  readonly where?: ConditionPlan | undefined;
  readonly deferrable?: boolean | undefined;
}

export interface IndexPlan extends NamedPlan {
  readonly columns: readonly number[];
  readonly unique: boolean;
  readonly hash: boolean;
  readonly where?: ConditionPlan | undefined;
}

export interface ForeignKeyPlan extends NamedPlan {
  readonly columns: readonly number[];
  readonly to: number;
  /** Which of the keys of the other table: the primary key, then the unique constraints. */
  readonly key: number;
  readonly onDelete?: ReferentialAction | undefined;
  readonly onUpdate?: ReferentialAction | undefined;
  readonly deferrable?: boolean | undefined;
}

/** The item at a place counted around the list, or `undefined` if it is empty. */
export function at<Item>(items: readonly Item[], place: number): Item | undefined {
  return items[place % items.length];
}

/** The name with its schema, as `Schema` writes it. */
export function nameOf({ name, schema }: PlacedPlan): string {
  return qualifiedName(name, schema === 0 ? undefined : SCHEMAS[schema - 1]);
}

/** The table at the bottom of a view. */
export function bottomOf({ base }: ViewPlan, plan: Plan): TablePlan | undefined {
  if (base.list === "tables") return plan.tables.find(({ id }) => id === base.id);
  const below = plan.views.find(({ id }) => id === base.id);
  return below && bottomOf(below, plan);
}

/** The keys of a table that foreign keys may point at: PostgreSQL takes none that may be deferred. */
export function keysOf(table: TablePlan): readonly KeyPlan[] {
  return [table.primaryKey ?? [], table.uniques].flat().filter(({ deferrable }) => !deferrable);
}

export function columnOf(table: TablePlan, id: number): ColumnPlan {
  return table.columns.find((column) => column.id === id)!;
}

/** The type of a column as PostgreSQL spells it, without a sequence. */
export function typeOf({ type }: ColumnPlan, { enums }: Plan): string {
  if (typeof type === "string") return type;
  return typeName(nameOf(enums.find(({ id }) => id === type.enum)!)) + (type.array ? "[]" : "");
}

/** What the type of a column may have. */
export function sample(column: ColumnPlan, plan: Plan): ReturnType<typeof sampleOf> {
  const { type } = column;
  const values = typeof type === "string" ? undefined : plan.enums.find(({ id }) => id === type.enum)!.values;
  return sampleOf(typeOf(column, plan), values);
}

/** What has another name in the second plan. */
export function renamesBetween(before: Plan, after: Plan): readonly Rename[] {
  return before.tables.flatMap((table) => {
    const other = after.tables.find(({ id }) => id === table.id);
    if (other === undefined) return [];
    const [from, to] = [nameOf(table), nameOf(other)];
    const columns = table.columns.flatMap(({ id, name }): Rename[] => {
      const next = other.columns.find((column) => column.id === id)?.name ?? name;
      return next === name ? [] : [{ list: "columns", table: from, from: name, to: next }];
    });
    return from === to ? columns : [{ list: "tables" as const, from, to }, ...columns];
  });
}
