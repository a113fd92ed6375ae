import {
  Check,
  type ColumnOptions,
  Entity,
  Exclusion,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Unique,
} from "typeorm";
import { describe, expect, test } from "vitest";
import { resolveQuestions } from "../../src/author/resolve.ts";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import type { Answer } from "../../src/questions/answer.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { withKeptDatabase } from "../support/kept-databases.ts";
import { anyMajors } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { enumeration, int, maybe, named, table, text, view } from "./objects-by-hand/models.ts";

/** Models of which two things, or one, may have other names afterwards. */
interface Renamed {
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
  readonly given?: string;
}

const two = (before: readonly ClassDecorator[], after: readonly ClassDecorator[]): Renamed => ({
  before: [table("shop", { a: maybe(text), b: maybe(int) }, ...before)],
  after: [table("shop", { aa: maybe(text), bb: maybe(int) }, ...after)],
});
const one = (before: ColumnOptions, after: ColumnOptions): Renamed => ({
  before: [table("shop", { a: before, floor: int })],
  after: [table("shop", { aa: after, floor: int })],
});
const stored = (expression: string): ColumnOptions => ({
  ...maybe(text),
  asExpression: expression,
  generatedType: "STORED",
});
const listed = (a: string, b: string, joined: string): unknown =>
  table("shop", { [a]: maybe(text), [b]: maybe(int), joined: stored(joined) });

function commented(name: string, comment: string | undefined, schema?: string): unknown {
  const shop = table(name, { title: text, floor: int });
  Entity({ name, ...(comment !== undefined && { comment }), ...(schema !== undefined && { schema }) })(shop);
  return shop;
}

/** Two tables, one of which points at the other. */
function pointing(mall: string, shop: string, column: string, onDelete: "CASCADE" | "SET NULL" = "CASCADE") {
  const target = table(mall, { name: text, size: int });
  const source = table(shop, { floor: int, title: text });
  ManyToOne(() => target, { nullable: true, onDelete })(source.prototype, "mall");
  JoinColumn({ name: column })(source.prototype, "mall");
  return [target, source];
}

function indexedByState(name: string, states: readonly string[]): unknown {
  return table(name, { floor: int, state: enumeration("state", states) }, Index(["floor"], { where: "state = 'a'" }));
}

/** A foreign key over two columns. */
function pair(x: string, y: string): readonly unknown[] {
  const mall = named("mall");
  for (const column of ["x", "y"]) PrimaryColumn({ type: "int" })(mall.prototype, column);
  Entity({ name: "mall" })(mall);
  const shop = table("shop", { [x]: maybe(int), [y]: maybe(int) });
  ManyToOne(() => mall, { nullable: true })(shop.prototype, "mall");
  JoinColumn([
    { name: x, referencedColumnName: "x" },
    { name: y, referencedColumnName: "y" },
  ])(shop.prototype, "mall");
  return [mall, shop];
}

const RENAMED: Readonly<Record<string, Renamed>> = {
  "an index over both columns": two([Index("IX", ["a", "b"])], [Index("IX", ["aa", "bb"])]),
  "an index that is named after both": two([Index(["a", "b"])], [Index(["aa", "bb"])]),
  "an index with a predicate": two(
    [Index("IX", ["a"], { where: `"b" > 0` })],
    [Index("IX", ["aa"], { where: `"bb" > 0` })],
  ),
  "a unique constraint": two([Unique(["a", "b"])], [Unique(["aa", "bb"])]),
  "a check": two([Check(`"a" <> 'a' OR "b" > 0`)], [Check(`"aa" <> 'a' OR "bb" > 0`)]),
  "an exclusion constraint": two(
    [Exclusion(`USING btree ("a" WITH =, "b" WITH =)`)],
    [Exclusion(`USING btree ("aa" WITH =, "bb" WITH =)`)],
  ),
  "a generated column": {
    before: [listed("a", "b", `"a" || "b"::text`)],
    after: [listed("aa", "bb", `"aa" || "bb"::text`)],
  },
  "a foreign key over both": { before: pair("mall_x", "mall_y"), after: pair("x", "y") },
  "a view": {
    before: [table("shop", { a: maybe(text), b: maybe(int) }), view("v", `SELECT "a", "b" FROM "shop"`, ["a", "b"])],
    after: [
      table("shop", { aa: maybe(text), bb: maybe(int) }),
      view("v", `SELECT "aa" AS "a", "bb" AS "b" FROM "shop"`, ["a", "b"]),
    ],
  },
  "a table and its column": {
    before: [table("shop", { a: maybe(text), b: maybe(int) }, Index(["a", "b"]))],
    after: [table("store", { aa: maybe(text), b: maybe(int) }, Index(["aa", "b"]))],
  },
  "two tables, and the column that points": {
    before: pointing("mall", "shop", "mall_id"),
    after: pointing("centre", "store", "centre_id"),
  },
  "a column, and the table that points at it": {
    before: keyed("code", "lease"),
    after: keyed("kode", "rental"),
  },
  "a table that a key points at, which gets another action": {
    before: pointing("mall", "shop", "mall_id"),
    after: pointing("centre", "shop", "mall_id", "SET NULL"),
  },
  "a column whose comment goes": one({ ...maybe(text), comment: "x" }, maybe(text)),
  "a column whose collation goes": one({ ...maybe(text), collation: "C" }, maybe(text)),
  "a column whose type and default change": one(
    enumeration("state", ["a", "b"], { default: "a" }),
    enumeration("state", ["a", "b", "c"], { default: "b" }),
  ),
  "a table whose comment goes": { before: [commented("shop", "x")], after: [commented("store", undefined)] },
  "a table that also goes to another schema": {
    before: [commented("shop", "x")],
    after: [commented("store", undefined, "sales")],
    given: "CREATE SCHEMA sales",
  },
  "a table whose index goes": {
    before: [table("shop", { a: text, b: int }, Index(["a"]))],
    after: [table("store", { a: text, b: int })],
  },
  "a table that loses a column with an index and a unique constraint, and gets others": {
    before: [table("shop", { a: int, b: int }, Unique("UQ", ["a", "b"]), Index("IX", ["a"]))],
    after: [table("store", { a: maybe(int), c: maybe(text) }, Index("IY", ["c"]))],
  },
  "a table with an index whose predicate needs an enum type that is replaced": {
    before: [indexedByState("shop", ["a", "b", "c"])],
    after: [indexedByState("store", ["a", "b"])],
  },
  "a table that gets and loses columns": {
    before: [table("shop", { a: text, b: int, c: maybe(int) })],
    after: [table("store", { a: text, b: int, d: maybe(text) })],
  },
};

function keyed(code: string, lease: string): readonly unknown[] {
  const shop = table("shop", { [code]: text, floor: int }, Unique([code]));
  const source = table(lease, { rent: int, until: { type: "date" } });
  ManyToOne(() => shop, { nullable: true })(source.prototype, "shop");
  JoinColumn({ name: "shop", referencedColumnName: code })(source.prototype, "shop");
  return [shop, source];
}

/** The answers to the questions about renames, in the order of the questions: the last one is for all further ones. */
const ANSWERS: readonly (readonly Answer[])[] = [
  ["yes", "yes"],
  ["yes", "no"],
  ["no", "yes"],
  ["no", "no"],
  ["yes", "no", "yes"],
];

for (const major of anyMajors())
  describe.each(Object.entries(RENAMED))(`PostgreSQL ${major}: %s`, (_, renamed) => {
    test.each(ANSWERS.map((answers) => [answers.join(", "), answers] as const))("%s", async (_, answers) => {
      await withFolder((folder) =>
        withKeptDatabase(major, async ({ url, client }) => {
          const at = async <Result>(side: "before" | "after", act: (session: Session) => Promise<Result>) => {
            const session = await testSession({ url, folder, entities: renamed[side] });
            return await act(session).finally(() => session.close());
          };
          const differences = async (side: "before" | "after") => (await at(side, (one) => compare(one))).upgrade;
          await client.query(renamed.given ?? "");
          await at("before", (one) => revise(one, { message: "Before", autogenerate: true, revisionId: "aaaa" }));
          await at("before", (one) => upgrade(one));
          await at("after", (one) => revise(one, { message: "After", autogenerate: true, revisionId: "bbbb" }));
          await at("after", (one) => answerAll(one, answers));
          await at("after", (one) => upgrade(one));
          expect(await differences("after")).toEqual([]);
          await at("after", (one) => downgrade(one, "aaaa"));
          expect(await differences("before")).toEqual([]);
        }),
      );
    });
  });

/** Answers what is open, question by question, and all that is no rename with yes. */
async function answerAll(
  session: Session,
  answers: readonly Answer[],
  given: ReadonlyMap<string, Answer> = new Map(),
): Promise<void> {
  const [open] = (await resolveQuestions(session, "bbbb")).todos;
  if (open === undefined) return;
  const { id, text: question } = open;
  const next = answers[Math.min(given.size, answers.length - 1)] ?? "yes";
  const isNew = /^(?:Was|Did|Were) .* renamed/.test(question) && !given.has(id);
  const known = isNew ? new Map([...given, [id, next]]) : given;
  await resolveQuestions(session, "bbbb", { answers: [{ id, answer: known.get(id) ?? "yes" }] });
  await answerAll(session, answers, known);
}
