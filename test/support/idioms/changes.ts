import {
  Check,
  Column,
  type ColumnOptions,
  Exclusion,
  Generated,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type RelationOptions,
  Unique,
  ViewColumn,
  ViewEntity,
} from "typeorm";
import { type Model, model } from "./idiom.ts";

/** Models before and after an edit. */
export interface Edit {
  readonly name: string;
  readonly before: (table: string) => readonly Model[];
  readonly after: (table: string) => readonly Model[];
  /** Both mean the same to PostgreSQL. */
  readonly same?: true;
}

/** An edit of the decorators of one table's class. */
function decorated(name: string, before: Decorators, after: Decorators): Edit {
  const side = (on: Decorators) => (table: string) => [model(table, COLUMNS(), on(table))];
  return { name, before: side(before), after: side(after) };
}

/** An edit of the column `value`. */
function value(name: string, before: ColumnOptions | undefined, after: ColumnOptions | undefined): Edit {
  const side = (options: ColumnOptions | undefined) => (table: string) => [
    model(table, options === undefined ? {} : { value: Column(options) }),
  ];
  return { name, before: side(before), after: side(after) };
}

/** An edit of the key `id`. */
function key(name: string, before: Property, after: Property): Edit {
  const side = (id: Property) => (table: string) => [model(table, { id: id(table) })];
  return { name, before: side(before), after: side(after) };
}

/** An edit of a foreign key under a name of its own. */
function link(name: string, before: Link, after: Link): Edit {
  const side =
    ({ to = "", ref, constraint = "fk", ...options }: Link) =>
    (table: string) => {
      const targets = ["", "o"].map((suffix) =>
        model(`${table}${suffix}`, { code: Column({ type: "int", unique: true }) }),
      );
      const target = targets[to === "" ? 0 : 1]!;
      const join = JoinColumn({
        name: "one",
        foreignKeyConstraintName: `${table}_${constraint}`,
        ...(ref !== undefined && { referencedColumnName: ref }),
      });
      return [...targets, model(`${table}b`, { one: [ManyToOne(() => target, options), join] })];
    };
  return { name, before: side(before), after: side(after) };
}

interface Link extends RelationOptions {
  readonly to?: string;
  readonly ref?: string;
  readonly constraint?: string;
}

interface ViewShape {
  readonly where: string;
  readonly materialized?: boolean;
  readonly index?: boolean;
}

/** An edit of a view, or its coming or going. */
function view(name: string, before: ViewShape | undefined, after: ViewShape | undefined): Edit {
  const side = (shape: ViewShape | undefined) => (table: string) => {
    const of = model(table, { value: Column({ type: "int" }) });
    if (shape === undefined) return [of];
    const made = { [table]: class {} }[table]!;
    for (const column of ["id", "value"]) ViewColumn()(made.prototype, column);
    if (shape.index) Index(`${table}_vi`, ["value"])(made);
    ViewEntity({
      name: `${table}_view`,
      materialized: shape.materialized ?? false,
      expression: `SELECT id, value FROM "${table}" WHERE ${shape.where}`,
    })(made);
    return [of, made];
  };
  return { name, before: side(before), after: side(after) };
}

type Decorators = (table: string) => readonly ClassDecorator[];
type Property = (table: string) => PropertyDecorator | readonly PropertyDecorator[];

const COLUMNS = () => ({
  a: Column({ type: "int" }),
  b: Column({ type: "int" }),
  c: Column({ type: "text" }),
  r: Column({ type: "int4range" }),
  tags: Column({ type: "text", array: true }),
});

const generated =
  (asExpression: string): Edit["before"] =>
  (table) => [model(table, { ...COLUMNS(), value: Column({ type: "int", asExpression, generatedType: "STORED" }) })];
const commented =
  (comment?: string): Edit["before"] =>
  (table) => [model(table, {}, [], comment === undefined ? {} : { comment })];
const keys =
  (...names: string[]): Edit["before"] =>
  (table) => [
    model(
      table,
      Object.fromEntries(
        names.map((name) => [name, PrimaryColumn({ type: "int", primaryKeyConstraintName: `${table}_pk` })]),
      ),
    ),
  ];
const enumOf = (...values: string[]): ColumnOptions => ({ type: "enum", enum: values });

/** Edits that tools miss, or make a mess of. */
export const edits: readonly Edit[] = [
  { name: "a table is removed", before: (table) => [model(table, COLUMNS())], after: () => [] },
  {
    name: "a table that others point at is removed with them",
    before: (table) => {
      const one = model(table, { only: Column({ type: "money" }) });
      return [one, model(`${table}b`, { other: Column({ type: "xml" }), one: ManyToOne(() => one) })];
    },
    after: () => [],
  },
  view("a view is removed", { where: "value > 0" }, undefined),
  view("a view comes", undefined, { where: "value > 0" }),
  view("a view's expression changes", { where: "value > 0" }, { where: "value > 1" }),
  view("a materialized view is removed", { where: "value > 0", materialized: true, index: true }, undefined),
  view(
    "a materialized view's expression changes",
    { where: "value > 0", materialized: true },
    { where: "value > 1", materialized: true },
  ),
  view(
    "a materialized view gets an index",
    { where: "value > 0", materialized: true },
    { where: "value > 0", materialized: true, index: true },
  ),
  view("a view becomes materialized", { where: "value > 0" }, { where: "value > 0", materialized: true }),
  decorated(
    "a check under its own name changes",
    (t) => [Check(`${t}_c`, "a > 0")],
    (t) => [Check(`${t}_c`, "a > 1")],
  ),
  decorated(
    "a check gets another name",
    (t) => [Check(`${t}_c`, "a > 0")],
    (t) => [Check(`${t}_d`, "a > 0")],
  ),
  decorated(
    "a check without a name changes",
    () => [Check("a > 0")],
    () => [Check("a >= 0")],
  ),
  decorated(
    "a check is removed",
    (t) => [Check(`${t}_c`, "a > 0")],
    () => [],
  ),
  decorated(
    "an exclusion under its own name changes",
    (t) => [Exclusion(`${t}_x`, "USING gist (r WITH &&)")],
    (t) => [Exclusion(`${t}_x`, "USING gist (a WITH =, r WITH &&)")],
  ),
  decorated(
    "an exclusion's predicate changes",
    (t) => [Exclusion(`${t}_x`, "USING gist (r WITH &&) WHERE (a > 0)")],
    (t) => [Exclusion(`${t}_x`, "USING gist (r WITH &&) WHERE (a > 1)")],
  ),
  decorated(
    "an exclusion becomes deferrable",
    (t) => [Exclusion(`${t}_x`, "USING gist (r WITH &&)")],
    (t) => [Exclusion(`${t}_x`, "USING gist (r WITH &&)", { deferrable: "INITIALLY DEFERRED" })],
  ),
  decorated(
    "an index's predicate changes",
    (t) => [Index(`${t}_i`, ["a"], { where: "b > 0" })],
    (t) => [Index(`${t}_i`, ["a"], { where: "b > 1" })],
  ),
  decorated(
    "an index gets a predicate",
    (t) => [Index(`${t}_i`, ["a"])],
    (t) => [Index(`${t}_i`, ["a"], { where: "b IS NULL" })],
  ),
  decorated(
    "an index loses its predicate",
    (t) => [Index(`${t}_i`, ["a"], { where: "b > 0" })],
    (t) => [Index(`${t}_i`, ["a"])],
  ),
  decorated(
    "the order of an index's columns changes",
    (t) => [Index(`${t}_i`, ["a", "b"])],
    (t) => [Index(`${t}_i`, ["b", "a"])],
  ),
  decorated(
    "an index's columns change",
    (t) => [Index(`${t}_i`, ["a"])],
    (t) => [Index(`${t}_i`, ["a", "b"])],
  ),
  decorated(
    "an index becomes unique",
    (t) => [Index(`${t}_i`, ["a"])],
    (t) => [Index(`${t}_i`, ["a"], { unique: true })],
  ),
  decorated(
    "an index's method becomes gin",
    (t) => [Index(`${t}_i`, ["tags"])],
    (t) => [Index(`${t}_i`, ["tags"], { type: "gin" })],
  ),
  decorated(
    "an index's method becomes hash",
    (t) => [Index(`${t}_i`, ["a"])],
    (t) => [Index(`${t}_i`, ["a"], { type: "hash" })],
  ),
  decorated(
    "an index's method becomes btree",
    (t) => [Index(`${t}_i`, ["a"], { type: "brin" })],
    (t) => [Index(`${t}_i`, ["a"])],
  ),
  decorated(
    "an index becomes a unique constraint",
    (t) => [Index(`${t}_i`, ["a"], { unique: true })],
    (t) => [Unique(`${t}_u`, ["a"])],
  ),
  decorated(
    "an index becomes a unique constraint of its name",
    (t) => [Index(`${t}_i`, ["a"], { unique: true })],
    (t) => [Unique(`${t}_i`, ["a"])],
  ),
  decorated(
    "a unique constraint becomes an index of its name",
    (t) => [Unique(`${t}_i`, ["a"])],
    (t) => [Index(`${t}_i`, ["a"], { unique: true })],
  ),
  decorated(
    "two indexes swap their names",
    (t) => [Index(`${t}_i`, ["a"]), Index(`${t}_j`, ["b"])],
    (t) => [Index(`${t}_j`, ["a"]), Index(`${t}_i`, ["b"])],
  ),
  decorated(
    "unique columns under their own name change",
    (t) => [Unique(`${t}_u`, ["a"])],
    (t) => [Unique(`${t}_u`, ["a", "b"])],
  ),
  decorated(
    "the order of unique columns changes",
    (t) => [Unique(`${t}_u`, ["a", "b"])],
    (t) => [Unique(`${t}_u`, ["b", "a"])],
  ),
  decorated(
    "a unique constraint becomes deferrable",
    (t) => [Unique(`${t}_u`, ["a"])],
    (t) => [Unique(`${t}_u`, ["a"], { deferrable: "INITIALLY DEFERRED" })],
  ),
  decorated(
    "a unique constraint is checked at another time",
    (t) => [Unique(`${t}_u`, ["a"], { deferrable: "INITIALLY IMMEDIATE" })],
    (t) => [Unique(`${t}_u`, ["a"], { deferrable: "INITIALLY DEFERRED" })],
  ),
  decorated(
    "a unique constraint gets another name",
    (t) => [Unique(`${t}_u`, ["a"])],
    (t) => [Unique(`${t}_v`, ["a"])],
  ),
  link("a foreign key becomes deferrable", {}, { deferrable: "INITIALLY DEFERRED" }),
  link("a foreign key's ON DELETE changes", {}, { onDelete: "CASCADE" }),
  link("a foreign key's ON UPDATE changes", { onUpdate: "CASCADE" }, {}),
  link("a foreign key's referenced column changes", {}, { ref: "code" }),
  link("a foreign key's referenced table changes", {}, { to: "o" }),
  link("a foreign key gets another name", {}, { constraint: "fk2" }),
  link("a foreign key is removed", {}, { createForeignKeyConstraints: false }),
  key(
    "a primary key's name changes",
    (t) => PrimaryGeneratedColumn({ primaryKeyConstraintName: `${t}_pk` }),
    (t) => PrimaryGeneratedColumn({ primaryKeyConstraintName: `${t}_key` }),
  ),
  key(
    "a primary key gets a name",
    () => PrimaryGeneratedColumn(),
    (t) => PrimaryGeneratedColumn({ primaryKeyConstraintName: `${t}_key` }),
  ),
  key(
    "serial becomes identity",
    () => PrimaryGeneratedColumn(),
    () => PrimaryGeneratedColumn("identity"),
  ),
  key(
    "identity becomes serial",
    () => PrimaryGeneratedColumn("identity"),
    () => PrimaryGeneratedColumn(),
  ),
  key(
    "identity ALWAYS becomes BY DEFAULT",
    () => PrimaryGeneratedColumn("identity", { generatedIdentity: "ALWAYS" }),
    () => PrimaryGeneratedColumn("identity", { generatedIdentity: "BY DEFAULT" }),
  ),
  key(
    "identity BY DEFAULT becomes ALWAYS",
    () => PrimaryGeneratedColumn("identity"),
    () => PrimaryGeneratedColumn("identity", { generatedIdentity: "ALWAYS" }),
  ),
  key(
    "serial becomes plain",
    () => PrimaryGeneratedColumn(),
    () => PrimaryColumn({ type: "int" }),
  ),
  key(
    "plain becomes serial",
    () => PrimaryColumn({ type: "int" }),
    () => PrimaryGeneratedColumn(),
  ),
  key(
    "serial becomes bigserial",
    () => PrimaryGeneratedColumn(),
    () => PrimaryGeneratedColumn({ type: "bigint" }),
  ),
  key(
    "serial becomes a bigint identity",
    () => PrimaryGeneratedColumn(),
    () => PrimaryGeneratedColumn("identity", { type: "bigint" } as object),
  ),
  key(
    "bigserial becomes serial",
    () => PrimaryGeneratedColumn({ type: "bigint" }),
    () => PrimaryGeneratedColumn(),
  ),
  key(
    "an int identity becomes a bigint one",
    () => PrimaryGeneratedColumn("identity"),
    () => PrimaryGeneratedColumn("identity", { type: "bigint" } as object),
  ),
  key(
    "a bigint identity becomes an int one",
    () => PrimaryGeneratedColumn("identity", { type: "bigint" } as object),
    () => PrimaryGeneratedColumn("identity"),
  ),
  key(
    "varchar becomes a serial",
    () => PrimaryColumn({ type: "varchar" }),
    () => PrimaryGeneratedColumn(),
  ),
  key(
    "a default becomes another",
    () => PrimaryColumn({ type: "uuid", default: () => "gen_random_uuid()" }),
    () => PrimaryColumn({ type: "uuid", default: () => "uuid_generate_v4()" }),
  ),
  key(
    "a uuid key loses its default",
    () => PrimaryGeneratedColumn("uuid"),
    () => PrimaryColumn({ type: "uuid" }),
  ),
  key(
    "a key gets a collation",
    () => PrimaryColumn({ type: "text" }),
    () => PrimaryColumn({ type: "text", collation: "C" }),
  ),
  key(
    "a serial column is no longer one",
    () => [PrimaryColumn({ type: "int" }), Generated("increment")],
    () => PrimaryColumn({ type: "bigint" }),
  ),
  {
    name: "a primary key gets a column",
    before: (table) => [model(table, { id: PrimaryColumn({ type: "int" }), a: Column({ type: "int" }) })],
    after: (table) => [model(table, { id: PrimaryColumn({ type: "int" }), a: PrimaryColumn({ type: "int" }) })],
  },
  {
    name: "the order of a primary key's columns changes",
    before: keys("a", "id"),
    after: keys("id", "a"),
  },
  value("the order of enum values changes", enumOf("a", "b", "c"), enumOf("c", "a", "b")),
  value("an enum value comes in the middle", enumOf("a", "c"), enumOf("a", "b", "c")),
  value("an enum value comes first", enumOf("b"), enumOf("a", "b")),
  value("an enum value is removed", enumOf("a", "b"), enumOf("a")),
  value("all enum values change", enumOf("a", "b"), enumOf("x", "y", "z")),
  value(
    "enum values come and go under a default",
    { ...enumOf("a", "b"), default: "a" },
    { ...enumOf("a", "c"), default: "c" },
  ),
  value(
    "an enum array's values change",
    { ...enumOf("a", "b"), array: true, default: ["a"] },
    { ...enumOf("b", "a"), array: true, default: ["b"] },
  ),
  value("an enum becomes an array", enumOf("a"), { ...enumOf("a"), array: true }),
  value("an enum becomes text", enumOf("a"), { type: "text" }),
  value("text becomes an enum", { type: "text", default: "a" }, { ...enumOf("a"), default: "a" }),
  value("an enum gets a default", enumOf("a"), { ...enumOf("a"), default: "a" }),
  value("an enum gets a name", enumOf("a"), { ...enumOf("a"), enumName: "t9999_named" }),
  value("an enum's column is removed", enumOf("a"), undefined),
  value("a length is dropped", { type: "varchar", length: 10 }, { type: "varchar" }),
  value("a length comes", { type: "varchar" }, { type: "varchar", length: 10 }),
  value("a length grows", { type: "varchar", length: 10 }, { type: "varchar", length: 20 }),
  value("a length shrinks", { type: "varchar", length: 20 }, { type: "varchar", length: 10 }),
  value("a length of char changes", { type: "char", length: 3 }, { type: "char", length: 2 }),
  value("a precision is dropped", { type: "numeric", precision: 10, scale: 2 }, { type: "numeric" }),
  value("a scale changes", { type: "numeric", precision: 10, scale: 2 }, { type: "numeric", precision: 10, scale: 4 }),
  value("a precision of a timestamp is dropped", { type: "timestamptz", precision: 3 }, { type: "timestamptz" }),
  value("a precision of a timestamp becomes 0", { type: "timestamptz" }, { type: "timestamptz", precision: 0 }),
  value("a bit's length changes", { type: "bit", length: 3 }, { type: "bit", length: 4 }),
  value("varchar becomes text", { type: "varchar", default: "x" }, { type: "text", default: "x" }),
  value("int becomes bigint", { type: "int", default: 0 }, { type: "bigint", default: 0 }),
  value("int becomes varchar", { type: "int", default: 0 }, { type: "varchar", default: "0" }),
  value("varchar becomes int", { type: "varchar", default: "0" }, { type: "int", default: 0 }),
  value("varchar becomes uuid", { type: "varchar" }, { type: "uuid", default: () => "gen_random_uuid()" }),
  value("text becomes jsonb", { type: "text", default: "{}" }, { type: "jsonb", default: {} }),
  value("json becomes jsonb", { type: "json", default: {} }, { type: "jsonb", default: {} }),
  value("boolean becomes int", { type: "boolean", default: false }, { type: "int", default: 0 }),
  value(
    "a timestamp gets a time zone",
    { type: "timestamp", default: () => "now()" },
    { type: "timestamptz", default: () => "now()" },
  ),
  value("a column becomes an array", { type: "text" }, { type: "text", array: true, default: [] }),
  value("an array becomes a plain column", { type: "int", array: true }, { type: "int" }),
  value(
    "a type's array changes",
    { type: "int", array: true, default: [1] },
    { type: "bigint", array: true, default: [1] },
  ),
  value("a collation comes", { type: "text" }, { type: "text", collation: "C" }),
  value("a collation goes", { type: "text", collation: "C" }, { type: "text" }),
  value(
    "a collation changes",
    { type: "varchar", length: 10, collation: "C" },
    { type: "varchar", length: 10, collation: "POSIX" },
  ),
  value("a comment comes", { type: "int" }, { type: "int", comment: "it's" }),
  value("a comment changes", { type: "int", comment: "one" }, { type: "int", comment: "two\nlines" }),
  value("a comment goes", { type: "int", comment: "one" }, { type: "int" }),
  value("a default comes", { type: "jsonb" }, { type: "jsonb", default: {} }),
  value("a default changes in case", { type: "text", default: "a" }, { type: "text", default: "A" }),
  value(
    "a default of json changes in one key",
    { type: "jsonb", default: { a: 1, b: 2 } },
    { type: "jsonb", default: { a: 1, b: 3 } },
  ),
  value("a default goes", { type: "int", default: 1 }, { type: "int" }),
  value(
    "a default becomes NULL",
    { type: "int", default: 1, nullable: true },
    { type: "int", default: () => "NULL", nullable: true },
  ),
  value(
    "an interval in a default changes",
    { type: "timestamptz", default: () => "now() + interval '1 day'" },
    { type: "timestamptz", default: () => "now() + interval '2 days'" },
  ),
  value(
    "an array default changes",
    { type: "text", array: true, default: ["a b"] },
    { type: "text", array: true, default: ["a", "b"] },
  ),
  value("a column becomes nullable", { type: "int" }, { type: "int", nullable: true }),
  value("a column becomes required", { type: "int", nullable: true }, { type: "int" }),
  value("a column is removed", { type: "int", unique: true }, undefined),
  value("a column comes", undefined, { type: "int", unique: true }),
  value("a column is renamed", { type: "int", name: "first" }, { type: "int", name: "second" }),
  { name: "a generated column's expression changes", before: generated("a + b"), after: generated("a * b") },
  {
    name: "a generated column comes before the column under it",
    before: (table) => [model(table, {})],
    after: (table) => [
      model(table, {
        value: Column({ type: "int", asExpression: "behind + 1", generatedType: "STORED" }),
        behind: Column({ type: "int", default: 0 }),
      }),
    ],
  },
  {
    name: "a generated column goes with the column under it",
    before: (table) => [
      model(table, {
        behind: Column({ type: "int", default: 0 }),
        value: Column({ type: "int", asExpression: "behind + 1", generatedType: "STORED" }),
      }),
    ],
    after: (table) => [model(table, {})],
  },
  {
    name: "the column under a generated one goes and another comes",
    before: (table) => [
      model(table, {
        one: Column({ type: "int" }),
        value: [Column({ type: "int", asExpression: "one + 1", generatedType: "STORED" }), Index()],
      }),
    ],
    after: (table) => [
      model(table, {
        value: [Column({ type: "int", asExpression: "two + 1", generatedType: "STORED" }), Index()],
        two: Column({ type: "smallint", default: 0 }),
      }),
    ],
  },
  {
    name: "a column under an indexed generated one changes its type",
    before: (table) => [
      model(
        table,
        {
          one: Column({ type: "int" }),
          value: [Column({ type: "bigint", unique: true, asExpression: "one + 1", generatedType: "STORED" }), Index()],
        },
        [Check(`${table}_c`, "value > 0")],
      ),
    ],
    after: (table) => [
      model(
        table,
        {
          one: Column({ type: "bigint" }),
          value: [Column({ type: "bigint", unique: true, asExpression: "one + 1", generatedType: "STORED" }), Index()],
        },
        [Check(`${table}_c`, "value > 0")],
      ),
    ],
  },
  { name: "a table's comment comes", before: commented(), after: commented("new") },
  { name: "a table's comment changes", before: commented("old"), after: commented("new") },
  { name: "a table's comment goes", before: commented("old"), after: commented() },
  {
    name: "a generated column becomes a plain one",
    before: generated("a + b"),
    after: (table) => [model(table, { ...COLUMNS(), value: Column({ type: "int" }) })],
  },
  {
    name: "a column under a check, an index and a unique constraint changes its type",
    before: (table) => [
      model(table, { value: [Column({ type: "int" }), Index()] }, [
        Check(`${table}_c`, "value > 0"),
        Unique(`${table}_u`, ["value"]),
      ]),
    ],
    after: (table) => [
      model(table, { value: [Column({ type: "bigint" }), Index()] }, [
        Check(`${table}_c`, "value > 0"),
        Unique(`${table}_u`, ["value"]),
      ]),
    ],
  },
  {
    name: "a column under a generated one changes its type",
    before: (table) => [
      model(table, {
        a: Column({ type: "int" }),
        value: Column({ type: "bigint", asExpression: "a + 1", generatedType: "STORED" }),
      }),
    ],
    after: (table) => [
      model(table, {
        a: Column({ type: "bigint" }),
        value: Column({ type: "bigint", asExpression: "a + 1", generatedType: "STORED" }),
      }),
    ],
  },
  {
    name: "a table is renamed with its enum, sequence and constraints",
    before: (table) => [
      model(table, {
        value: [Column({ type: "enum", enum: ["a"], default: "a" }), Index()],
        only: Column({ type: "macaddr" }),
      }),
    ],
    after: (table) => [
      model(`${table}new`, {
        value: [Column({ type: "enum", enum: ["a"], default: "a" }), Index()],
        only: Column({ type: "macaddr" }),
      }),
    ],
  },
];
