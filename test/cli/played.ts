import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client, QueryResult } from "pg";
import { expect } from "vitest";
import type { CliProject } from "./support.ts";

/** A fenced block, and what a comment before it says of it. */
const BLOCK = /(?:<!-- (\w+): (\S+) -->\n)?```(\w+)\n([\s\S]*?)```/g;
/** What other tests run, and what installs packages. */
const ELSEWHERE = ["npm ci", "npm start", "npm install typeorm-remodel", "npm install -D @electric-sql/pglite"];

/** Runs SQL that returns no rows. @returns what psql prints */
export async function runPsql(client: Client, sql: string): Promise<string> {
  const results: readonly QueryResult[] = [await client.query(sql)].flat();
  return results.map(describeResult).join("");
}

function describeResult({ command, rowCount, fields, rows }: QueryResult): string {
  if (command === "SELECT" && fields.length > 0)
    return drawRows(
      fields.map(({ name }) => name),
      rows.map(Object.values),
    );
  const words = command === "INSERT" ? [command, 0, rowCount] : [command, rowCount ?? "SCHEMA"];
  return `${words.join(" ")}\n`;
}

/** A table as psql draws it. Dates are shown as days. */
function drawRows(names: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const texts = rows.map((row) =>
    row.map((cell) => (cell instanceof Date ? cell.toLocaleDateString("sv") : String(cell ?? ""))),
  );
  const widths = names.map((name, at) => Math.max(name.length, ...texts.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    ` ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")}`.trimEnd();
  const rule = widths.map((width) => "-".repeat(width + 2)).join("+");
  const count = `(${rows.length} ${rows.length === 1 ? "row" : "rows"})`;
  return [line(names), rule, ...texts.map(line), count, "", ""].join("\n");
}

/** Runs SQL. @returns what psql prints */
export type Psql = (sql: string) => Promise<string>;

/**
 * Plays a page from top to bottom in one project: `file` writes a file, `edit` changes one, `cat` shows one, `answer`
 * deletes the questions of one, and what is behind `$` is run.
 * @param psql runs the SQL of `psql -c "…"`
 * @returns the page with what comes of it
 */
export async function playPage(page: string, project: CliProject, psql?: Psql): Promise<string> {
  return await replaced(page, BLOCK, (block) => playedBlock(project, block, psql));
}

async function playedBlock(
  project: CliProject,
  [all, directive, file = "", language, body = ""]: readonly string[],
  psql: Psql | undefined,
): Promise<string> {
  const read = () => readFileSync(join(project.folder, file), "utf8");
  if (directive === "file") project.write({ [file]: body });
  if (directive === "edit") project.write({ [file]: edited(read(), body) });
  if (directive === "answer") project.write({ [file]: answered(read()) });
  if (directive === "cat")
    return all!.replace(/(```\w+\n)[\s\S]*```$/, (_, fence: string) => `${fence}${read()}\`\`\``);
  if (language !== "console") return all!;
  const lines = body.split("\n").filter((line) => line.startsWith("$ "));
  const outputs: string[] = [];
  for (const line of lines) outputs.push(`${line}\n${await output(project, line.slice(2), psql)}`);
  return all!.replace(/(```\w+\n)[\s\S]*```$/, (_, fence: string) => `${fence}${outputs.join("")}\`\`\``);
}

/** What a terminal shows: progress, then the result; the database and every duration is the same. */
async function output(project: CliProject, line: string, psql: Psql | undefined): Promise<string> {
  if (ELSEWHERE.includes(line)) return "";
  const [, sql] = /^psql -c "(.*)"$/.exec(line) ?? [];
  if (sql !== undefined && psql !== undefined) return await psql(sql.replaceAll('\\"', '"'));
  const [, words] = /^(?:npx )?remodel (.*)$/.exec(line) ?? [];
  expect(words, `the README has a command that no test runs: ${line}`).toBeDefined();
  const args = [...words!.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
  const { stdout, stderr } = await project.run(...args);
  // On a busy machine a line every few seconds says how far a fleet is.
  const shown = stderr.replace(/^(?:State|Preflight|Wave \S+): [\d,]+ of .*\n/gm, "");
  return `${shown}${stdout}`
    .replace(/\b[\d.]+ m?s$/gm, "12 ms")
    .replace(/^Database: .*/gm, "Database: deployer@localhost:5432/malls");
}

/** Puts the lines with `+` where those with `-` are, between the lines that stay. */
function edited(text: string, diff: string): string {
  const side = (sign: string) =>
    diff
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith(sign))
      .map((line) => line.slice(1))
      .join("\n");
  expect(text).toContain(side("+"));
  return text.replace(side("+"), () => side("-"));
}

/** What a person does who takes every guess. */
function answered(text: string): string {
  return text.replace(/^ {2}op\.todo\((?:.*\);|\n(?: {4}.*\n)+ {2}\);)\n/gm, "").replace(/^ {2}\/\/.*\n/gm, "");
}

async function replaced(
  text: string,
  pattern: RegExp,
  by: (match: readonly string[]) => Promise<string>,
): Promise<string> {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(end, match.index), await by(match));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)].join("");
}
