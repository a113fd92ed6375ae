import { collect } from "../collect.ts";
import type { Connection } from "../connection/connect.ts";
import { hashAnswer, hashedSql } from "../connection/noted-questions.ts";
import {
  ask,
  type DatabaseQuestion,
  type NotedAnswer,
  OWN_PATH,
  OWN_SETTINGS,
  setLocalSql,
  type TextRows,
} from "../database.ts";
import { isSqlState, readError } from "../errors.ts";
import { probeSettings, readProbe } from "./probe.ts";

/**
 * Asks questions again, and compares the answers: those about the catalog in one snapshot and one round trip, for which
 * the server sends a hash of each answer. What has the text of models goes second: what the server would call for it is
 * known only then, so it is not asked if another answer than a print is not the same.
 * @param connection the connection, in no transaction
 * @param noted the questions, and the answers that are expected
 * @returns the questions with other answers, or the error of the server instead of one
 */
export async function findOtherAnswers(
  connection: Connection,
  noted: readonly NotedAnswer[],
): Promise<readonly DatabaseQuestion[]> {
  const others: DatabaseQuestion[] = [];
  try {
    for (const ask of [askWithValues, askCatalog, askInProbe]) {
      others.push(...(await ask(connection, noted)));
      if (others.some(({ how }) => how !== "print")) break;
    }
    return others;
  } catch (error) {
    const { code, message } = readError(error);
    if (!isSqlState(code)) throw error;
    return [{ how: "own", sql: message }];
  } finally {
    if (connection.inTransaction?.()) await connection.query("ROLLBACK");
  }
}

/** Values come from tables that other roles may write, so they are sent as parameters. */
async function askWithValues(
  connection: Connection,
  noted: readonly NotedAnswer[],
): Promise<readonly DatabaseQuestion[]> {
  for (const { question, answer } of noted) {
    if (question.values === undefined) continue;
    if (hashAnswer(question, await ask(connection, question.sql, question.values)) !== answer) return [question];
  }
  return [];
}

/** A statement, and the question that it answers, if it is one. */
interface Line {
  readonly sql: string;
  readonly answers?: NotedAnswer;
}

async function askCatalog(connection: Connection, noted: readonly NotedAnswer[]): Promise<readonly DatabaseQuestion[]> {
  const lines = catalogLines(noted);
  const results = await connection.queryAll(lines.map(({ sql }) => sql).join(";\n"));
  if (results.length !== lines.length) return noted.map(({ question }) => question);
  return findOthers(lines, (at, { how }) => {
    const rows = results[at] ?? [];
    return how === "text" || how === "printed" ? String(rows[0]?.["hash"]) : hashAnswer({ how, sql: "" }, rows);
  });
}

function catalogLines(noted: readonly NotedAnswer[]): readonly Line[] {
  const those = (how: DatabaseQuestion["how"]) => noted.filter(({ question }) => question.how === how);
  const own = those("own").filter(({ question }) => question.values === undefined);
  const asIs = (one: NotedAnswer): Line => ({ sql: one.question.sql, answers: one });
  const cursors = new Map([...those("text"), ...those("printed")].map((one, at) => [one, `remodel_${at}`]));
  const fetched = (one: NotedAnswer): Line => ({ sql: `FETCH ALL FROM ${cursors.get(one)}`, answers: one });
  return [
    { sql: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" },
    ...those("first").map(asIs),
    { sql: OWN_SETTINGS },
    { sql: setLocalSql({ ...OWN_PATH, cursor_tuple_fraction: "1" }) },
    ...those("print").map(asIs),
    ...own.map(asIs),
    ...[...cursors].map(([{ question }, name]) => ({
      sql: `DECLARE ${name} NO SCROLL CURSOR FOR ${hashedSql(question.sql)}`,
    })),
    ...those("text").map(fetched),
    ...listPaths(noted).map((sql) => ({ sql })),
    ...those("printed").map(fetched),
    { sql: "ROLLBACK" },
  ];
}

/** The statements that set the search path of the project: one, if anything depends on it. */
function listPaths(noted: readonly NotedAnswer[]): readonly string[] {
  return [...new Set(noted.flatMap(({ question: { path } }) => path ?? []))];
}

/** The server has read each of these texts as one statement before, under the same settings. So it is still one. */
async function askInProbe(connection: Connection, noted: readonly NotedAnswer[]): Promise<readonly DatabaseQuestion[]> {
  const planned = noted.filter(({ question }) => question.how === "planned");
  const probed = noted.filter(({ question }) => question.how === "probed");
  if (planned.length + probed.length === 0) return [];
  const lines: readonly Line[] = [
    { sql: `BEGIN ${probed.length === 0 ? "READ ONLY" : "READ WRITE"}` },
    ...listPaths(noted).flatMap((path) => probeSettings(path).map((sql) => ({ sql }))),
    ...planned.map((one) => ({ sql: one.question.sql, answers: one })),
    ...probed.flatMap(probeLines),
    { sql: "ROLLBACK" },
  ];
  const results = await connection.read(lines.map(({ sql }) => sql).join("\n;\n"));
  if (results.length !== lines.length) return [...planned, ...probed].map(({ question }) => question);
  return findOthers(lines, (at, { how }) => {
    const rows: TextRows = results[at] ?? [];
    return hashAnswer({ how, sql: "" }, how === "probed" ? readProbe(rows) : rows);
  });
}

function probeLines(one: NotedAnswer): readonly Line[] {
  const { sql, create = [] } = one.question;
  return [...create.map((text) => ({ sql: text })), { sql, answers: one }, { sql: "ROLLBACK TO SAVEPOINT remodel" }];
}

function findOthers(
  lines: readonly Line[],
  hash: (at: number, question: DatabaseQuestion) => string,
): readonly DatabaseQuestion[] {
  return lines.flatMap(({ answers }, at) =>
    collect(answers !== undefined && hash(at, answers.question) !== answers.answer && answers.question),
  );
}
