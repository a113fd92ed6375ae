import { describe, expect, test } from "vitest";
import { compareSides } from "../../src/compare/compare.ts";
import { type Connection, connect } from "../../src/connection/connect.ts";
import { createLoader } from "../../src/load/load.ts";
import { readServerInfo } from "../../src/read/server-info.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { anyMajors, withDatabase } from "../support/servers.ts";

/** Two ways to write one value. */
const SAME: readonly (readonly [type: string, one: string, other: string])[] = [
  ["timestamp with time zone", "CURRENT_TIMESTAMP", "now()"],
  ["timestamp with time zone", "transaction_timestamp()", "CURRENT_TIMESTAMP"],
  ["timestamp with time zone", "CURRENT_TIMESTAMP(3)", "('now'::text)::timestamp(3) with time zone"],
  ["timestamp(3) with time zone", "CURRENT_TIMESTAMP(3)", "now()::timestamptz(3)"],
  ["date", "CURRENT_DATE", "('now'::text)::date"],
  ["date", "CURRENT_DATE", "now()::date"],
  ["date", "CURRENT_DATE + 30", "CAST('now'::text AS date) + 30"],
  ["timestamp without time zone", "LOCALTIMESTAMP", "('now'::text)::timestamp without time zone"],
  ["timestamp without time zone", "LOCALTIMESTAMP(0)", "('now'::text)::timestamp(0)"],
  ["time with time zone", "CURRENT_TIME", "('now'::text)::time with time zone"],
  ["time without time zone", "LOCALTIME(2)", "('now'::text)::time(2)"],
  ["timestamp without time zone", "now() AT TIME ZONE 'utc'", "timezone('utc', now())"],
  ["timestamp without time zone", "CURRENT_TIMESTAMP AT TIME ZONE 'utc'", "timezone('utc', transaction_timestamp())"],
  ["date", "(CURRENT_TIMESTAMP AT TIME ZONE 'utc')::date", "timezone('utc'::text, now())::date"],
  ["numeric", "EXTRACT(year FROM CURRENT_DATE)", `"extract"('year', ('now'::text)::date)`],
  ["name", "CURRENT_USER", "USER"],
  ["name", "CURRENT_ROLE", `"current_user"()`],
  ["name", "CURRENT_CATALOG", "current_database()"],
];

/** The same over columns, and immutable, so that generated columns and predicates can have them. */
const OF_COLUMNS: typeof SAME = [
  ["timestamp with time zone", "moment AT TIME ZONE 'utc'", "timezone('utc', moment)"],
  ["numeric", "EXTRACT(year FROM moment)", `"extract"('year', moment)`],
  ["text", "OVERLAY(word PLACING 'x' FROM 2)", `"overlay"(word, 'x', 2)`],
  ["text", "OVERLAY(word PLACING 'x' FROM 2 FOR 1)", `"overlay"(word, 'x', 2, 1)`],
  ["integer", "POSITION('a' IN word)", `"position"(word, 'a')`],
  ["text", "SUBSTRING(word FROM 2 FOR 3)", `"substring"(word, 2, 3)`],
  ["text", "SUBSTRING(word FROM 'a.c')", `"substring"(word, 'a.c')`],
  ["text", "SUBSTRING(word SIMILAR 'a%' ESCAPE '#')", `"substring"(word, 'a%', '#')`],
  ["text", "TRIM(word)", "btrim(word)"],
  ["text", "TRIM(LEADING 'x' FROM word)", "ltrim(word, 'x')"],
  ["text", "TRIM(TRAILING FROM word)", "rtrim(word)"],
  ["text", "NORMALIZE(word, NFC)", `"normalize"(word, 'NFC')`],
  ["boolean", "word IS NFKC NORMALIZED", "is_normalized(word, 'NFKC')"],
  ["boolean", "(moment, moment) OVERLAPS (moment, moment)", `"overlaps"(moment, moment, moment, moment)`],
  ["boolean", "word IN ('a', 'b')", "word = ANY (ARRAY['a'::text, 'b'::text])"],
  ["boolean", "number BETWEEN 1 AND 2", "(number >= 1) AND (number <= 2)"],
  ["text", `word COLLATE "C"`, `(word) COLLATE pg_catalog."C"`],
  ["boolean", "word LIKE 'a%'", "word ~~ 'a%'"],
];

const COLUMNS = [
  { name: "moment", type: "timestamp without time zone" },
  { name: "word", type: "text" },
  { name: "number", type: "integer" },
];

/** Of these predicates PostgreSQL stores none. */
const NONE = ["'t'::boolean", "'true'", "bool 'on'", "CAST('yes' AS boolean)", "true::boolean", "((TRUE)) -- all"];
/** These it stores, and the planner knows that every row fulfils them. */
const EVERY_ROW = ["1 = 1", "NOT false", "true AND true", "1::boolean", "'t'::text::boolean"];
const NOT_EVERY_ROW = ["false", "NULL", "number > 1", "true AND number > 1"];

/** What looks alike and is not. */
const DIFFERENT: typeof SAME = [
  ["timestamp with time zone", "now()", "clock_timestamp()"],
  ["timestamp with time zone", "CURRENT_TIMESTAMP", "statement_timestamp()"],
  ["timestamp with time zone", "CURRENT_TIMESTAMP(3)", "CURRENT_TIMESTAMP"],
  ["date", "CURRENT_DATE", "CURRENT_DATE + 1"],
  ["timestamp without time zone", "now() AT TIME ZONE 'utc'", "LOCALTIMESTAMP"],
  ["text", "'now'::text", "now()::text"],
  ["text", "concat('now'::text)", "concat(now())"],
  ["text", "word || 'CURRENT_DATE'", "word || '(now())::date'"],
  ["name", "CURRENT_USER", "SESSION_USER"],
];

/** Texts that name what the database does not have, and what PostgreSQL says. */
const MISSING: readonly (readonly [text: string, message: RegExp])[] = [
  ["'a'::nowhere.kind::text", /schema "nowhere" does not exist/],
  ["'a'::public.kind::text", /type "public.kind" does not exist/],
  ["nowhere.spell('a')", /schema "nowhere" does not exist/],
  ["spell('a')", /function spell\(unknown\) does not exist/],
  [`'a' COLLATE nowhere."C"`, /schema "nowhere" does not exist/],
  ["'nowhere.t'::regclass::text", /schema "nowhere" does not exist|relation "nowhere.t" does not exist/],
  ["('a' OPERATOR(nowhere.||) 'b')", /schema "nowhere" does not exist|operator does not exist/],
  ["'{'::jsonb::text", /invalid input syntax for type json/],
];

/** One pair in one place, as an object of its own. */
interface Case {
  readonly where: keyof typeof PLACES;
  readonly type: string;
  readonly texts: readonly [string, string];
}

const plain = (name: string) => ({ name, columns: COLUMNS });

const wholeIndex = (where: string) => ({ name: "IDX", columns: ["word"], ...(where !== "" && { where }) });

/** The places in which an expression can stand. */
const PLACES = {
  default: (name: string, type: string, text: string) => ({
    tables: [{ name, columns: [...COLUMNS, { name: "value", type, default: text }] }],
  }),
  "generated column": (name: string, type: string, text: string) => ({
    tables: [{ name, columns: [...COLUMNS, { name: "value", type, asExpression: text }] }],
  }),
  check: (name: string, _type: string, text: string) => ({
    tables: [{ ...plain(name), checks: [{ name: "CHK", expression: `(${text})::text <> number::text` }] }],
  }),
  predicate: (name: string, _type: string, text: string) => ({
    tables: [{ ...plain(name), indexes: [{ name: "IDX", columns: ["word"], where: `(${text}) IS NOT NULL` }] }],
  }),
  exclusion: (name: string, _type: string, text: string) => ({
    tables: [
      {
        ...plain(name),
        exclusions: [{ name: "XCL", expression: `USING btree (number WITH =) WHERE ((${text}) IS NOT NULL)` }],
      },
    ],
  }),
  view: (name: string, _type: string, text: string) => ({
    views: [{ name, expression: `SELECT word, ${text} AS value FROM mall` }],
  }),
  index: (name: string, _type: string, text: string) => ({
    tables: [{ ...plain(name), indexes: [wholeIndex(text)] }],
  }),
  "index of a view": (name: string, _type: string, text: string) => ({
    views: [{ name, expression: "SELECT word, number FROM mall", materialized: true, indexes: [wholeIndex(text)] }],
  }),
} satisfies Record<string, (name: string, type: string, text: string) => Schema>;

const casesOf = (wheres: readonly (keyof typeof PLACES)[], pairs: typeof SAME): readonly Case[] =>
  wheres.flatMap((where) =>
    pairs.flatMap(([type, one, other]): Case[] => [
      { where, type, texts: [one, other] },
      { where, type, texts: [other, one] },
    ]),
  );

/** All cases in one comparison: which of them differ, and what cannot be read. */
async function differing(
  db: Connection,
  cases: readonly Case[],
): Promise<{ different: readonly Case[]; unreadable: unknown }> {
  const nameOf = (at: number) => `case_${at}`;
  const side = (which: 0 | 1): Schema => {
    const parts: readonly Schema[] = cases.map(({ where, type, texts }, at) =>
      PLACES[where](nameOf(at), type, texts[which]),
    );
    return { tables: parts.flatMap(({ tables = [] }) => tables), views: parts.flatMap(({ views = [] }) => views) };
  };
  const server = await readServerInfo(db);
  const found = await compareSides(db, server, { live: side(0), models: side(1), unmodelled: [] });
  const touched = new Set(found.upgrade.flatMap(({ operations }) => operations.map(({ args }) => args[0])));
  return { different: cases.filter((_, at) => touched.has(nameOf(at))), unreadable: found.unreadable };
}

async function withMall(major: number, body: (db: Connection) => Promise<void>): Promise<void> {
  await withDatabase(
    major,
    async (url) => {
      const db = await connect(url, createLoader(process.cwd()), process.cwd());
      try {
        await body(db);
      } finally {
        await db.close();
      }
    },
    { sql: "CREATE TABLE mall (moment timestamp, word text, number integer)" },
  );
}

const EVERYWHERE = ["check", "view"] as const;
const IMMUTABLE = ["generated column", "predicate", "exclusion"] as const;

describe.each(anyMajors())("PostgreSQL %s", (major) => {
  test("two ways to write one value are the same in every place, both ways round", () =>
    withMall(major, async (db) => {
      const cases = [
        ...casesOf(["default"], SAME),
        ...casesOf(EVERYWHERE, [...SAME, ...OF_COLUMNS]),
        ...casesOf(IMMUTABLE, OF_COLUMNS),
      ];
      expect(cases.length).toBeGreaterThan(200);
      expect(await differing(db, cases)).toEqual({ different: [], unreadable: [] });
    }));

  test("a predicate that every row fulfils is none, both ways round", () =>
    withMall(major, async (db) => {
      const of = (wheres: readonly (keyof typeof PLACES)[], texts: readonly string[]) =>
        casesOf(
          wheres,
          texts.map((text) => ["boolean", text, ""] as const),
        );
      // Queries of views are not planned.
      const same = [...of(["index", "index of a view"], NONE), ...of(["index"], EVERY_ROW)];
      expect(await differing(db, same)).toEqual({ different: [], unreadable: [] });
      const others = of(["index", "index of a view"], NOT_EVERY_ROW);
      expect(await differing(db, others)).toEqual({ different: others, unreadable: [] });
    }));

  test("what looks alike is not the same in any place", () =>
    withMall(major, async (db) => {
      const ofRows = DIFFERENT.filter(([, one]) => one.startsWith("word"));
      const values = DIFFERENT.filter((pair) => !ofRows.includes(pair));
      const cases = [...casesOf(["default"], values), ...casesOf(EVERYWHERE, DIFFERENT), ...casesOf(IMMUTABLE, ofRows)];
      expect(await differing(db, cases)).toEqual({ different: cases, unreadable: [] });
    }));

  test("a text that names what is not there yet is a difference, in every place", () =>
    withMall(major, async (db) => {
      const pairs = MISSING.map(([text]) => ["text", "'a'::text", text] as const);
      for (const where of ["default", ...EVERYWHERE, ...IMMUTABLE] as const) {
        const cases = casesOf([where], pairs).filter(({ texts: [live] }) => live === "'a'::text");
        const { different, unreadable } = await differing(db, cases);
        expect(different).toEqual(cases);
        expect(unreadable).toEqual(
          MISSING.map(([, message]) => expect.objectContaining({ message: expect.stringMatching(message) })),
        );
      }
    }));
});
