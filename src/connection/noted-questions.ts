import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Asked, DatabaseQuestion, NotedAnswer, Notes, TextRows } from "../database.ts";
import { dropUndefined } from "../given.ts";
import type { Connection } from "./connect.ts";

/** Matches statements that ask nothing. */
const ASKS_NOTHING = /^(?:BEGIN|ROLLBACK|COMMIT|SAVEPOINT|SET LOCAL|SELECT pg_catalog\.set_config\()/;

/** Lets a connection note what it is asked. A text that is sent and not noted makes the notes useless, so none is missed. */
export function noteQuestions(connection: Connection): Connection {
  let page: Page | undefined;
  const send = async <Result>(sql: string, work: () => Promise<Result>): Promise<Result> => {
    if (page !== undefined && !asksNothing(sql)) page.sent.add(sql);
    return await work();
  };
  return {
    ...connection,
    query: (sql, values) => send(sql, () => connection.query(sql, values)),
    read: (sql) => send(sql, () => connection.read(sql)),
    readOne: (sql) => send(sql, () => connection.readOne(sql)),
    note: (...asked) => page?.add(asked),
    startNotes: () => {
      const own = createPage();
      page = own;
      return () => {
        page = undefined;
        return own.notes();
      };
    },
  };
}

/** The notes of one command. */
interface Page {
  /** Texts that were sent and are not noted yet. */
  readonly sent: Set<string>;
  readonly add: (asked: readonly Asked[]) => void;
  readonly notes: () => Notes;
}

function createPage(): Page {
  const sent = new Set<string>();
  const noted = new Map<string, NotedAnswer>();
  let problem: string | undefined;
  const addOne = ({ answer, ...question }: Asked) => {
    const key = JSON.stringify(question);
    const one = { question, answer: hashAnswer(question, answer) };
    if (!isDeepStrictEqual(noted.get(key) ?? one, one)) problem = "an answer changed during the command";
    noted.set(key, one);
    for (const text of sent) if (partsOf(question).some((part) => text.includes(part))) sent.delete(text);
  };
  return {
    sent,
    add: (asked) => asked.forEach(addOne),
    notes: () => {
      const [first] = sent;
      const why = problem ?? (first === undefined ? undefined : "a question is not one that can be asked again");
      return { noted: [...noted.values()], ...dropUndefined({ problem: why }) };
    },
  };
}

function partsOf({ sql, create = [] }: DatabaseQuestion): readonly string[] {
  return [sql, ...create];
}

function asksNothing(sql: string): boolean {
  return sql.split(";").every((statement) => ASKS_NOTHING.test(statement.trim()));
}

/** The hash of an answer. That of many rows is the same that the server computes with {@link hashedSql}. */
export function hashAnswer({ how }: DatabaseQuestion, answer: unknown): string {
  if (how === "text" || how === "printed") return hashRows(answer as TextRows);
  return createHash("sha256").update(JSON.stringify(answer)).digest("hex");
}

function hashRows(rows: TextRows): string {
  if (rows.length === 0) return "";
  const hash = createHash("sha256");
  for (const [at, row] of rows.entries()) hash.update(`${at === 0 ? "" : "\n"}(${row.map(fieldOf).join(",")})`);
  return hash.digest("hex");
}

/** A value in the text of a row, as PostgreSQL writes it. */
function fieldOf(value: string | null): string {
  if (value === null) return "";
  if (value !== "" && !/[",()\\ \t\n\r\v\f]/.test(value)) return value;
  return `"${value.replace(/["\\]/g, "$&$&")}"`;
}

/** The query of the hash of what a query returns. */
export function hashedSql(sql: string): string {
  const rows = "pg_catalog.string_agg(remodel_row::pg_catalog.text, E'\\n')";
  return `SELECT coalesce(pg_catalog.encode(pg_catalog.sha256(pg_catalog.textsend(${rows})), 'hex'), '') AS hash FROM (${sql}\n) remodel_row`;
}
