import type pg from "pg";
import { describe, expect, test } from "vitest";
import { compareSides } from "../../src/compare/compare.ts";
import { connect as connectDatabase } from "../../src/connection/connect.ts";
import { findConversion } from "../../src/kinds/conversions.ts";
import { createLoader } from "../../src/load/load.ts";
import { readServerInfo } from "../../src/read/server-info.ts";
import { anyMajors, connect, newest, withDatabase } from "../support/servers.ts";

const NUMBERS = [
  "0",
  "1",
  "-1",
  "2",
  "42",
  "127.5",
  "32767",
  "32768",
  "-32769",
  "16777217",
  "2147483647",
  "2147483648",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "0.1",
  "1.2500",
  "0.12345678901234567891",
  "9999.99",
  "9999.995",
  "1e39",
  "1e-50",
  "1e300",
  "NaN",
  "Infinity",
];
const TEXTS = [
  ...NUMBERS,
  "",
  " 5 ",
  "+07",
  "5.",
  "abc",
  "abcd",
  "abc  ",
  "a,b",
  "a,,",
  "true",
  "Off",
  "yep",
  "[1, 2]",
  '{"a": 1}',
  "{a,b}",
  "2024-02-29",
  "2023-02-29",
  "2024-13-01",
  "0000-01-01",
  "1 2 2024",
  "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
  "{a0eebc999c0b4ef8bb6d6bb9bd380a11}",
  "a0eebc99-9c0b",
  "10:30",
  "it's \\",
  "<b",
];
const STAMPS = ["2024-02-29 00:00:00", "2024-02-29 23:59:59.999999", "1900-01-01 12:00:00.5", "infinity"];

/** The types of PostgreSQL that TypeORM has, with values; what a type does not take is left out when the table is filled. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  smallint: NUMBERS,
  integer: NUMBERS,
  bigint: NUMBERS,
  numeric: NUMBERS,
  "numeric(6,2)": NUMBERS,
  "numeric(20,0)": NUMBERS,
  real: NUMBERS,
  "double precision": NUMBERS,
  money: ["0", "1.25", "-99999.99"],
  text: TEXTS,
  "character varying": TEXTS,
  "character varying(4)": TEXTS,
  "character(5)": TEXTS,
  citext: TEXTS,
  boolean: ["true", "false"],
  uuid: ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
  date: ["2024-02-29", "0001-01-01", "infinity"],
  "timestamp without time zone": STAMPS,
  "timestamp(0) without time zone": STAMPS,
  "timestamp with time zone": STAMPS,
  "timestamp(3) with time zone": STAMPS,
  "time without time zone": ["00:00", "23:59:59.999"],
  "time(0) without time zone": ["00:00", "23:59:59"],
  "time with time zone": ["10:30+02"],
  interval: ["1 day", "1 month 01:00", "02:00"],
  json: [
    "1",
    "1.5",
    "300000",
    '"a"',
    "null",
    "true",
    "[]",
    '["a", null, "b,c"]',
    "[1, 2]",
    '["x", ["y"]]',
    '{"a": 1, "a": 2}',
  ],
  jsonb: [
    "1",
    "1.5",
    "300000",
    '"a"',
    "null",
    "true",
    "[]",
    '["a", null, "b,c"]',
    "[1, 2]",
    '["x", ["y"]]',
    '{"a": 1}',
  ],
  bytea: ["\\x00ff"],
  inet: ["10.0.0.1/8", "10.0.0.0/8", "::1"],
  cidr: ["10.0.0.0/8"],
  macaddr: ["08:00:2b:01:02:03"],
  "bit(3)": ["101"],
  "bit varying(5)": ["101", "10101", ""],
  xml: ["<a/>"],
  point: ["(1,2)"],
  box: ["(2,2),(1,1)"],
  circle: ["<(1,2),3>"],
  tsvector: ["'a' 'b'"],
  int4range: ["[1,5)"],
  daterange: ["[2024-01-01,2024-02-01)"],
  "text[]": ["{}", "{a}", '{"a,b",c}', "{NULL,a}", '{""}', "{1,2}", '{"e",""}'],
  "character varying[]": ["{}", "{a}", "{NULL}", "{abcdef}"],
  "integer[]": ["{}", "{1,2}", "{NULL,70000}"],
  "smallint[]": ["{}", "{1}"],
  mood: ["sad", "1"],
};
const NAMES = Object.keys(TYPES);
/** Where the question shows which rows are read in which way, not what is lost. */
const isReading = (from: string, to: string) =>
  /^(text|char|citext)/.test(from) && !from.endsWith("]") && /^json|\]$/.test(to);

/** Tries each row by itself, as a change of type would: what fails, what does not come back, what is kept. */
const PROBE = `CREATE FUNCTION outcome(source text, target text, conversion text, back text, same text) RETURNS TABLE (row_id integer, what text) LANGUAGE plpgsql AS $$
BEGIN
  FOR row_id IN EXECUTE format('SELECT id FROM %I ORDER BY id', source) LOOP
    BEGIN
      EXECUTE format('DELETE FROM %I', target || '_got');
      EXECUTE format('INSERT INTO %I (id, c) SELECT id, %s FROM %I WHERE id = %s', target || '_got', conversion, source, row_id);
      what := 'changed';
      BEGIN
        EXECUTE format('DELETE FROM %I', source || '_back');
        EXECUTE format('INSERT INTO %I (id, c) SELECT id, %s FROM %I', source || '_back', back, target || '_got');
        EXECUTE format('SELECT CASE WHEN (a.c)%s IS NOT DISTINCT FROM (b.c)%s THEN ''kept'' ELSE ''changed'' END FROM %I a, %I b WHERE a.id = %s', same, same, source, source || '_back', row_id) INTO what;
      EXCEPTION WHEN OTHERS THEN NULL;
      END;
    EXCEPTION WHEN OTHERS THEN what := 'fails';
    END;
    RETURN NEXT;
  END LOOP;
END $$`;

async function fill(client: pg.Client): Promise<void> {
  await client.query(
    `SET TimeZone = 'UTC'; SET client_min_messages = error; CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('sad', '1'); ${PROBE}`,
  );
  for (const [at, [type, values]] of Object.entries(TYPES).entries()) {
    for (const suffix of ["", "_got", "_back"])
      await client.query(`CREATE TABLE t${at}${suffix} (id integer GENERATED BY DEFAULT AS IDENTITY, c ${type})`);
    for (const value of [null, ...values])
      await client.query(`INSERT INTO t${at} (c) VALUES ($1)`, [value]).catch(() => undefined);
  }
}

/** What stands in the way of comparing two values of the type. */
function sameOf(from: string, to: string): string {
  if (from === "json") return to === "jsonb" ? "::text" : "::jsonb";
  return /^(point|box|circle|xml|character|bit)/.test(from) ? "::text" : "";
}

/** The way back, as a person knows it who knows what the values were. */
function backOf(from: string, to: string): string {
  if (to.endsWith("]") && !/^(json|text|char|citext)|]$/.test(from)) return `c[1]::${from}`;
  if (/^json/.test(from) && /^(text|char|citext)/.test(to) && !to.endsWith("]")) return `c::text::${from}`;
  return findConversion("c", to, from).using ?? "c";
}

async function complaint(client: pg.Client, from: string, to: string): Promise<string | undefined> {
  const there = findConversion("c", from, to);
  const source = `t${NAMES.indexOf(from)}`;
  const values = [source, `t${NAMES.indexOf(to)}`, there.using ?? "c", backOf(from, to), sameOf(from, to)];
  const { rows } = await client.query<{ row_id: number; what: string }>(
    "SELECT * FROM outcome($1, $2, $3, $4, $5)",
    values,
  );
  const shown =
    there.where === undefined
      ? undefined
      : await client.query(`SELECT id FROM ${source} WHERE ${there.where}`).catch((error) => String(error));
  if (typeof shown === "string") return `the query fails: ${shown}`;
  const listed = new Set(shown?.rows.map(({ id }) => id));
  const isLost = ({ what }: { what: string }) =>
    what === "fails" || (what === "changed" && !/^(text|char|citext)/.test(from));
  const missed = rows.filter(
    (row) => isLost(row) && (row.row_id > 1 || row.what === "fails") && !listed.has(row.row_id),
  );
  const idle = rows.filter(({ row_id, what }) => listed.has(row_id) && what === "kept");
  const { rows: list } = await client.query(`SELECT id, c::text FROM ${source}`);
  const named = (some: typeof rows) =>
    some.map(({ row_id, what }) => `${list.find(({ id }) => id === row_id)?.c} ${what}`).join("; ");
  if (there.loses === undefined || there.where !== undefined) {
    if (missed.length > 0) return `not listed: ${named(missed)}`;
    if (idle.length > 0 && !isReading(from, to)) return `listed: ${named(idle)}`;
    const areNumbers = TYPES[from] === NUMBERS && TYPES[to] === NUMBERS;
    if (areNumbers && there.where !== undefined && listed.size === 0) return "asks where no value changes or fails";
  } else if (
    (there.needsUsing || there.rows?.includes("fail")) &&
    rows.length > 3 &&
    rows.every(({ what }) => what === "kept")
  )
    return "nothing fails";
  if (there.needsUsing && rows.some(({ row_id, what }) => row_id > 1 && what !== "fails")) return "there is a cast";
  return undefined;
}

describe.each(anyMajors())("conversions on PostgreSQL %i", (major) => {
  test(
    "every pair of types keeps every value, or its query lists the rows that change or fail",
    () =>
      withDatabase(major, async (url) => {
        const client = await connect(url);
        try {
          await fill(client);
          const found: string[] = [];
          for (const from of NAMES)
            for (const to of NAMES.filter((name) => name !== from)) {
              const problem = await complaint(client, from, to);
              if (problem !== undefined) found.push(`${from} to ${to}: ${problem}`);
            }
          expect(found).toEqual([]);
        } finally {
          await client.end();
        }
      }),
    180_000,
  );
});

/** Columns whose defaults are valid for their own types, but cannot be cast to the other; the last one is not valid. */
const DEFAULTS = [
  ["text[]", "'{}'::text[]", "jsonb", "'[]'"],
  ["jsonb", `'["a"]'::jsonb`, "text[]", "'{a}'"],
  ["bigint", "'0'::bigint", "timestamp with time zone", "now()"],
  ["boolean", "true", "date", "'2024-02-29'"],
  ["text", "'a'::text", "integer", "'1'"],
  ["text", "'a'::text", "integer", "'b'"],
] as const;

test("only defaults of the models are reported as rejected, not those that a column has under its old type", () =>
  withDatabase(newest(), async (url) => {
    const db = await connectDatabase(url, createLoader(process.cwd()), process.cwd());
    try {
      const side = (at: 0 | 2) => ({
        tables: [
          {
            name: "t",
            columns: DEFAULTS.map((one, index) => ({ name: `c${index}`, type: one[at], default: one[at + 1]! })),
          },
        ],
      });
      const { unreadable } = await compareSides(db, await readServerInfo(db), {
        live: side(0),
        models: side(2),
        unmodelled: [],
      });
      expect(unreadable.map(({ where, text }) => `${where} ${text}`)).toEqual(["t.c5 'b'"]);
    } finally {
      await db.close();
    }
  }));
