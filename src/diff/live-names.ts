import type { Change } from "../schema/operation.ts";
import type { Schema, Table } from "../schema/schema.ts";
import { id, parseName } from "../sql.ts";
import { nameAfter, type Rename } from "./renames.ts";

/**
 * A change whose query can be run before the revision, when everything still has its old name: it begins with a `WITH`
 * clause that gives renamed tables, and tables with renamed columns, their new names.
 * @param before the schema as it is, in its own names
 * @param renames what has another name by the time of the change
 */
export function askInLiveNames(change: Change, before: Schema, renames: readonly Rename[]): Change {
  const { question } = change;
  if (question?.query === undefined) return change;
  return {
    ...change,
    question: { ...question, query: `${clauseFor(question.query, before, renames)}${question.query}` },
  };
}

interface Renamed {
  readonly from: string;
  readonly to: string;
  readonly select: string;
}

function clauseFor(query: string, { tables = [] }: Schema, renames: readonly Rename[]): string {
  const isUsed = (name: string) => query.includes(id(name));
  const concerned = new Set(renames.map(({ table, from }) => table ?? from));
  const used = inOrder(
    tables
      .filter(({ name }) => concerned.has(name))
      .flatMap((table) => renamedTable(table, renames, isUsed))
      .filter(({ to }) => isUsed(to)),
  );
  if (used.length === 0) return "";
  return `WITH ${used.map(({ from, to, select }) => `${id(to)} AS (SELECT ${select} FROM ${id(from)})`).join(", ")} `;
}

/** A name with a schema cannot be defined by `WITH`. */
function renamedTable(table: Table, renames: readonly Rename[], isUsed: (name: string) => boolean): readonly Renamed[] {
  const to = nameAfter(renames, "tables", table.name);
  const all = renames.filter((one) => one.list === "columns" && one.table === table.name);
  const columns = all.some((one) => isUsed(one.to)) ? all : [];
  const inSchema = [table.name, to].some((name) => parseName(name).schema !== undefined);
  if (inSchema || (to === table.name && columns.length === 0)) return [];
  return [{ from: table.name, to, select: selection(table, columns) }];
}

function selection({ columns }: Table, renamed: readonly Rename[]): string {
  const taken = renamed.some(({ to }) => columns.some(({ name }) => name === to));
  const list = taken
    ? columns.map(({ name }) => name).filter((name) => renamed.every(({ from }) => from !== name))
    : [];
  const own = taken ? list.map(id) : ["*"];
  return [...own, ...renamed.map(({ from, to }) => `${id(from)} AS ${id(to)}`)].join(", ");
}

/** A clause hides the table of its name from those behind it, which so come first; none can where names go in a circle. */
function inOrder(renamed: readonly Renamed[]): readonly Renamed[] {
  const waiting = [...renamed];
  const inLine: Renamed[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex((one) => waiting.every((other) => other === one || other.from !== one.to));
    if (free < 0) return [];
    inLine.push(...waiting.splice(free, 1));
  }
  return inLine;
}
