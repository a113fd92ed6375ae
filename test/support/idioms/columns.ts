import { Column, type ColumnOptions, Generated, PrimaryColumn, PrimaryGeneratedColumn } from "typeorm";
import { column, type Idiom, idiom, model } from "./idiom.ts";

enum Direction {
  Up,
  Down,
}

enum Status {
  Open = "open",
  Closed = "closed",
}

enum Mixed {
  No = 0,
  Yes = "YES",
}

const ENUMS: Readonly<Record<string, ColumnOptions>> = {
  "an enum of strings": { type: "enum", enum: Status, default: Status.Open },
  "an enum of numbers": { type: "enum", enum: Direction, default: Direction.Up },
  "an enum of numbers without a default": { type: "enum", enum: Direction },
  "an enum of both": { type: "enum", enum: Mixed, default: Mixed.Yes },
  "a list of values": { type: "enum", enum: ["a", "b"], default: "b" },
  "a list of numbers": { type: "enum", enum: [10, 20], default: 10 },
  "a nullable enum": { type: "enum", enum: Status, nullable: true, default: null },
  "odd enum values": {
    type: "enum",
    enum: ["it's", 'say "x"', "two words", "größe", "back\\slash", "UPPER", "comma,", "{}"],
  },
  "an enum array": { type: "enum", enum: ["a", "b"], array: true, default: ["a", "b"] },
  "an enum array without values": { type: "enum", enum: Status, array: true, default: [] },
  "an enum array in braces": { type: "enum", enum: ["a", "b"], array: true, default: "{}" },
  "a nullable enum array": { type: "enum", enum: Status, array: true, nullable: true },
  "an enum array of numbers": { type: "enum", enum: Direction, array: true, default: [Direction.Down] },
  "an enum array with a blank": { type: "enum", enum: ["a b"], array: true, default: ["a b"] },
  "simple-enum": { type: "simple-enum", enum: Status, default: Status.Closed },
  "simple-enum of numbers": { type: "simple-enum", enum: [1, 2], default: 1 },
  "many enum values": { type: "enum", enum: Array.from({ length: 100 }, (_, at) => `v${at}`), default: "v99" },
  "an enum with a comment": { type: "enum", enum: ["a"], comment: "it's" },
};

const PLAIN: Readonly<Record<string, ColumnOptions>> = {
  "simple-array": { type: "simple-array" },
  "simple-array with a default": { type: "simple-array", default: "a,b" },
  "simple-json": { type: "simple-json" },
  "simple-json with a default": { type: "simple-json", default: "{}" },
  "a nullable column": { type: "varchar", nullable: true },
  "a unique column": { type: "varchar", unique: true },
  "select: false": { type: "varchar", select: false },
  "a length of 0": { type: "varchar", length: 0 },
  "a length given as an empty string": { type: "varchar", length: "" },
  "varchar without a length": { type: "varchar" },
  "numeric with precision only": { type: "numeric", precision: 20 },
  "numeric with scale 0": { type: "numeric", precision: 20, scale: 0 },
  "timestamp(6)": { type: "timestamp", precision: 6 },
  "interval(3)": { type: "interval", precision: 3 },
  "an array of arrays' type": { type: "int", array: true, nullable: true },
  "collation C": { type: "varchar", collation: "C" },
  "collation C on an array": { type: "text", array: true, collation: "C" },
  "an ICU collation": { type: "varchar", length: 20, collation: "de-x-icu" },
  "collation POSIX and a default": { type: "text", collation: "POSIX", default: "x" },
  "collation C on citext": { type: "citext", collation: "C" },
  "an empty comment": { type: "int", comment: "" },
  "a comment with quotes": { type: "int", comment: `it's "quoted"` },
  "a comment of lines": { type: "int", comment: "first\nsecond\r\nthird\ttab" },
  "a comment with backslashes": { type: "int", comment: "C:\\new\\table" },
  "a comment in Unicode": { type: "int", comment: "größe 😀 \u00a0" },
  "a comment with dollars": { type: "int", comment: "$$ $1 $x `tick`" },
  "a comment in the form of SQL": { type: "int", comment: "'; DROP TABLE x; --" },
  "a long comment": { type: "int", comment: "long ".repeat(1000) },
  "a blank comment": { type: "int", comment: " " },
};

const GENERATED: Readonly<Record<string, ColumnOptions>> = {
  "a product": { type: "int", asExpression: "a * b", generatedType: "STORED" },
  "a quoted product": { type: "int", asExpression: `"a" * "b"`, generatedType: "STORED" },
  "a quotient as numeric": {
    type: "numeric",
    precision: 10,
    scale: 2,
    asExpression: "a / 3.0",
    generatedType: "STORED",
  },
  "joined texts": { type: "text", asExpression: "c || ' ' || d", generatedType: "STORED" },
  "joined texts as varchar": { type: "varchar", length: 50, asExpression: "c || d", generatedType: "STORED" },
  coalesce: {
    type: "text",
    asExpression: "COALESCE(c, '') || COALESCE(d, '')",
    generatedType: "STORED",
    nullable: true,
  },
  "lower case": { type: "text", asExpression: "lower(c)", generatedType: "STORED" },
  "a case": { type: "text", asExpression: "CASE WHEN a > 0 THEN 'plus' ELSE 'minus' END", generatedType: "STORED" },
  "a value of jsonb": { type: "text", asExpression: "j->>'name'", generatedType: "STORED", nullable: true },
  "a cast value of jsonb": { type: "int", asExpression: "(j->>'size')::int", generatedType: "STORED", nullable: true },
  "a text search vector": { type: "tsvector", asExpression: "to_tsvector('english', c)", generatedType: "STORED" },
  "a weighted text search vector": {
    type: "tsvector",
    asExpression: "setweight(to_tsvector('simple'::regconfig, coalesce(c,'')), 'A') || to_tsvector('simple', d)",
    generatedType: "STORED",
  },
  "a comparison": { type: "boolean", asExpression: "a > b", generatedType: "STORED" },
  "an IN list": { type: "boolean", asExpression: "c IN ('x', 'y')", generatedType: "STORED" },
  "a time zone": { type: "timestamp", asExpression: "t at time zone 'UTC'", generatedType: "STORED" },
  "a constant": { type: "int", asExpression: "1", generatedType: "STORED" },
  "a range": { type: "int4range", asExpression: "int4range(a, b)", generatedType: "STORED" },
  "lines and blanks": { type: "int", asExpression: "\n  a\n  +  b  ", generatedType: "STORED" },
};

const OPERANDS = {
  a: Column({ type: "int" }),
  b: Column({ type: "int" }),
  c: Column({ type: "text" }),
  d: Column({ type: "varchar" }),
  j: Column({ type: "jsonb" }),
  t: Column({ type: "timestamptz" }),
};

/** Every type that TypeORM knows, by every name it has for it. */
const TYPES = [
  "int",
  "int2",
  "int4",
  "int8",
  "smallint",
  "integer",
  "bigint",
  "decimal",
  "numeric",
  "real",
  "float",
  "float4",
  "float8",
  "double precision",
  "money",
  "character varying",
  "varchar",
  "character",
  "char",
  "text",
  "citext",
  "hstore",
  "bytea",
  "bit",
  "varbit",
  "bit varying",
  "timetz",
  "timestamptz",
  "timestamp",
  "timestamp without time zone",
  "timestamp with time zone",
  "date",
  "time",
  "time without time zone",
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
  "jsonpath",
  "int4range",
  "int8range",
  "numrange",
  "tsrange",
  "tstzrange",
  "daterange",
  "int4multirange",
  "int8multirange",
  "nummultirange",
  "tsmultirange",
  "tstzmultirange",
  "datemultirange",
  "cube",
  "ltree",
] as const;

const VIRTUAL_REFUSED = { refused: /supports only STORED/, impossible: /supports only STORED/ };

/** It writes the source of the function between quotes. */
const NO_FUNCTION_IN_03 = { refused03: /syntax error/ };

const ofNames = (names: Readonly<Record<string, ColumnOptions>>): readonly Idiom[] =>
  Object.entries(names).map(([name, options]) => column(name, options));

/** Ways to write columns: types, enums, keys, generated columns, comments, collations. */
export const columns: readonly Idiom[] = [
  ...TYPES.map((type) =>
    idiom(`type ${type}, alone and as an array`, () => ({
      value: Column({ type }),
      list: Column({ type, array: true, nullable: true }),
    })),
  ),
  ...ofNames(ENUMS),
  ...ofNames(PLAIN),
  ...Object.entries(GENERATED).map(([name, options]) =>
    idiom(`generated: ${name}`, () => ({ ...OPERANDS, value: Column(options) })),
  ),
  idiom(
    "generatedType VIRTUAL, which TypeORM refuses",
    () => ({ ...OPERANDS, value: Column({ type: "int", asExpression: "a + b", generatedType: "VIRTUAL" }) }),
    VIRTUAL_REFUSED,
  ),
  idiom(
    "asExpression without generatedType",
    () => ({ ...OPERANDS, value: Column({ type: "int", asExpression: "a + b" }) }),
    VIRTUAL_REFUSED,
  ),
  idiom("enumName equal to the generated one", (table) => ({
    value: Column({ type: "enum", enum: Status, enumName: `${table}_value_enum` }),
  })),
  idiom("enumName", (table) => ({
    value: Column({ type: "enum", enum: Status, enumName: `${table}_colour`, default: Status.Open }),
  })),
  idiom("enumName with capitals and blanks", (table) => ({
    value: Column({ type: "enum", enum: Status, enumName: `${table} Odd Type`, default: "open" }),
  })),
  idiom(
    "enumName with its schema",
    (table) => ({ value: Column({ type: "enum", enum: Status, enumName: `public.${table}_colour`, default: "open" }) }),
    { refused: /cross-database/ },
  ),
  idiom("one enumName for two columns", (table) => ({
    value: Column({ type: "enum", enum: Status, enumName: `${table}_shared`, default: Status.Open }),
    list: Column({ type: "enum", enum: Status, enumName: `${table}_shared`, array: true, default: [] }),
  })),
  column("an enum default as an expression", { type: "enum", enum: ["a"], default: () => "'a'" }, NO_FUNCTION_IN_03),
  idiom(
    "an enum default as a cast to its own type",
    (table) => ({
      value: Column({ type: "enum", enum: ["a"], default: () => `'a'::${table}_value_enum` }),
    }),
    NO_FUNCTION_IN_03,
  ),
  idiom(
    "an enum array default as a cast",
    (table) => ({
      value: Column({ type: "enum", enum: ["a"], array: true, default: () => `ARRAY['a']::${table}_value_enum[]` }),
    }),
    NO_FUNCTION_IN_03,
  ),
  {
    name: "one enumName for two tables",
    models: (table) =>
      [table, `${table}b`].map((name) =>
        model(name, {
          value: Column({ type: "enum", enum: Status, enumName: `${table}_shared`, default: Status.Open }),
        }),
      ),
  },
  idiom("a serial key", () => ({ id: PrimaryGeneratedColumn() })),
  idiom("a serial key 'increment'", () => ({ id: PrimaryGeneratedColumn("increment") })),
  idiom("a serial key 'rowid'", () => ({ id: PrimaryGeneratedColumn("rowid") })),
  idiom("a serial column 'rowid'", () => ({ value: [Column("int"), Generated("rowid")] })),
  idiom("a bigserial key", () => ({ id: PrimaryGeneratedColumn({ type: "bigint" }) })),
  idiom("a smallserial key", () => ({ id: PrimaryGeneratedColumn({ type: "smallint" }) })),
  idiom("a serial key of int8", () => ({ id: PrimaryGeneratedColumn("increment", { type: "int8" }) })),
  idiom("a uuid key", () => ({ id: PrimaryGeneratedColumn("uuid") })),
  idiom("an identity key", () => ({ id: PrimaryGeneratedColumn("identity") })),
  idiom("an identity key ALWAYS", () => ({ id: PrimaryGeneratedColumn("identity", { generatedIdentity: "ALWAYS" }) })),
  idiom("an identity key BY DEFAULT of bigint", () => ({
    id: PrimaryGeneratedColumn({ type: "bigint", generatedIdentity: "BY DEFAULT" } as object),
  })),
  idiom("a bigint identity key ALWAYS", () => ({
    id: PrimaryGeneratedColumn("identity", { type: "bigint", generatedIdentity: "ALWAYS" }),
  })),
  idiom("a smallint identity key", () => ({ id: PrimaryGeneratedColumn("identity", { type: "smallint" } as object) })),
  idiom("a serial column that is no key", () => ({ value: [Column({ type: "int" }), Generated("increment")] })),
  idiom("a bigserial column that is no key", () => ({ value: [Column({ type: "bigint" }), Generated("increment")] })),
  idiom("an identity column that is no key", () => ({
    value: [Column({ type: "int" }), Generated("identity" as "uuid")],
  })),
  idiom("a key with a default", () => ({ id: PrimaryColumn({ type: "uuid", default: () => "gen_random_uuid()" }) })),
  idiom("a key of text", () => ({ id: PrimaryColumn({ type: "varchar", length: 10 }) })),
  idiom("a key with a collation", () => ({ id: PrimaryColumn({ type: "text", collation: "C" }) })),
  idiom("a key of two columns", () => ({ id: PrimaryColumn({ type: "int" }), other: PrimaryColumn({ type: "date" }) })),
  idiom("a key of three columns in an odd order", () => ({
    z: PrimaryColumn({ type: "int" }),
    id: PrimaryColumn({ type: "int" }),
    a: PrimaryColumn({ type: "int" }),
  })),
  idiom("a named key", (table) => ({ id: PrimaryGeneratedColumn({ primaryKeyConstraintName: `${table}_key` }) })),
  idiom("a named key of two columns", (table) => ({
    id: PrimaryColumn({ type: "int", primaryKeyConstraintName: `${table}_pk` }),
    other: PrimaryColumn({ type: "int", primaryKeyConstraintName: `${table}_pk` }),
  })),
  idiom("a key with a comment", () => ({ id: PrimaryGeneratedColumn({ comment: "the key" }) })),
  idiom("an enum as key", () => ({ id: PrimaryColumn({ type: "enum", enum: Status }) })),
  idiom("a key of a timestamp", () => ({ id: PrimaryColumn({ type: "timestamptz", precision: 3 }) })),
  {
    name: "a table with a comment",
    refused03: /syntax error/,
    models: (table) => [model(table, {}, [], { comment: `it's a "table"\nof lines \\` })],
  },
  {
    name: "a table with a plain comment",
    models: (table) => [model(table, {}, [], { comment: 'of lines\nand "quotes"' })],
  },
  { name: "a table with an empty comment", models: (table) => [model(table, {}, [], { comment: "" })] },
];
