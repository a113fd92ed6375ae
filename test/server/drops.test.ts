import { writeFileSync } from "node:fs";
import { join } from "node:path";
import "reflect-metadata";
import { EntitySchema, type EntitySchemaColumnOptions } from "typeorm";
import { describe, expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { resolveQuestions } from "../../src/author/resolve.ts";
import { type ReviseOptions, revise } from "../../src/author/revise.ts";
import { openTodos } from "../../src/author/todos.ts";
import { compare } from "../../src/compare/compare.ts";
import { describeDropped } from "../../src/compare/dropped-text.ts";
import { phraseQuestion } from "../../src/kinds/question-text.ts";
import { upgrade } from "../../src/run/run.ts";
import { countQuestions } from "../../src/state/revisions.ts";
import type { Session } from "../../src/state/session.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

function entity(name: string, columns: Columns): EntitySchema {
  return new EntitySchema({ name, columns: { id: { type: "integer", primary: true }, ...columns } });
}

const text = { type: "text", nullable: true } as const;
const AUTO = { message: "x", autogenerate: true, dryRun: true } as const;

/** A site with models and rows; what follows is asked of one database. */
async function withSite(
  entities: readonly EntitySchema[],
  rows: string,
  body: (
    at: <Result>(next: readonly EntitySchema[], act: (session: Session) => Promise<Result>) => Promise<Result>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  await withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      const at = async <Result>(next: readonly EntitySchema[], act: (session: Session) => Promise<Result>) => {
        const session = await testSession({ url, folder, entities: next });
        return await act(session).finally(() => session.close());
      };
      await at(entities, (session) => revise(session, { message: "One", autogenerate: true, revisionId: "aaaa" }));
      await at(entities, (session) => upgrade(session));
      const client = await connect(url);
      await client.query(rows).finally(() => client.end());
      await body(at, folder);
    }),
  );
}

function upgradeOf(file: string): string {
  return file.slice(file.indexOf("export function upgrade"), file.indexOf("export function downgrade"));
}

async function revised(session: Session, options: Partial<ReviseOptions> = {}) {
  const result = await revise(session, { ...AUTO, ...options });
  if (!("text" in result)) throw new Error("nothing to do");
  return { ...result, up: upgradeOf(result.text) };
}

describe("what is dropped", () => {
  const mall = (columns: Columns) => entity("mall", columns);
  const shop = entity("shop", { name: text });

  test("is counted, and asked about where something else may take its values or where it is not ours", () =>
    withSite(
      [mall({ address: text, title: text }), shop],
      `INSERT INTO mall VALUES (1, 'A 1', 'a'), (2, 'B 2', NULL), (3, NULL, 'c');
       INSERT INTO shop VALUES (1, 'x');
       CREATE TYPE mood AS ENUM ('a');
       CREATE TABLE session (sid text PRIMARY KEY, sess json, expire timestamp, mood mood);
       CREATE INDEX ON session (expire);
       INSERT INTO session VALUES ('1'), ('2');
       CREATE TABLE history (id serial PRIMARY KEY, "timestamp" bigint, name text);
       CREATE TABLE large AS SELECT n AS id, 'some text to make it large' AS what FROM generate_series(1, 200000) n;
       ANALYZE large`,
      async (at, folder) => {
        const next = [
          mall({
            title: text,
            street: text,
            city: { ...text, type: "varchar" },
            floors: { type: "integer", nullable: true },
          }),
        ];
        const { upgrade: changes, dropped } = await at(next, (session) => compare(session));
        const asked = changes.flatMap(({ question }) => question ?? []);
        expect(dropped.map(describeDropped)).toEqual([
          "history is dropped; it has no rows.",
          expect.stringMatching(/^large is dropped: about (199|200|201),\d+ rows are lost\.$/),
          "session is dropped: 2 rows are lost.",
          "shop is dropped: 1 row is lost.",
        ]);
        expect((await at(next, (session) => check(session))).comparison.dropped).toEqual(dropped);
        expect(asked.map((question) => [question.about, phraseQuestion(question).slice(0, 40)])).toEqual(
          expect.arrayContaining([
            ["rename", "Was mall.address renamed to mall.street "],
            ["drop", "No model declares the table session, and"],
          ]),
        );
        const answered = await at(next, (session) => revised(session, { dropped: ["mall.address"] }));
        expect(answered.up).toContain(`op.dropColumn("mall", "address")`);
        expect(answered.comparison?.dropped.map(describeDropped)).toContain(
          "mall.address is dropped: 2 values are lost.",
        );
        expect(answered.up).not.toContain("renameColumn");
        expect(answered.up).toContain("It looks like a store of sessions.");
        expect(answered.up).toContain("It looks like TypeORM's table of migrations.");
        expect(answered.up).toContain(`exclude: ["session"]`);
        expect(answered.up).not.toMatch(/todo\([^;]*\btable shop\b/);
        expect(answered.questions).toBe(3);
        for (const accept of ["drop", "all"] as const)
          expect(
            (await at(next, (session) => revised(session, { accept: [accept], dropped: ["mall.address"] }))).up,
          ).not.toContain("todo");

        // No to the drop of a table leaves out all that belongs to it, in both directions.
        await at(next, (session) =>
          revise(session, { ...AUTO, dryRun: false, revisionId: "bbbb", dropped: ["mall.address"] }),
        );
        const todos = await at(next, (session) => openTodos(session));
        const no = todos.map(({ id }) => ({ id, answer: "no" as const }));
        const { todos: open } = await at(next, (session) => resolveQuestions(session, undefined, { answers: no }));
        expect(open).toEqual([]);
        await at(next, (session) => upgrade(session));
        const left = await at(next, (session) => compare(session));
        expect(left.upgrade.flatMap(({ operations }) => operations.map(({ name, args }) => [name, args[0]]))).toEqual([
          ["dropTable", "history"],
          ["dropTable", "large"],
          ["dropTable", "session"],
          ["dropEnum", "mood"],
        ]);
        writeFileSync(join(folder, "cccc.ts"), BY_HAND);
        const known = await at(next, (session) => compare(session));
        expect(
          known.upgrade.flatMap(({ question }) => (question ? phraseQuestion(question).slice(0, 40) : [])),
        ).toEqual(["No model declares the table session, and"]);
      },
    ));

  test("a column with another name and another type is a question, with the candidates in comments", () =>
    withSite(
      [mall({ opened: { type: "date", nullable: true }, title: text })],
      "INSERT INTO mall VALUES (1, '2020-01-01', 'a')",
      async (at) => {
        const { up, questions } = await at(
          [mall({ title: text, rooms: { type: "integer", nullable: true }, blob: { type: "jsonb", nullable: true } })],
          (session) => revised(session),
        );
        expect(up).toMatch(
          /op\.todo\([\s\S]*op\.dropColumn\("mall", "opened"\);\n {2}\/\/ or: op\.renameColumn\("mall", "opened", "rooms"\)[^\n]*\n {2}\/\/ or: op\.renameColumn\("mall", "opened", "blob"\)/,
        );
        expect(questions).toBe(1);
      },
    ));
});

const BY_HAND = `/** By hand */
import type { Operations } from "typeorm-remodel";
export const revision = "cccc";
export const downRevision = "bbbb";
export function upgrade(op: Operations): void {
  op.sql('CREATE TABLE IF NOT EXISTS public."history" (id int)');
  op.createTable("large", { columns: [{ name: "id", type: "integer" }] });
}
export function downgrade(): void {}
`;

describe("what --accept takes", () => {
  const shop = (columns: Columns, uniques: readonly string[] = []) =>
    new EntitySchema({
      name: "shop",
      columns: { id: { type: "integer", primary: true }, ...columns },
      uniques: uniques.map((column) => ({ name: `UQ_${column}`, columns: [column] })),
    });

  test("only what needs no value and has no rows in the way; it says what is left and why", () =>
    withSite(
      [shop({ code: text, name: text, tag: text })],
      "INSERT INTO shop VALUES (1, 'a', NULL, 'x'), (2, 'a', 'b', 'y')",
      async (at) => {
        const next = [
          shop({ code: text, name: { type: "text" }, tag: { type: "text" }, floor: { type: "integer" } }, [
            "code",
            "tag",
          ]),
        ];
        const { up, comparison } = await at(next, (session) => revised(session, { accept: ["all"] }));
        const why = comparison?.unsure.map(({ text, why, open }) => [text.slice(0, 27), why, open]);
        expect([...why!].sort()).toEqual([
          ["shop gets the unique constr", "1 row is in the way.", true],
          ["shop.floor is required and ", "shop.floor needs a value in the existing rows.", true],
          ["shop.name becomes required.", "1 row is in the way.", true],
        ]);
        expect(up.match(/op\.todo\(/g)).toHaveLength(3);
        expect(up).toContain(`op.alterColumn("shop", "tag", { nullable: false });`);

        await at(next, (session) => revise(session, { ...AUTO, dryRun: false, revisionId: "bbbb" }));
        const { unsure, todos } = await at(next, (session) =>
          resolveQuestions(session, undefined, { accept: ["all"] }),
        );
        expect(unsure.map(({ why }) => why).sort()).toEqual(comparison?.unsure.map(({ why }) => why).sort());
        expect(countQuestions(todos)).toBe(3);
      },
    ));

  test("no expression that a person has to write, and it says what may fail on the way down", () =>
    withSite(
      [shop({ code: { type: "integer" }, tags: { type: "integer" }, gone: { type: "text" } })],
      "INSERT INTO shop VALUES (1, 2, 3, 'a')",
      async (at) => {
        const next = [shop({ code: { type: "uuid" }, tags: { type: "integer", array: true } })];
        const { up, comparison } = await at(next, (session) => revised(session, { accept: ["all"] }));
        expect(up.match(/op\.todo\(/g)).toHaveLength(1);
        expect(up).toContain(`op.alterColumn("shop", "code", { type: "uuid", using: "…" });`);
        expect(comparison?.unsure).toMatchObject([{ why: "shop.code needs an expression for `using`.", open: true }]);
        expect(comparison?.unsureBack.map(({ why, open }) => [why, open]).sort()).toEqual([
          ["In downgrade: shop.code needs an expression for `using`.", true],
          ["In downgrade: shop.gone needs a value in the existing rows.", false],
          ["In downgrade: shop.tags needs an expression for `using`.", true],
        ]);

        await at(next, (session) => revise(session, { ...AUTO, dryRun: false, revisionId: "bbbb" }));
        const { unsure, todos } = await at(next, (session) =>
          resolveQuestions(session, undefined, { accept: ["all"] }),
        );
        expect(unsure.filter(({ open }) => open)).toHaveLength(3);
        const [open] = todos;
        const yes = at(next, (session) =>
          resolveQuestions(session, undefined, { answers: [{ id: open!.id, answer: "yes" }] }),
        );
        await expect(yes).rejects.toThrow("shop.code needs an expression for `using`.");
      },
    ));

  test("rows are counted under the names of today", () =>
    withSite(
      [shop({ title: text }), entity("mall", { code: text })],
      "INSERT INTO shop VALUES (1, NULL), (2, NULL); INSERT INTO mall VALUES (1, NULL)",
      async (at) => {
        const next = [shop({ label: { type: "text" } }), entity("centre", { code: { type: "text" } })];
        const { comparison } = await at(next, (session) =>
          revised(session, {
            accept: ["constraint"],
            renamed: [
              { list: "columns", table: "shop", from: "title", to: "label" },
              { list: "tables", from: "mall", to: "centre" },
            ],
          }),
        );
        expect(comparison?.unsure.map(({ why }) => why)).toEqual(["1 row is in the way.", "2 rows are in the way."]);

        const renamed = [
          { list: "columns", table: "shop", from: "title", to: "label" },
          { list: "tables", from: "mall", to: "centre" },
        ] as const;
        await at(next, (session) => revise(session, { ...AUTO, renamed, dryRun: false, revisionId: "bbbb" }));
        const { unsure } = await at(next, (session) => resolveQuestions(session, undefined, { accept: ["all"] }));
        expect(unsure.map(({ why }) => why)).toEqual(["1 row is in the way.", "2 rows are in the way."]);
      },
    ));

  test("questions of downgrade alone are counted as all others", () =>
    withSite([shop({ code: { type: "varchar", length: 4 }, gone: { type: "text" } })], "", async (at) => {
      const next = [shop({ code: { type: "varchar", length: 8 } })];
      const { up, questions } = await at(next, (session) => revised(session, { dryRun: false, revisionId: "bbbb" }));
      expect(up).not.toContain("todo");
      expect(questions).toBe(2);
      await expect(at(next, (session) => upgrade(session))).rejects.toThrow("2 questions are still open");
    }));
});
