import { readAllNames } from "../kinds/expression-names.ts";
import { readReferences } from "../kinds/query-references.ts";
import type { Change } from "../schema/operation.ts";
import type { Schema, Table } from "../schema/schema.ts";
import { bareName, id, parseName, path } from "../sql.ts";
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
  const concerned = new Set(renames.map(({ table, from }) => table ?? from));
  const renamed = tables.filter(({ name }) => concerned.has(name));
  if (renamed.length === 0) return "";
  const relations = new Set(readReferences(query).relations.map(({ name }) => name));
  const names = readAllNames(query);
  const used = inOrder(
    renamed.flatMap((table) => listRenamed(table, renames, names)).filter(({ to }) => relations.has(bareName(to))),
  );
  if (used.length === 0) return "";
  return `WITH ${used.map(({ from, to, select }) => `${path(to)} AS (SELECT ${select} FROM ${path(from)})`).join(", ")} `;
}

/** A name with a schema cannot be defined by `WITH`. */
function listRenamed(table: Table, renames: readonly Rename[], used: ReadonlySet<string>): readonly Renamed[] {
  const to = nameAfter(renames, "tables", table.name);
  const all = renames.filter((one) => one.list === "columns" && one.table === table.name);
  const columns = all.some((one) => used.has(one.to)) ? all : [];
  const inSchema = [table.name, to].some((name) => parseName(name).schema !== undefined);
  if (inSchema || (to === table.name && columns.length === 0)) return [];
  return [{ from: table.name, to, select: selection(table, columns) }];
}

function selection({ columns }: Table, renamed: readonly Rename[]): string {
  const names = columns.map(({ name }) => name);
  const newNames = renamed.map(({ from, to }) => `${id(from)} AS ${id(to)}`);
  if (!renamed.some(({ to }) => names.includes(to))) return ["*", ...newNames].join(", ");
  const others = names.filter((name) => renamed.every(({ from }) => from !== name));
  return [...others.map(id), ...newNames].join(", ");
}

/**
 * Sorts definitions of a `WITH` clause. Each hides the table of its name from later ones, so those that read that table
 * come first. Where names change in a circle, no order is right, and there is no clause.
 */
function inOrder(renamed: readonly Renamed[]): readonly Renamed[] {
  const waiting = [...renamed];
  const sorted: Renamed[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex((one) => waiting.every((other) => other === one || other.from !== one.to));
    if (free < 0) return [];
    sorted.push(...waiting.splice(free, 1));
  }
  return sorted;
}
