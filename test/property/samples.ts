import { storedType } from "../../src/kinds/column-types.ts";

/** What columns of a type may have: SQL as people write it. */
interface Sample {
  /** Defaults; several are the same to PostgreSQL. */
  readonly defaults: readonly string[];
  /** Different values, the same ones for every type of a family, so that keys find each other. */
  readonly values: readonly string[];
  /** Conditions over a column. */
  readonly conditions: readonly ((column: string) => string)[];
  /** What stands behind `EXCLUDE`. */
  readonly exclusions?: readonly ((column: string) => string)[];
  /** Expressions for generated columns, and their type. */
  readonly generated?: { readonly type: string; readonly forms: readonly ((column: string) => string)[] };
  /** PostgreSQL has no B-tree for it, so it cannot stand in a key. */
  readonly keyless?: true;
}

/** What may stand behind `EXCLUDE` for most types: two ways to say the same, and another. */
export const EQUALS = [
  (c: string) => `(${c} WITH =)`,
  (c: string) => `USING btree (${c} WITH =)`,
  (c: string) => `USING hash (${c} WITH =)`,
];

const filled = (column: string) => `${column} IS NOT NULL`;

const NUMBER: Sample = {
  defaults: ["0", "'0'", "1", "(2 - 1)", "-1"],
  values: ["1", "2", "3"],
  conditions: [
    (c) => `${c} > 0`,
    (c) => `(${c} > 0)`,
    (c) => `${c} BETWEEN 1 AND 100`,
    (c) => `${c} IN (1, 2, 3)`,
    filled,
  ],
  generated: { type: "numeric", forms: [(c) => `${c} * 2`, (c) => `(coalesce(${c}, 0) + 1)`] },
};
const TEXT: Sample = {
  defaults: ["''", "'a'", "'it''s'", "'a'::text", "'back\\slash'"],
  values: ["'a'", "'b'", "'c'"],
  conditions: [
    (c) => `length(${c}) < 9`,
    (c) => `${c} <> 'x'`,
    (c) => `${c} LIKE '%'`,
    (c) => `${c} IN ('a', 'b', 'c')`,
    filled,
  ],
  generated: { type: "text", forms: [(c) => `upper(${c})`, (c) => `coalesce(${c}, '') || '!'`] },
};
/** Without lists: in the form that PostgreSQL printss own `= ANY ((ARRAY[…])::text[])` otherwise once it has read it back. */
const VARCHAR: Sample = { ...TEXT, conditions: TEXT.conditions.filter((condition) => !condition("").includes(" IN ")) };
const BOOLEAN: Sample = {
  defaults: ["false", "'f'", "true", "(NOT true)"],
  values: ["true", "false", "true"],
  conditions: [(c) => `${c} IS NOT NULL`, (c) => `NOT ${c} OR ${c}`],
};
const DAY: Sample = {
  defaults: ["now()", "CURRENT_TIMESTAMP", "'2020-01-01'"],
  values: ["'2021-01-01'", "'2022-02-02'", "'2023-03-03'"],
  conditions: [(c) => `${c} > '2000-01-01'`, filled],
};
const UUID: Sample = {
  defaults: ["gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'"],
  values: [1, 2, 3].map((digit) => `'${String(digit).repeat(8)}-0000-4000-8000-000000000000'`),
  conditions: [filled],
};
const JSONB: Sample = {
  defaults: ["'{}'", "'{}'::jsonb", `'{"a": [1]}'`, "jsonb_build_object()"],
  values: ["'{}'", "'[1]'", "'2'"],
  conditions: [(c) => `jsonb_typeof(${c}) <> 'null'`, filled],
};
const JSON_TEXT: Sample = {
  defaults: ["'{}'", "'[]'::json"],
  values: JSONB.values,
  conditions: [filled],
  keyless: true,
};
const LIST: Sample = {
  defaults: ["'{}'", "'{1,2}'"],
  values: ["'{1}'", "'{2}'", "'{3,1}'"],
  conditions: [(c) => `cardinality(${c}) < 9`, filled],
};
const BYTES: Sample = { defaults: ["'\\x00'"], values: ["'a'", "'b'", "'c'"], conditions: [filled] };
const SPAN: Sample = {
  defaults: ["'1 day'", "'24:00:00'"],
  values: ["'1 day'", "'2 days'", "'3 days'"],
  conditions: [filled],
};
const TIME: Sample = {
  defaults: ["'12:00'", "'12:00:00'"],
  values: ["'01:00'", "'02:00'", "'03:00'"],
  conditions: [filled],
};
const RANGE: Sample = {
  defaults: ["'empty'", "'[1,5)'", "int4range(1, 5)"],
  values: ["'[1,2)'", "'[2,3)'", "'[3,9)'"],
  conditions: [(c) => `NOT isempty(${c})`, (c) => `upper(${c}) > 0`, filled],
  exclusions: [(c) => `USING gist (${c} WITH &&)`, (c) => `using gist(${c} with &&)`, ...EQUALS],
};

/** The types of columns that are no enum, by their names; the first are the simplest. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  integer: NUMBER,
  text: TEXT,
  "character varying(40)": VARCHAR,
  "character varying(20)": VARCHAR,
  "character varying": VARCHAR,
  bigint: NUMBER,
  smallint: NUMBER,
  boolean: BOOLEAN,
  "timestamp with time zone": DAY,
  "timestamp without time zone": DAY,
  date: DAY,
  uuid: UUID,
  jsonb: JSONB,
  "numeric(10,2)": NUMBER,
  "numeric(12,2)": NUMBER,
  numeric: NUMBER,
  "double precision": NUMBER,
  real: NUMBER,
  "character(12)": TEXT,
  "integer[]": LIST,
  "text[]": LIST,
  "character varying(20)[]": LIST,
  json: JSON_TEXT,
  bytea: BYTES,
  interval: SPAN,
  "time without time zone": TIME,
  int4range: RANGE,
};

/** The types of columns that are no enum. */
export const TYPES = Object.keys(SAMPLES);

/** Whether the type has a collation. */
export function isCollated(type: string): boolean {
  return /^(text|character)/.test(type);
}

/** The types that PostgreSQL can count up. */
export const COUNTED = ["integer", "bigint", "smallint"];

/** What columns of a type may have. `values` are those of an enum type. */
export function sampleOf(type: string, values?: readonly string[]): Sample {
  if (values === undefined) {
    const sample = SAMPLES[storedType(type)]!;
    return sample === LIST ? { ...LIST, defaults: [...LIST.defaults, `ARRAY[]::${type}`] } : sample;
  }
  const texts = values.map((value) => `'${value.replaceAll("'", "''")}'`);
  const [first = ""] = texts;
  if (type.endsWith("[]"))
    return {
      ...LIST,
      defaults: ["'{}'", `ARRAY[${first}]::${type}`],
      values: texts.map((text) => `ARRAY[${text}]::${type}`),
    };
  return {
    defaults: [first, texts.at(-1)!, `${first}::${type}`],
    values: texts,
    conditions: [
      (c) => `${c} IN (${texts.join(", ")})`,
      (c) => `${c} <> ${texts.at(-1)}`,
      (c) => `${c} = ${first}`,
      filled,
    ],
  };
}
