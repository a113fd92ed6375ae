import { createHash } from "node:crypto";
import { byName, compact } from "../../src/kinds/kind.ts";
import { metadataName } from "../../src/kinds/typeorm-metadata.ts";
import type {
  Column,
  Exclusion,
  ForeignKey,
  Index,
  Schema,
  Table,
  TypeormMetadata,
  Unique,
  View,
} from "../../src/schema/schema.ts";
import { path, id as quoted } from "../../src/sql.ts";
import {
  at,
  bottomOf,
  type ColumnPlan,
  type ConditionPlan,
  columnOf,
  type ExclusionPlan,
  type IndexPlan,
  keysOf,
  type NamedPlan,
  nameOf,
  type Plan,
  SCHEMAS,
  sample,
  type TablePlan,
  typeOf,
  type ViewPlan,
} from "./plan.ts";
import { EQUALS } from "./samples.ts";

/** The schema of a settled plan, as models would declare it: in its own spelling, lists sorted by name. */
export function schemaOf(plan: Plan): Schema {
  const tables = plan.tables.map((table) => tableOf(table, plan)).sort(byName);
  const views = plan.views.map((view) => viewOf(view, plan));
  const placed = [...plan.enums, ...plan.tables, ...plan.views];
  return compact<Schema>({
    schemas: some(SCHEMAS.filter((_, at) => placed.some(({ schema }) => schema === at + 1)).map((name) => ({ name }))),
    enums: some(plan.enums.map((one) => ({ name: nameOf(one), values: one.values })).sort(byName)),
    tables,
    views: some(views),
    typeormMetadata: some([...tables.flatMap(generatedMetadata), ...views.map(viewMetadata)].sort(byName)),
  });
}

/** What TypeORM notes of generated columns. */
function generatedMetadata({ name: table, columns }: Table): readonly TypeormMetadata[] {
  return columns.flatMap(({ name: object, asExpression: value }) => {
    const key = { type: "GENERATED_COLUMN" as const, table };
    return value === undefined ? [] : [{ name: metadataName({ ...key, name: object }), ...key, object, value }];
  });
}

/** What TypeORM notes of views. */
export function viewMetadata({ name: object, expression: value, materialized }: View): TypeormMetadata {
  const type = materialized ? "MATERIALIZED_VIEW" : "VIEW";
  return { name: metadataName({ type, name: object }), type, object, value };
}

function viewOf(view: ViewPlan, plan: Plan): View {
  const { base, where, materialized, indexes } = view;
  const table = bottomOf(view, plan)!;
  const names = (columns: readonly number[]) => columns.map((id) => columnOf(table, id).name);
  const source = plan[base.list].find(({ id }) => id === base.id)!;
  const filter = where === undefined ? "" : ` WHERE ${condition(where, table, plan)}`;
  return compact<View>({
    name: nameOf(view),
    expression: `SELECT ${names(view.columns).map(quoted).join(", ")} FROM ${path(nameOf(source))}${filter}`,
    materialized: materialized || undefined,
    indexes: sorted(
      indexes.map((index) => indexOf(index, names, (one) => condition(one, table, plan), namerOf(view, names))),
    ),
  });
}

/** The name of a key or an index: the one that it was given, or one made of its columns. */
type Namer = (prefix: string, one: NamedPlan & { readonly columns: readonly number[] }) => string;

function namerOf({ id, name: owner }: TablePlan | ViewPlan, names: (columns: readonly number[]) => string[]): Namer {
  return (prefix, { name, columns }) =>
    name === undefined ? derivedName([prefix, owner, ...names(columns)]) : givenName(prefix, name, id);
}

function indexOf(
  index: IndexPlan,
  names: (columns: readonly number[]) => string[],
  where: (one: ConditionPlan) => string,
  name: Namer,
): Index {
  return compact<Index>({
    name: name("IDX", index),
    columns: names(index.columns),
    unique: index.unique || undefined,
    type: index.hash ? "hash" : undefined,
    where: index.where && where(index.where),
  });
}

function tableOf(table: TablePlan, plan: Plan): Table {
  const names = (columns: readonly number[]) => columns.map((id) => columnOf(table, id).name);
  const name = namerOf(table, names);
  const formName = (prefix: string, one: NamedPlan & ConditionPlan) =>
    one.name === undefined
      ? derivedName([prefix, table.name, ...names([one.column]), String(one.form)])
      : givenName(prefix, one.name, table.id);
  const { primaryKey } = table;
  return compact<Table>({
    name: nameOf(table),
    columns: table.columns.map((column) => columnText(column, table, plan)),
    primaryKey: primaryKey && {
      name: name("PK", primaryKey),
      columns: names(primaryKey.columns),
    },
    uniques: sorted(
      table.uniques.map((key) =>
        compact<Unique>({
          name: name("UQ", key),
          columns: names(key.columns),
          deferrable: key.deferrable ? "INITIALLY DEFERRED" : undefined,
        }),
      ),
    ),
    checks: sorted(
      table.checks.map((check) => ({
        name: formName("CHK", check),
        expression: condition(check, table, plan),
      })),
    ),
    exclusions: sorted(
      table.exclusions.map((exclusion) =>
        compact<Exclusion>({
          name: formName("XCL", exclusion),
          expression: exclusionText(exclusion, table, plan),
          deferrable: exclusion.deferrable ? "INITIALLY DEFERRED" : undefined,
        }),
      ),
    ),
    indexes: sorted(table.indexes.map((index) => indexOf(index, names, (one) => condition(one, table, plan), name))),
    foreignKeys: sorted(
      table.foreignKeys.map((key) => {
        const target = plan.tables.find(({ id }) => id === key.to)!;
        return compact<ForeignKey>({
          name: name("FK", key),
          columns: names(key.columns),
          references: {
            table: nameOf(target),
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
    generatedType: generated && (column.virtual ? "VIRTUAL" : "STORED"),
    collation: column.collation,
    comment: column.comment,
  });
}

function condition({ column, form }: ConditionPlan, table: TablePlan, plan: Plan): string {
  const one = columnOf(table, column);
  return at(sample(one, plan).conditions, form)!(quoted(one.name));
}

function exclusionText({ column, form, where }: ExclusionPlan, table: TablePlan, plan: Plan): string {
  const one = columnOf(table, column);
  const filter = where === undefined ? "" : ` WHERE (${condition(where, table, plan)})`;
  return at(sample(one, plan).exclusions ?? EQUALS, form)!(quoted(one.name)) + filter;
}

/** A name as a naming strategy makes it: of the names of table and columns, and of a hash where that is too long. */
function derivedName(parts: readonly string[]): string {
  const text = parts.join("_");
  if (Buffer.byteLength(text) <= 63) return text;
  return `${parts[0]}_${createHash("sha1").update(text).digest("hex").slice(0, 26)}`;
}

/** A name that stays whatever else gets another one. */
function givenName(prefix: string, name: string, id: number): string {
  return `${prefix} ${name} ${id}`;
}

function some<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

function sorted<Item extends { readonly name: string }>(items: readonly Item[]): readonly Item[] | undefined {
  return some([...items].sort(byName));
}
