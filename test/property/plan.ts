import { createHash } from "node:crypto";
import type { Rename } from "../../src/diff/renames.ts";
import { byName, compact } from "../../src/kinds/kind.ts";
import { metadataName } from "../../src/kinds/typeorm-metadata.ts";
import type { Column, ForeignKey, Index, ReferentialAction, Schema, Table, Unique } from "../../src/schema/schema.ts";
import { qualifiedName, id as quoted, typeName } from "../../src/sql.ts";
import { sampleOf } from "./samples.ts";

/**
 * What a schema is made of, before it has SQL: tables and columns are known by numbers that stay with them, so that a
 * new name or type reaches every key, check and expression by itself, as it does in models.
 */
export interface Plan {
  readonly enums: readonly EnumPlan[];
  readonly tables: readonly TablePlan[];
}

export interface EnumPlan {
  readonly id: number;
  readonly name: string;
  readonly values: readonly string[];
}

export interface TablePlan {
  readonly id: number;
  readonly name: string;
  readonly comment?: string | undefined;
  readonly columns: readonly ColumnPlan[];
  readonly primaryKey?: KeyPlan | undefined;
  readonly uniques: readonly KeyPlan[];
  readonly checks: readonly CheckPlan[];
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
  readonly from?: { readonly column: number; readonly form: number } | undefined;
  readonly comment?: string | undefined;
}

/** A name given by hand; else it is made of the names of table and columns. */
interface NamedPlan {
  readonly name?: string | undefined;
}

export interface KeyPlan extends NamedPlan {
  readonly columns: readonly number[];
  readonly deferrable?: boolean | undefined;
}

export interface CheckPlan extends NamedPlan {
  readonly column: number;
  readonly form: number;
}

export interface IndexPlan extends NamedPlan {
  readonly columns: readonly number[];
  readonly unique: boolean;
  readonly hash: boolean;
  readonly where?: { readonly column: number; readonly form: number } | undefined;
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

/** The schema of a settled plan, as models would declare it: in its own spelling, lists sorted by name. */
export function schemaOf(plan: Plan): Schema {
  const tables = plan.tables.map((table) => tableOf(table, plan)).sort(byName);
  const metadata = tables.flatMap(({ name: table, columns }) =>
    columns.flatMap(({ name: object, asExpression: value }) => {
      const key = { type: "GENERATED_COLUMN" as const, table };
      return value === undefined ? [] : [{ name: metadataName({ ...key, name: object }), ...key, object, value }];
    }),
  );
  return compact<Schema>({
    enums: some(plan.enums.map(({ name, values }) => ({ name: qualifiedName(name), values })).sort(byName)),
    tables,
    typeormMetadata: some(metadata.sort(byName)),
  });
}

function tableOf(table: TablePlan, plan: Plan): Table {
  const names = (columns: readonly number[]) => columns.map((id) => columnOf(table, id).name);
  const name = (prefix: string, one: NamedPlan, columns: readonly number[]) =>
    one.name === undefined ? derivedName([prefix, table.name, ...names(columns)]) : givenName(prefix, one.name, table);
  const { primaryKey } = table;
  return compact<Table>({
    name: qualifiedName(table.name),
    columns: table.columns.map((column) => columnText(column, table, plan)),
    primaryKey: primaryKey && {
      name: name("PK", primaryKey, primaryKey.columns),
      columns: names(primaryKey.columns),
    },
    uniques: sorted(
      table.uniques.map((key) =>
        compact<Unique>({
          name: name("UQ", key, key.columns),
          columns: names(key.columns),
          deferrable: key.deferrable ? "INITIALLY DEFERRED" : undefined,
        }),
      ),
    ),
    checks: sorted(
      table.checks.map((check) => ({
        name:
          check.name === undefined
            ? derivedName(["CHK", table.name, ...names([check.column]), String(check.form)])
            : givenName("CHK", check.name, table),
        expression: condition(check, table, plan),
      })),
    ),
    indexes: sorted(
      table.indexes.map((index) =>
        compact<Index>({
          name: name("IDX", index, index.columns),
          columns: names(index.columns),
          unique: index.unique || undefined,
          type: index.hash ? "hash" : undefined,
          where: index.where && condition(index.where, table, plan),
        }),
      ),
    ),
    foreignKeys: sorted(
      table.foreignKeys.map((key) => {
        const target = plan.tables.find(({ id }) => id === key.to)!;
        return compact<ForeignKey>({
          name: name("FK", key, key.columns),
          columns: names(key.columns),
          references: {
            table: qualifiedName(target.name),
            columns: at(keysOf(target), key.key)!.columns.map((id) => columnOf(target, id).name),
          },
          onDelete: key.onDelete,
          onUpdate: key.onUpdate,
          deferrable: key.deferrable ? "INITIALLY IMMEDIATE" : undefined,
        });
      }),
    ),
    comment: table.comment,
  });
}

function columnText(column: ColumnPlan, table: TablePlan, plan: Plan): Column {
  const { filling, from } = column;
  const type = typeOf(column, plan);
  const base = from && columnOf(table, from.column);
  const generated = base && sample(base, plan).generated!;
  return compact<Column>({
    name: column.name,
    type: filling === "serial" ? { integer: "serial", bigint: "bigserial", smallint: "smallserial" }[type]! : type,
    nullable: column.nullable || undefined,
    default: typeof filling === "number" ? at(sample(column, plan).defaults, filling) : undefined,
    generatedIdentity: filling === "ALWAYS" || filling === "BY DEFAULT" ? filling : undefined,
    asExpression: generated && at(generated.forms, from!.form)!(quoted(base.name)),
    generatedType: generated && "STORED",
    comment: column.comment,
  });
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
  return typeName(qualifiedName(enums.find(({ id }) => id === type.enum)!.name)) + (type.array ? "[]" : "");
}

/** What the type of a column may have. */
export function sample(column: ColumnPlan, plan: Plan): ReturnType<typeof sampleOf> {
  const { type } = column;
  const values = typeof type === "string" ? undefined : plan.enums.find(({ id }) => id === type.enum)!.values;
  return sampleOf(typeOf(column, plan), values);
}

function condition({ column, form }: { column: number; form: number }, table: TablePlan, plan: Plan): string {
  const one = columnOf(table, column);
  return at(sample(one, plan).conditions, form)!(quoted(one.name));
}

/** A name as a naming strategy makes it: of the names of table and columns, and of a hash where that is too long. */
export function derivedName(parts: readonly string[]): string {
  const text = parts.join("_");
  if (Buffer.byteLength(text) <= 63) return text;
  return `${parts[0]}_${createHash("sha1").update(text).digest("hex").slice(0, 26)}`;
}

/** A name that stays whatever else gets another one. */
function givenName(prefix: string, name: string, { id }: TablePlan): string {
  return `${prefix} ${name} ${id}`;
}

function some<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

function sorted<Item extends { readonly name: string }>(items: readonly Item[]): readonly Item[] | undefined {
  return some([...items].sort(byName));
}

/** What has another name in the second plan. */
export function renamesBetween(before: Plan, after: Plan): readonly Rename[] {
  return before.tables.flatMap((table) => {
    const other = after.tables.find(({ id }) => id === table.id);
    if (other === undefined) return [];
    const [from, to] = [qualifiedName(table.name), qualifiedName(other.name)];
    const columns = table.columns.flatMap(({ id, name }): Rename[] => {
      const next = other.columns.find((column) => column.id === id)?.name ?? name;
      return next === name ? [] : [{ list: "columns", table: from, from: name, to: next }];
    });
    return from === to ? columns : [{ list: "tables" as const, from, to }, ...columns];
  });
}
