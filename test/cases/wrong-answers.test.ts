import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { RemodelError } from "../../src/errors.ts";
import { phraseQuestion } from "../../src/kinds/question-text.ts";
import type { Answer } from "../../src/questions/answer.ts";
import { answerQuestions, openQuestions } from "../../src/questions/edit.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { withKeptDatabase } from "../support/kept-databases.ts";
import { listRows } from "../support/observer.ts";
import { newest } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { projectOf, type Side } from "./side.ts";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const CASES = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith("/revision.ts"))
  .map((file) => file.slice(0, -"/revision.ts".length))
  .sort();

const QUESTIONS = CASES.flatMap((name) => {
  const open = openQuestions(readFileSync(join(ROOT, name, "revision.ts"), "utf8"), morph);
  if (!open.some(({ live: [first = ""] }) => /^op\.(?:renameTable|renameColumn|moveToSchema)\(/.test(first))) return [];
  return open
    .filter(({ about, direction, ifNo }) => about === "rename" && direction === "upgrade" && ifNo.length > 0)
    .map(({ id, live, text }) => ({ name, id, text, line: live[0] ?? "" }));
});

test.each(QUESTIONS)("$name: no to $line loses what the question says, and nothing else", ({ name, id, text }) => {
  const path = (file: string) => join(ROOT, name, file);
  return withFolder((folder) =>
    withKeptDatabase(newest(), async ({ url, client }) => {
      const [before, after] = (await Promise.all([import(path("before.ts")), import(path("after.ts"))])) as [
        Side,
        Side,
      ];
      const at = async <Result>(side: Side, act: (session: Session) => Promise<Result>) => {
        const session = await testSession({ url, folder, ...projectOf(side) });
        return await act(session).finally(() => session.close());
      };
      await client.query(String(before["given"] ?? ""));
      await at(before, (session) => revise(session, { message: "Before", autogenerate: true, revisionId: "aaaa" }));
      await at(before, (session) => upgrade(session));
      if (existsSync(path("rows.sql"))) await client.query(readFileSync(path("rows.sql"), "utf8"));
      const { upgrade: changes } = await at(after, (session) => compare(session));
      const asked = changes.flatMap(({ question }) =>
        question !== undefined && phraseQuestion(question) === text ? question : [],
      );
      expect(asked).toHaveLength(1);
      const draft = readFileSync(path("revision.ts"), "utf8");
      const revision = filled(answered(draft, id));
      writeRevision(folder, "bbbb.ts", revision);
      let rows = await listRows(client);
      const refused = await at(after, (session) => upgrade(session)).catch((error: unknown) => error);
      if (refused instanceof RemodelError) {
        // PostgreSQL refuses what the rows do not allow, and then nothing is lost at all.
        expect(await listRows(client)).toEqual(rows);
        await client.query(outOfTheWay(refused, revision));
        rows = await listRows(client);
        await at(after, (session) => upgrade(session));
      }
      expect((await at(after, (session) => compare(session))).upgrade).toEqual([]);

      const [was, is] = [renamed(rows, revision), await listRows(client)];
      const loses = asked.flatMap((question) => (question.asks === "rename" ? question.loses : []));
      const lost = missing(was, is).filter((one) => !droppedAnyway(answered(draft, "")).includes(one));
      expect([...lost].sort()).toEqual(
        loses.map(({ table, name }) => (table === undefined ? name : `${table}.${name}`)).sort(),
      );
      const [kept, here] = [withoutCompleted(was, revision), withoutCompleted(is, revision)];
      expect(common(here, kept)).toEqual(common(kept, here));
    }),
  );
});

/** No to one question, yes to all else, until nothing is open. */
function answered(text: string, id: string): string {
  const answers = new Map<string, Answer>(
    openQuestions(text, morph).map((one) => [one.id, one.id === id ? "no" : "yes"]),
  );
  return answers.size === 0 ? text : answered(completed(answerQuestions(text, answers, morph)), id);
}

/** A change of type for which there is no cast gets an expression. */
function completed(text: string): string {
  return text.replace(
    /^( *op\..*type: "([a-z ]*)", using: )"…"/gm,
    (_, start: string, type: string) => `${start}"${sampleOf(type)}${COMPLETED}"`,
  );
}

const COMPLETED = " /* a person's */";

/** The rows without the columns whose values a person replaced. */
function withoutCompleted(rows: Rows, revision: string): Rows {
  const lines = upgradeOf(revision)
    .split("\n")
    .filter((line) => line.includes(COMPLETED));
  const columns = lines.map((line) => /alterColumn\("(\w+)", "(\w+)"/.exec(line)?.slice(1).join("."));
  return Object.fromEntries(
    Object.entries(rows).map(([table, list]) => {
      const isKept = ([column]: readonly [string, unknown]) => !columns.includes(`${table}.${column}`);
      return [table, list.map((row) => Object.fromEntries(Object.entries(row as object).filter(isKept)))];
    }),
  ) as Rows;
}

/** What a person may do with a table whose rows are in the way; the revision may have given it another name. */
function outOfTheWay(refused: RemodelError, revision: string): string {
  const { code = "", table } = refused.cause as pg.DatabaseError;
  const [, retyped] = /ALTER TABLE "(\w+)" ALTER COLUMN/.exec(refused.message) ?? [];
  const name = table ?? retyped;
  if (!["23503", "22P02"].includes(code) || name === undefined) throw refused;
  const [, old = name] = new RegExp(`op\\.renameTable\\("(\\w+)", "${name}"\\)`).exec(upgradeOf(revision)) ?? [];
  return `TRUNCATE "${old}" CASCADE`;
}

/** What the revision drops whatever is answered. */
function droppedAnyway(revision: string): readonly string[] {
  const calls = upgradeOf(revision).matchAll(/^ *op\.drop(?:Table|Column)\((.*)\);$/gm);
  return [...calls].map(([, list]) => (JSON.parse(`[${list}]`) as string[]).join("."));
}

function upgradeOf(revision: string): string {
  return revision.slice(0, revision.indexOf("export function downgrade"));
}

/** The rows under the names that the revision gives tables and columns. */
function renamed(rows: Rows, revision: string): Rows {
  const names: Record<string, unknown[]> = { ...rows };
  for (const [, call, list] of upgradeOf(revision).matchAll(
    /^ *op\.(renameTable|renameColumn|moveToSchema)\((.*)\);$/gm,
  )) {
    const [table, from, to] = JSON.parse(`[${list}]`) as [string, string, string];
    const target = call === "moveToSchema" ? `${from}.${table}` : from;
    const old = names[table] ?? [];
    delete names[table];
    if (call !== "renameColumn") names[target] = old;
    else
      names[table] = old.map((row) =>
        Object.fromEntries(
          Object.entries(row as object).map(([column, value]) => [column === from ? to : column, value]),
        ),
      );
  }
  return names as Rows;
}

/** A required column that is new gets a value between the two lines that add it. */
function filled(text: string): string {
  return text.replace(
    /^( *)op\.alterColumn\((".*"), "(.*)", \{ nullable: false \}\);$/gm,
    (line, indent: string, table: string, column: string) => {
      const [, type = ""] =
        new RegExp(`op\\.addColumn\\(${table}, \\{ name: "${column}", type: "([a-z ]*)`).exec(text) ?? [];
      return type === ""
        ? line
        : `${indent}op.sql('UPDATE "${JSON.parse(table)}" SET "${column}" = ${sampleOf(type)}');\n${line}`;
    },
  );
}

function sampleOf(type: string): string {
  if (/int|numeric|serial/.test(type)) return "0";
  return /date|time/.test(type) ? "now()" : `\\'x\\'`;
}

type Rows = Awaited<ReturnType<typeof listRows>>;

/** `table` and `table.column` that are no longer there. */
function missing(before: Rows, after: Rows): readonly string[] {
  return Object.keys(before).flatMap((table) => {
    if (after[table] === undefined) return [table];
    const has = columnsOf(after, table);
    return [...columnsOf(before, table)].filter((column) => !has.has(column)).map((column) => `${table}.${column}`);
  });
}

function columnsOf(rows: Rows, table: string): ReadonlySet<string> {
  return new Set((rows[table] ?? []).flatMap((row) => Object.keys(row as object)));
}

/** The rows of tables that both have, in the columns that both have. */
function common(rows: Rows, others: Rows): unknown {
  const tables = Object.entries(rows).filter(([table]) => others[table] !== undefined && table !== "typeorm_metadata");
  return Object.fromEntries(
    tables.map(([table, list]) => {
      const columns = [...columnsOf(rows, table)].filter((column) => columnsOf(others, table).has(column));
      const texts = list.map((row) =>
        JSON.stringify(columns.sort().map((column) => (row as Record<string, unknown>)[column])),
      );
      return [table, texts.sort()];
    }),
  );
}
