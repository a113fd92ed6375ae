import {
  Check,
  ChildEntity,
  Column,
  type ColumnOptions,
  type ColumnType,
  CreateDateColumn,
  DeleteDateColumn,
  type EntityOptions,
  EntitySchema,
  type EntitySchemaColumnOptions,
  Exclusion,
  ForeignKey,
  Generated,
  Index,
  type IndexOptions,
  JoinColumn,
  JoinTable,
  type JoinTableOptions,
  ManyToMany,
  ManyToOne,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  RelationId,
  type RelationOptions,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeParent,
  Unique,
  UpdateDateColumn,
  VersionColumn,
  ViewColumn,
  ViewEntity,
  VirtualColumn,
} from "typeorm";
import type { Edit } from "./changes.ts";
import { type Model, model } from "./idiom.ts";

interface ViewOptions {
  readonly expression?: string;
  readonly materialized?: boolean;
  readonly dependsOn?: string[];
  readonly synchronize?: boolean;
}

type Given = PropertyDecorator | readonly PropertyDecorator[];
type Side = (table: string) => readonly Model[];
type Rest = Pick<Edit, "same">;

/** An option that means nothing to PostgreSQL. */
const SAME: Rest = { same: true };

/** An option of the column `value`. */
function option(name: string, before: ColumnOptions, after: ColumnOptions, rest: Rest = {}): Edit {
  const side =
    (options: ColumnOptions): Side =>
    (table) => [model(table, { ...columns(), value: Column(options) })];
  return { name: `@Column ${name}`, before: side(before), after: side(after), ...rest };
}

const columns = () => ({ a: Column({ type: "int" }), b: Column({ type: "int" }), p: Column({ type: "point" }) });

/** Decorators of the property `value`; without one it is no column. */
function property(name: string, before: Given, after: Given, rest: Rest = {}): Edit {
  const side =
    (given: Given): Side =>
    (table) => [model(table, { ...columns(), value: given })];
  return { name, before: side(before), after: side(after), ...rest };
}

const none: Given = [];

/** Decorators of the key `id`. */
function key(name: string, before: Given, after: Given, rest: Rest = {}): Edit {
  const side =
    (id: Given): Side =>
    (table) => [model(table, { id, ...columns() })];
  return { name, before: side(before), after: side(after), ...rest };
}

type On = (table: string) => readonly ClassDecorator[];

/** Decorators of the class. */
function on(name: string, before: On, after: On, rest: Rest = {}): Edit {
  const side =
    (decorators: On): Side =>
    (table) => [model(table, columns(), decorators(table))];
  return { name, before: side(before), after: side(after), ...rest };
}

const nothing: On = () => [];

function entity(name: string, before: EntityOptions, after: EntityOptions, rest: Rest = {}): Edit {
  const side =
    (options: EntityOptions): Side =>
    (table) => [model(table, columns(), [], options)];
  return { name: `@Entity ${name}`, before: side(before), after: side(after), ...rest };
}

/** Decorators of the property `one`, which points to a target. */
function relation(name: string, before: Pointing, after: Pointing, rest: Rest = {}): Edit {
  const side =
    (pointing: Pointing): Side =>
    (table) => {
      const target = model(table, { code: Column({ type: "int", unique: true }), more: Column({ type: "int" }) }, [
        Unique(`${table}_two`, ["id", "more"]),
      ]);
      return [target, model(`${table}b`, pointing(target, table))];
    };
  return { name, before: side(before), after: side(after), ...rest };
}

type Pointing = (target: Model, table: string) => Readonly<Record<string, Given>>;

const toOne =
  (options: RelationOptions, ...join: readonly PropertyDecorator[]): Pointing =>
  (target) => ({ one: [ManyToOne(() => target, options), ...join] });
const oneToOne =
  (options: RelationOptions = {}): Pointing =>
  (target) => ({ one: [OneToOne(() => target, options), JoinColumn()] });
const toMany =
  (options: RelationOptions, join: JoinTableOptions = {}): Pointing =>
  (target, table) => ({ many: [ManyToMany(() => target, options), JoinTable({ name: `${table}_join`, ...join })] });
function view(name: string, before: ViewOptions, after: ViewOptions, rest: Rest = {}): Edit {
  const side =
    (options: ViewOptions): Side =>
    (table) => {
      const of = model(table, columns());
      const made = { [`${table}v`]: class {} }[`${table}v`]!;
      ViewColumn()(made.prototype, "a");
      ViewEntity({ name: `${table}v`, expression: `SELECT a FROM "${table}"`, ...options })(made);
      return [of, made];
    };
  return { name: `@ViewEntity ${name}`, before: side(before), after: side(after), ...rest };
}

/** A form of `EntitySchema` for the column `value`. */
function schema(
  name: string,
  before: Partial<EntitySchemaColumnOptions>,
  after: Partial<EntitySchemaColumnOptions>,
  rest: Rest = {},
): Edit {
  const side =
    (options: Partial<EntitySchemaColumnOptions>): Side =>
    (table) => [
      new EntitySchema({
        name: table,
        columns: {
          id: { type: "int", primary: true, generated: true },
          value: { type: "int", nullable: true, ...options },
        } as never,
      }) as unknown as Model,
    ];
  return { name: `EntitySchema ${name}`, before: side(before), after: side(after), ...rest };
}

const int: ColumnOptions = { type: "int" };
const maybe: ColumnOptions = { type: "text", nullable: true };

/** Types that TypeORM has for PostgreSQL, but for those of extensions that this PostgreSQL does not have. */
const TYPES: readonly ColumnType[] = [
  ...(["int", "int2", "int4", "int8", "smallint", "integer", "bigint", "decimal", "numeric", "real", "float"] as const),
  ...(["float4", "float8", "double precision", "money", "character varying", "varchar", "character", "char"] as const),
  ...(["citext", "hstore", "bytea", "bit", "varbit", "bit varying", "timetz", "timestamptz", "timestamp"] as const),
  ...(["timestamp without time zone", "timestamp with time zone", "date", "time", "time without time zone"] as const),
  ...([
    "time with time zone",
    "interval",
    "bool",
    "boolean",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
  ] as const),
  ...([
    "circle",
    "cidr",
    "inet",
    "macaddr",
    "macaddr8",
    "tsvector",
    "tsquery",
    "uuid",
    "xml",
    "json",
    "jsonb",
  ] as const),
  ...(["jsonpath", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"] as const),
  ...([
    "int4multirange",
    "int8multirange",
    "nummultirange",
    "tsmultirange",
    "tstzmultirange",
    "datemultirange",
  ] as const),
  ...(["cube", "ltree"] as const),
];

/** Several names of one type. */
const ALIASES: readonly (readonly [ColumnType, ColumnType])[] = [
  ["int", "int4"],
  ["int", "integer"],
  ["int2", "smallint"],
  ["int8", "bigint"],
  ["decimal", "numeric"],
  ["float", "float8"],
  ["float8", "double precision"],
  ["float4", "real"],
  ["varchar", "character varying"],
  ["char", "character"],
  ["bool", "boolean"],
  ["varbit", "bit varying"],
  ["timetz", "time with time zone"],
  ["time", "time without time zone"],
  ["timestamptz", "timestamp with time zone"],
  ["timestamp", "timestamp without time zone"],
  ["text", "simple-array"],
  ["text", "simple-json"],
];

const types: readonly Edit[] = [
  ...TYPES.map((type) => option(`type ${type}`, maybe, { type, nullable: true })),
  ...TYPES.map((type) => option(`array of ${type}`, { type, nullable: true }, { type, nullable: true, array: true })),
  ...ALIASES.map(([one, other]) => option(`type ${one} or ${other}`, { type: one }, { type: other }, SAME)),
];

const columnOptions: readonly Edit[] = [
  option("name", int, { ...int, name: "other" }),
  option("length", { type: "varchar" }, { type: "varchar", length: 7 }),
  option("length as text", { type: "varchar", length: 7 }, { type: "varchar", length: "7" }, SAME),
  option("length of char", { type: "char" }, { type: "char", length: 7 }),
  option("length 1 of char", { type: "char" }, { type: "char", length: 1 }, SAME),
  option("length of bit", { type: "bit" }, { type: "bit", length: 7 }),
  option("length of varbit", { type: "varbit" }, { type: "varbit", length: 7 }),
  option("nullable", int, { ...int, nullable: true }),
  option("nullable: false", int, { ...int, nullable: false }, SAME),
  option("update, insert, select", int, { ...int, update: false, insert: false, select: false }, SAME),
  option("onUpdate", { type: "timestamptz" }, { type: "timestamptz", onUpdate: "CURRENT_TIMESTAMP" }, SAME),
  option("unsigned", int, { ...int, unsigned: true }, SAME),
  option("hstoreType", { type: "hstore" }, { type: "hstore", hstoreType: "string" }, SAME),
  option("transformer", int, { ...int, transformer: { to: String, from: Number } }, SAME),
  option("utc", { type: "date" }, { type: "date", utc: true }, SAME),
  option("primary", int, { ...int, primary: true }),
  option("unique", int, { ...int, unique: true }),
  option("comment", int, { ...int, comment: "a 'b'" }),
  option("comment: ''", int, { ...int, comment: "" }, SAME),
  option("precision of numeric", { type: "numeric" }, { type: "numeric", precision: 8 }),
  option("precision and scale", { type: "numeric" }, { type: "numeric", precision: 8, scale: 3 }),
  option("scale 0", { type: "numeric", precision: 8 }, { type: "numeric", precision: 8, scale: 0 }, SAME),
  ...(["timestamp", "timestamptz", "time", "timetz", "interval"] as const).flatMap((type) => [
    option(`precision of ${type}`, { type }, { type, precision: 2 }),
    option(`precision 6 of ${type}`, { type }, { type, precision: 6 }),
    option(`precision null of ${type}`, { type }, { type, precision: null }, SAME),
  ]),
  option("collation", { type: "text" }, { type: "text", collation: "C" }),
  option("collation default", { type: "text" }, { type: "text", collation: "default" }, SAME),
  option("enum", { type: "enum", enum: ["a"] }, { type: "enum", enum: ["a", "b"] }),
  option("enum as an object", { type: "enum", enum: ["a", "b"] }, { type: "enum", enum: { A: "a", B: "b" } }, SAME),
  option("enum of numbers", { type: "enum", enum: ["1", "2"] }, { type: "enum", enum: [1, 2] }, SAME),
  option("simple-enum", { type: "enum", enum: ["a", "b"] }, { type: "simple-enum", enum: ["a", "b"] }, SAME),
  option("asExpression", int, { ...int, asExpression: "a + b", generatedType: "STORED" }),
  option("default", int, { ...int, default: 5 }),
  option("default as text", { ...int, default: 5 }, { ...int, default: "5" }, SAME),
  option("default as a function", { ...int, default: 5 }, { ...int, default: () => "5" }, SAME),
  option("default null", { ...int, nullable: true }, { ...int, nullable: true, default: null }, SAME),
  option(
    "default as a function of null",
    { ...int, nullable: true },
    { ...int, nullable: true, default: () => "NULL" },
    SAME,
  ),
  option("default as a function of a typed null", maybe, { ...maybe, default: () => "NULL::text" }, SAME),
  option("default false", { type: "boolean" }, { type: "boolean", default: false }),
  option("default ''", { type: "text" }, { type: "text", default: "" }),
  option("default of an array", { type: "int", array: true }, { type: "int", array: true, default: [1, 2] }),
  option("default of an empty array", { type: "text", array: true }, { type: "text", array: true, default: [] }),
  option("default of json", { type: "jsonb" }, { type: "jsonb", default: { a: [1] } }),
  option("default of an enum", { type: "enum", enum: ["a", "b"] }, { type: "enum", enum: ["a", "b"], default: "b" }),
  option("default of a date", { type: "date" }, { type: "date", default: () => "CURRENT_DATE" }),
  option("default of now", { type: "timestamptz" }, { type: "timestamptz", default: () => "now()" }),
  option(
    "default of now with a precision",
    { type: "timestamptz", precision: 3 },
    { type: "timestamptz", precision: 3, default: () => "now()" },
  ),
];

const generated: readonly Edit[] = [
  key("@PrimaryColumn", PrimaryGeneratedColumn(), PrimaryColumn("int")),
  key("@PrimaryColumn type", PrimaryColumn("int"), PrimaryColumn("bigint")),
  key("@PrimaryColumn default", PrimaryColumn("int"), PrimaryColumn({ type: "int", default: 3 })),
  key("@PrimaryColumn name", PrimaryColumn("int"), PrimaryColumn({ type: "int", name: "key" })),
  key("@PrimaryColumn comment", PrimaryColumn("int"), PrimaryColumn({ type: "int", comment: "c" })),
  key("@PrimaryColumn nullable", PrimaryColumn("int"), PrimaryColumn({ type: "int", nullable: false }), SAME),
  key(
    "@PrimaryColumn constraint",
    PrimaryColumn("int"),
    PrimaryColumn({ type: "int", primaryKeyConstraintName: "t9999_key" }),
  ),
  key("@PrimaryGeneratedColumn uuid", PrimaryGeneratedColumn("increment"), PrimaryGeneratedColumn("uuid")),
  key("@PrimaryGeneratedColumn identity", PrimaryGeneratedColumn("increment"), PrimaryGeneratedColumn("identity")),
  key("@PrimaryGeneratedColumn identity of uuid", PrimaryGeneratedColumn("uuid"), PrimaryGeneratedColumn("identity")),
  key("@PrimaryGeneratedColumn rowid", PrimaryGeneratedColumn("increment"), PrimaryGeneratedColumn("rowid"), SAME),
  key("@PrimaryGeneratedColumn type", PrimaryGeneratedColumn(), PrimaryGeneratedColumn({ type: "bigint" })),
  key("@PrimaryGeneratedColumn type smallint", PrimaryGeneratedColumn(), PrimaryGeneratedColumn({ type: "smallint" })),
  key("@PrimaryGeneratedColumn name", PrimaryGeneratedColumn(), PrimaryGeneratedColumn({ name: "key" })),
  key("@PrimaryGeneratedColumn comment", PrimaryGeneratedColumn(), PrimaryGeneratedColumn({ comment: "c" })),
  key("@PrimaryGeneratedColumn unsigned", PrimaryGeneratedColumn(), PrimaryGeneratedColumn({ unsigned: true }), SAME),
  key(
    "@PrimaryGeneratedColumn constraint",
    PrimaryGeneratedColumn(),
    PrimaryGeneratedColumn({ primaryKeyConstraintName: "t9998_key" }),
  ),
  key(
    "@PrimaryGeneratedColumn identity type",
    PrimaryGeneratedColumn("identity"),
    PrimaryGeneratedColumn("identity", { type: "bigint" }),
  ),
  key(
    "@PrimaryGeneratedColumn identity ALWAYS",
    PrimaryGeneratedColumn("identity"),
    PrimaryGeneratedColumn("identity", { generatedIdentity: "ALWAYS" }),
  ),
  key(
    "@PrimaryGeneratedColumn identity name",
    PrimaryGeneratedColumn("identity"),
    PrimaryGeneratedColumn("identity", { name: "key" }),
  ),
  key(
    "@PrimaryGeneratedColumn uuid name",
    PrimaryGeneratedColumn("uuid"),
    PrimaryGeneratedColumn("uuid", { name: "key" }),
  ),
  key(
    "@PrimaryGeneratedColumn uuid comment",
    PrimaryGeneratedColumn("uuid"),
    PrimaryGeneratedColumn("uuid", { comment: "c" }),
  ),
  property("@Generated increment", Column(int), [Column(int), Generated("increment")]),
  property("@Generated uuid", Column({ type: "uuid" }), [Column({ type: "uuid" }), Generated("uuid")]),
  ...[CreateDateColumn, UpdateDateColumn, DeleteDateColumn].flatMap((Moment) => [
    property(`@${Moment.name}`, none, Moment()),
    property(`@${Moment.name} type`, Moment(), Moment({ type: "timestamptz" })),
    property(`@${Moment.name} type date`, Moment(), Moment({ type: "date" })),
    property(`@${Moment.name} precision`, Moment(), Moment({ precision: 3 })),
    property(`@${Moment.name} precision null`, Moment(), Moment({ precision: null }), SAME),
    property(`@${Moment.name} name`, Moment(), Moment({ name: "moment" })),
    property(
      `@${Moment.name} default`,
      Moment({ default: () => "clock_timestamp()" }),
      Moment({ default: () => "statement_timestamp()" }),
    ),
    property(`@${Moment.name} comment`, Moment(), Moment({ comment: "c" })),
    property(
      `@${Moment.name} nullable`,
      Moment({ nullable: false }),
      Moment({ nullable: true }),
      Moment === DeleteDateColumn ? SAME : {},
    ),
    property(`@${Moment.name} select`, Moment(), Moment({ select: false }), SAME),
  ]),
  property("@VersionColumn", none, VersionColumn()),
  property("@VersionColumn type", VersionColumn(), VersionColumn({ type: "bigint" }), SAME),
  property("@VersionColumn default", VersionColumn(), VersionColumn({ default: 1 })),
  property("@VersionColumn name", VersionColumn(), VersionColumn({ name: "other" })),
  property("@VirtualColumn", none, VirtualColumn("int", { query: () => "SELECT 1" }), SAME),
];

const index =
  (options: IndexOptions, columns: string[] = ["a"]): On =>
  (table) => [Index(`${table}_i`, columns, options)];

const items: readonly Edit[] = [
  on("@Index", nothing, index({})),
  on("@Index columns", index({}), index({}, ["b"])),
  on("@Index columns, more", index({}), index({}, ["a", "b"])),
  on("@Index name", index({}), (table) => [Index(`${table}_j`, ["a"])]),
  on("@Index without a name", index({}), () => [Index(["a"])]),
  on(
    "@Index of an object",
    index({}, ["a", "b"]),
    (table) => [Index(`${table}_i`, (one: { a: 1; b: 1 }) => [one.a, one.b] as never)],
    SAME,
  ),
  on("@Index unique", index({}), index({ unique: true })),
  on("@Index where", index({}), index({ where: "a > 3" })),
  on("@Index where ''", index({}), index({ where: "" }), SAME),
  on("@Index spatial", nothing, index({ spatial: true }, ["p"])),
  on("@Index type gist", nothing, index({ type: "gist" }, ["p"])),
  on("@Index type hash", index({}), index({ type: "hash" })),
  on("@Index type brin", index({}), index({ type: "brin" })),
  on("@Index type btree", index({}), index({ type: "btree" }), SAME),
  on("@Index spatial or gist", index({ spatial: true }, ["p"]), index({ type: "gist" }, ["p"]), SAME),
  on("@Index type spgist", index({ type: "gist" }, ["p"]), index({ type: "spgist" }, ["p"])),
  on(
    "@Index of other databases",
    index({}),
    index({ fulltext: true, parser: "x", nullFiltered: true, sparse: true, background: true, expireAfterSeconds: 3 }),
    SAME,
  ),
  on("@Index synchronize", nothing, (table) => [Index(`${table}_i`, { synchronize: false })], SAME),
  property("@Index of a property", Column(int), [Column(int), Index()]),
  property("@Index of a property, unique", [Column(int), Index()], [Column(int), Index({ unique: true })]),
  on("@Unique", nothing, (table) => [Unique(`${table}_u`, ["a"])]),
  on(
    "@Unique columns",
    (table) => [Unique(`${table}_u`, ["a"])],
    (table) => [Unique(`${table}_u`, ["a", "b"])],
  ),
  on(
    "@Unique name",
    (table) => [Unique(`${table}_u`, ["a"])],
    () => [Unique(["a"])],
  ),
  on(
    "@Unique deferrable",
    (table) => [Unique(`${table}_u`, ["a"])],
    (table) => [Unique(`${table}_u`, ["a"], { deferrable: "INITIALLY DEFERRED" })],
  ),
  on(
    "@Unique deferrable, immediate",
    (table) => [Unique(`${table}_u`, ["a"], { deferrable: "INITIALLY IMMEDIATE" })],
    (table) => [Unique(`${table}_u`, ["a"], { deferrable: "INITIALLY DEFERRED" })],
  ),
  on("@Check", nothing, (table) => [Check(`${table}_c`, "a > 1")]),
  on(
    "@Check expression",
    (table) => [Check(`${table}_c`, "a > 1")],
    (table) => [Check(`${table}_c`, "a > 2")],
  ),
  on(
    "@Check name",
    () => [Check("a > 1")],
    (table) => [Check(`${table}_c`, "a > 1")],
  ),
  property("@Check of a property", Column(int), [Column(int), Check("value > 1") as never]),
  on("@Exclusion", nothing, (table) => [Exclusion(`${table}_x`, "USING gist (p WITH ~=)")]),
  on(
    "@Exclusion expression",
    (table) => [Exclusion(`${table}_x`, "USING gist (p WITH ~=)")],
    (table) => [Exclusion(`${table}_x`, "USING gist (p WITH ~=) WHERE (a > 1)")],
  ),
  on(
    "@Exclusion name",
    () => [Exclusion("USING gist (p WITH ~=)")],
    (table) => [Exclusion(`${table}_x`, "USING gist (p WITH ~=)")],
  ),
  on(
    "@Exclusion deferrable",
    (table) => [Exclusion(`${table}_x`, "USING gist (p WITH ~=)")],
    (table) => [Exclusion(`${table}_x`, "USING gist (p WITH ~=)", { deferrable: "INITIALLY IMMEDIATE" })],
  ),
];

const entities: readonly Edit[] = [
  entity("comment", {}, { comment: "c" }),
  entity(
    "orderBy, engine, withoutRowid",
    {},
    { orderBy: { a: "ASC" } as never, engine: "x", withoutRowid: true },
    SAME,
  ),
  view("expression", {}, { expression: "SELECT 1 AS a" }),
  view("materialized", {}, { materialized: true }),
  view("dependsOn", {}, { dependsOn: [] }, SAME),
  view("synchronize", {}, { synchronize: true }, SAME),
];

const foreign =
  (
    options: Pick<RelationOptions, "onDelete" | "onUpdate" | "deferrable"> = {},
    to?: string,
  ): ((target: Model, table: string) => PropertyDecorator) =>
  (target) =>
    to === undefined
      ? ForeignKey(() => target, options as never)
      : ForeignKey(() => target, to as never, options as never);
const withKey =
  (...given: readonly ((target: Model, table: string) => PropertyDecorator)[]): Pointing =>
  (target, table) => ({ ref: [Column(int), ...given.map((one) => one(target, table))] });

const relations: readonly Edit[] = [
  relation("@ForeignKey", withKey(), withKey(foreign())),
  relation(
    "@ForeignKey name",
    withKey(foreign()),
    withKey((target, table) => ForeignKey(() => target, { name: `${table}_f` })),
  ),
  relation("@ForeignKey onDelete", withKey(foreign()), withKey(foreign({ onDelete: "SET NULL" }))),
  relation("@ForeignKey onUpdate", withKey(foreign()), withKey(foreign({ onUpdate: "CASCADE" }))),
  relation("@ForeignKey deferrable", withKey(foreign()), withKey(foreign({ deferrable: "INITIALLY DEFERRED" }))),
  relation("@ForeignKey of another column", withKey(foreign()), withKey(foreign({}, "code"))),
  relation("@ManyToOne", () => ({}), toOne({})),
  relation("@ManyToOne nullable", toOne({}), toOne({ nullable: false })),
  ...(["RESTRICT", "CASCADE", "SET NULL"] as const).flatMap((action) => [
    relation(`@ManyToOne onDelete ${action}`, toOne({}), toOne({ onDelete: action })),
    relation(`@ManyToOne onUpdate ${action}`, toOne({}), toOne({ onUpdate: action })),
  ]),
  relation("@ManyToOne onDelete NO ACTION", toOne({}), toOne({ onDelete: "NO ACTION", onUpdate: "NO ACTION" }), SAME),
  relation("@ManyToOne deferrable", toOne({}), toOne({ deferrable: "INITIALLY IMMEDIATE" })),
  relation("@ManyToOne createForeignKeyConstraints", toOne({}), toOne({ createForeignKeyConstraints: false })),
  relation(
    "@ManyToOne of the code only",
    toOne({}),
    toOne({ cascade: true, eager: true, persistence: false, orphanedRowAction: "delete" }),
    SAME,
  ),
  relation("@ManyToOne lazy", toOne({}), toOne({ lazy: true }), SAME),
  relation("@JoinColumn", toOne({}), toOne({}, JoinColumn()), SAME),
  relation("@JoinColumn name", toOne({}), toOne({}, JoinColumn({ name: "other" }))),
  relation(
    "@JoinColumn referencedColumnName",
    toOne({}, JoinColumn({ name: "one" })),
    toOne({}, JoinColumn({ name: "one", referencedColumnName: "code" })),
  ),
  relation(
    "@JoinColumn foreignKeyConstraintName",
    toOne({}),
    toOne({}, JoinColumn({ foreignKeyConstraintName: "t9997_f" })),
  ),
  relation(
    "@JoinColumn of two columns",
    toOne({}),
    toOne(
      {},
      JoinColumn([
        { name: "one", referencedColumnName: "id" },
        { name: "two", referencedColumnName: "more" },
      ]),
    ),
  ),
  relation("@ManyToOne primary", toOne({}), (target) => ({
    id: PrimaryColumn("int"),
    one: [PrimaryColumn("int"), ManyToOne(() => target), JoinColumn({ name: "one" })],
  })),
  relation("@OneToOne", toOne({}), oneToOne()),
  relation("@OneToOne nullable", oneToOne(), oneToOne({ nullable: false })),
  relation("@OneToOne onDelete", oneToOne(), oneToOne({ onDelete: "CASCADE" })),
  relation("@OneToOne createForeignKeyConstraints", oneToOne(), oneToOne({ createForeignKeyConstraints: false })),
  relation(
    "@RelationId",
    toOne({}),
    (target, table) => ({ ...toOne({})(target, table), oneId: RelationId((one: { one: unknown }) => one.one) }),
    SAME,
  ),
  relation("@ManyToMany", () => ({}), toMany({})),
  relation("@ManyToMany onDelete", toMany({}), toMany({ onDelete: "RESTRICT" })),
  relation("@ManyToMany onUpdate", toMany({}), toMany({ onUpdate: "NO ACTION" })),
  relation("@ManyToMany deferrable", toMany({}), toMany({ deferrable: "INITIALLY DEFERRED" })),
  relation("@ManyToMany createForeignKeyConstraints", toMany({}), toMany({ createForeignKeyConstraints: false })),
  relation("@JoinTable name", toMany({}), (target, table) => ({
    many: [ManyToMany(() => target), JoinTable({ name: `${table}_other` })],
  })),
  relation("@JoinTable joinColumn", toMany({}), toMany({}, { joinColumn: { name: "left" } })),
  relation("@JoinTable inverseJoinColumn", toMany({}), toMany({}, { inverseJoinColumn: { name: "right" } })),
  relation(
    "@JoinTable inverseJoinColumn of another column",
    toMany({}, { inverseJoinColumn: { name: "right" } }),
    toMany({}, { inverseJoinColumn: { name: "right", referencedColumnName: "code" } }),
  ),
  relation(
    "@JoinTable foreignKeyConstraintName",
    toMany({}),
    toMany({}, { joinColumn: { foreignKeyConstraintName: "t9995_f" } }),
    SAME,
  ),
  relation("@JoinTable without a name", toMany({}), (target) => ({ many: [ManyToMany(() => target), JoinTable()] })),
];

const inTree =
  (kind: Parameters<typeof Tree>[0] | undefined, options: object = {}, more: object = {}): Side =>
  (table) => {
    const made = model(table, columns(), [], {});
    if (kind !== undefined) {
      TreeParent(options)(made.prototype, "parent");
      TreeChildren()(made.prototype, "children");
      Reflect.defineMetadata("design:type", made, made.prototype, "parent");
      Tree(kind as "closure-table", more)(made);
    }
    return [made];
  };

interface Family {
  readonly column?: object;
  readonly value?: string;
  readonly child?: ColumnOptions;
  readonly pattern?: "STI";
}

const family =
  ({ column = { type: "varchar", name: "type" }, value, child = maybe, pattern = "STI" }: Family): Side =>
  (table) => {
    const parent = model(table, columns(), [TableInheritance({ column, pattern })]);
    const name = `${table}c`;
    const made = { [name]: class extends parent {} }[name] as Model;
    Column(child)(made.prototype, "own");
    (value === undefined ? ChildEntity() : ChildEntity(value))(made);
    return [parent, made];
  };

const embedded =
  (options: object, given: Readonly<Record<string, ColumnOptions>> = { x: int, y: int }): Side =>
  (table) => {
    const part = class {};
    for (const [name, one] of Object.entries(given)) Column(one)(part.prototype, name);
    return [model(table, { part: Column(() => part, options) as PropertyDecorator })];
  };

const edit = (name: string, before: Side, after: Side, rest: Rest = {}): Edit => ({ name, before, after, ...rest });

const families: readonly Edit[] = [
  edit("@Tree materialized-path", inTree(undefined), inTree("materialized-path")),
  edit("@Tree nested-set", inTree(undefined), inTree("nested-set")),
  edit("@Tree closure-table", inTree(undefined), inTree("closure-table")),
  edit("@Tree closure-table to path", inTree("closure-table"), inTree("materialized-path")),
  edit("@TreeParent onDelete", inTree("materialized-path"), inTree("materialized-path", { onDelete: "CASCADE" })),
  edit("@Tree closureTableName", inTree("closure-table"), inTree("closure-table", {}, { closureTableName: "t9994_c" })),
  edit(
    "@Tree ancestorColumnName",
    inTree("closure-table"),
    inTree("closure-table", {}, { ancestorColumnName: () => "up", descendantColumnName: () => "down" }),
  ),
  edit("@TableInheritance", (table) => [model(table, columns())], family({})),
  edit("@TableInheritance column name", family({}), family({ column: { type: "varchar", name: "sort" } })),
  edit("@TableInheritance column type", family({}), family({ column: { type: "text", name: "type" } })),
  edit(
    "@TableInheritance column enum",
    family({}),
    family({ column: { type: "enum", enum: ["x", "y"], name: "type" } }),
  ),
  edit("@ChildEntity value", family({}), family({ value: "x" }), SAME),
  edit("@ChildEntity column", family({}), family({ child: int })),
  edit("@Column of an embedded class, prefix", embedded({}), embedded({ prefix: "other" })),
  edit("@Column of an embedded class, prefix ''", embedded({}), embedded({ prefix: "" })),
  edit("@Column of an embedded class, prefix false", embedded({ prefix: "" }), embedded({ prefix: false }), SAME),
  edit("@Column of an embedded class, nullable", embedded({}), embedded({}, { x: int, y: { ...int, nullable: true } })),
  edit("@Column of an embedded class, unique", embedded({}), embedded({}, { x: int, y: { ...int, unique: true } })),
  edit("@Column of an embedded class", (table) => [model(table, {})], embedded({}, { x: { ...int, nullable: true } })),
];

const schemas: readonly Edit[] = [
  schema("type", {}, { type: "bigint" }),
  schema("name", {}, { name: "other" }),
  schema("length", { type: "varchar" }, { type: "varchar", length: 8 }),
  schema("nullable", {}, { nullable: false }),
  schema("unique", {}, { unique: true }),
  schema("comment", {}, { comment: "c" }),
  schema("default", {}, { default: 3 }),
  schema("generated increment", { nullable: false }, { nullable: false, generated: "increment" }),
  schema("generated uuid", { type: "uuid", nullable: false }, { type: "uuid", nullable: false, generated: "uuid" }),
  schema("precision, scale", { type: "numeric" }, { type: "numeric", precision: 7, scale: 2 }),
  schema("collation", { type: "text" }, { type: "text", collation: "C" }),
  schema("enum", { type: "enum", enum: ["a"] }, { type: "enum", enum: ["a", "b"] }),
  schema("array", { type: "int" }, { type: "int", array: true }),
  schema("asExpression", {}, { asExpression: "id + 1", generatedType: "STORED" }),
  schema(
    "createDate",
    { type: "timestamp", nullable: false },
    { type: "timestamp", nullable: false, createDate: true },
  ),
  schema("version", { nullable: false }, { nullable: false, version: true }, SAME),
  schema("primary", { nullable: false }, { nullable: false, primary: true }),
  schema("columns of the code only", {}, { update: false, insert: false, select: false }, SAME),
];

/** One option of one decorator each: its model before, and after. */
export const options: readonly Edit[] = [
  ...columnOptions,
  ...generated,
  ...items,
  ...entities,
  ...relations,
  ...families,
  ...schemas,
];

/** The same for each type, and for each other name of a type: they take as long as all others. */
export const typeOptions: readonly Edit[] = types;
