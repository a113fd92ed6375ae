import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { answerQuestions, type Answer, openQuestions } from "../../src/revision/edit.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { compare } from "../../src/run/compare.ts";
import { revise } from "../../src/run/revise.ts";
import { upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/run/session.ts";
import { listRows } from "../support/observer.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { projectOf, type Side } from "./side.ts";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const CASES = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith("/revision.ts"))
  .map((file) => file.slice(0, -"/revision.ts".length))
  .filter((name) => readFileSync(join(ROOT, name, "revision.ts"), "utf8").includes("If not, keep the commented lines"))
  .sort();

test.each(CASES)("%s: no to every rename loses what the question says, and nothing else", (name) => {
  const path = (file: string) => join(ROOT, name, file);
  return withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      const [before, after] = (await Promise.all([import(path("before.ts")), import(path("after.ts"))])) as [Side, Side];
      const client = await connect(url);
      const at = async <Result>(side: Side, act: (session: Session) => Promise<Result>) => {
        const session = await testSession({ url, folder, ...projectOf(side) });
        return await act(session).finally(() => session.close());
      };
      try {
        await client.query(String(before["given"] ?? ""));
        await at(before, (session) => revise(session, { message: "Before", autogenerate: true, revisionId: "aaaa" }));
        await at(before, (session) => upgrade(session));
        if (existsSync(path("rows.sql"))) await client.query(readFileSync(path("rows.sql"), "utf8"));
        const rows = await listRows(client);

        const draft = readFileSync(path("revision.ts"), "utf8");
        const questions = openQuestions(draft, morph).filter(({ direction }) => direction === "upgrade");
        writeRevision(folder, "bbbb.ts", filled(answered(draft)));
        await at(after, (session) => upgrade(session));
        expect((await at(after, (session) => compare(session))).upgrade).toEqual([]);

        const left = await listRows(client);
        const lost = missing(rows, left);
        const said = questions.flatMap(({ text }) => text.match(/instead: (.*)$/)?.[1] ?? []);
        expect(said.length > 0 ? saidLosses(said).filter((one) => !lost.includes(one)) : []).toEqual([]);
        expect(counted(said)).toBe(lost.length);
        expect(common(left, rows)).toEqual(common(rows, left));
      } finally {
        await client.end();
      }
    }),
  );
});

/** No to the renames, yes to all else, until nothing is open. */
function answered(text: string): string {
  const answers = new Map<string, Answer>(
    openQuestions(text, morph).map(({ id, about }) => [id, about === "rename" ? "no" : "yes"]),
  );
  return answers.size === 0 ? text : answered(answerQuestions(text, answers, morph));
}

/** A required column that is new gets a value between the two lines that add it. */
function filled(text: string): string {
  return text.replace(
    /^( *)op\.alterColumn\((".*"), "(.*)", \{ nullable: false \}\);$/gm,
    (line, indent: string, table: string, column: string) => {
      const [, type = ""] = new RegExp(`op\\.addColumn\\(${table}, \\{ name: "${column}", type: "([a-z ]*)`).exec(text) ?? [];
      return type === "" ? line : `${indent}op.sql('UPDATE "${JSON.parse(table)}" SET "${column}" = ${valueOf(type)}');\n${line}`;
    },
  );
}

function valueOf(type: string): string {
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
  const tables = Object.entries(rows).filter(([table]) => others[table] !== undefined);
  return Object.fromEntries(
    tables.map(([table, list]) => {
      const columns = [...columnsOf(rows, table)].filter((column) => columnsOf(others, table).has(column));
      const texts = list.map((row) => JSON.stringify(columns.sort().map((column) => (row as Record<string, unknown>)[column])));
      return [table, texts.sort()];
    }),
  );
}

function saidLosses(said: readonly string[]): readonly string[] {
  return said.flatMap((text) => /^all rows of (\S+) are|^the values of (\S+) are/.exec(text)?.slice(1).filter(Boolean) ?? []);
}

function counted(said: readonly string[]): number {
  return said.reduce((sum, text) => sum + 1 + Number(/ And (\d+) more like that/.exec(text)?.[1] ?? 0), 0);
}
