import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Accept } from "../compare/accept.ts";
import type { CompareOptions } from "../compare/compare.ts";
import type { RenameAnswers } from "../diff/rename-candidates.ts";
import type { Rename } from "../diff/renames.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import type { Args } from "./args.ts";

const ACCEPTS: Readonly<Record<string, Accept>> = {
  renames: "rename",
  constraints: "constraint",
  types: "type",
  enums: "enum",
  drops: "drop",
  all: "all",
};

/** The values of `--accept`. */
export const ACCEPT_CHOICES = Object.keys(ACCEPTS);

/** Answers from options or from a file. */
interface Written {
  readonly rename: readonly (readonly [from: string, to: string])[];
  readonly noRename: readonly string[];
  readonly accept: readonly string[];
}

/**
 * Reads `--rename`, `--no-rename`, `--accept`, and the file of `--answers`.
 * @param folder what the file's name is relative to
 * @throws RemodelError `USAGE` for an answer that cannot be read, or that contradicts another one
 */
export function readAnswers(args: Args, folder: string): Pick<CompareOptions, "accept"> & RenameAnswers {
  const flags: Written = { rename: texts(args, "rename").map(pair), noRename: texts(args, "noRename"), accept: [] };
  const file = args["answers"] === undefined ? undefined : readFile(resolve(folder, String(args["answers"])));
  const { rename = [], noRename = [], accept = [] } = file ?? {};
  const given = [...flags.rename, ...rename];
  const renamed = given
    .filter(([from, to], at) => given.findIndex((one) => one[0] === from && one[1] === to) === at)
    .map(([from, to]) => renameOf(from, to));
  const dropped = [...new Set([...flags.noRename, ...noRename])];
  refuseContradictions(renamed, dropped);
  return { renamed, dropped, accept: [...readAccept(args), ...accept.map((text) => ACCEPTS[text]!)] };
}

/**
 * Reads `--rename` alone.
 * @throws RemodelError `USAGE` for an answer that cannot be read, or that contradicts another one
 */
export function readRenames(args: Args): readonly Rename[] {
  const renamed = texts(args, "rename")
    .map(pair)
    .map(([from, to]) => renameOf(from, to));
  refuseContradictions(renamed, []);
  return renamed;
}

/** Reads `--accept`. */
export function readAccept(args: Args): readonly Accept[] {
  return texts(args, "accept").map((text) => ACCEPTS[text]!);
}

function texts(args: Args, name: string): readonly string[] {
  return ((args[name] as string[] | undefined) ?? []).map(String);
}

function refuseContradictions(renamed: readonly Rename[], dropped: readonly string[]): void {
  const full = ({ table }: Rename, name: string) => (table === undefined ? name : `${table}.${name}`);
  for (const one of renamed) {
    const alike = renamed.filter((other) => other !== one && other.list === one.list && other.table === one.table);
    if (dropped.includes(full(one, one.from)) || alike.some(({ from }) => from === one.from))
      throw new RemodelError("USAGE", `There are two answers for ${full(one, one.from)}.`, {
        hint: "Give either --rename or --no-rename, once.",
      });
    if (alike.some(({ to }) => to === one.to))
      throw new RemodelError("USAGE", `Two columns or tables cannot both be renamed to ${full(one, one.to)}.`, {
        hint: "Give --rename for one of them, and --no-rename for the other.",
      });
  }
}

function pair(text: string): readonly [string, string] {
  const [from, to, ...rest] = text.split("=");
  if (from && to && rest.length === 0) return [from, to];
  throw new RemodelError("USAGE", `--rename ${text} cannot be read.`, {
    hint: "Write --rename table.column=newname, or --rename table=newname.",
  });
}

/** Reads `mall.title` and `name` as a column, and `store` and `shop` as a table. A schema is written before the table. */
function renameOf(from: string, to: string): Rename {
  const at = from.lastIndexOf(".");
  if (at < 0 || to.includes(".")) return { list: "tables", from, to };
  return { list: "columns", table: from.slice(0, at), from: from.slice(at + 1), to };
}

const HINT = 'Write { "rename": { "mall.title": "name" }, "noRename": ["mall.code"], "accept": ["renames"] }.';

function readFile(path: string): Written {
  const wrong = (text: string, cause?: unknown) =>
    new RemodelError("USAGE", `${path}: ${text}`, { hint: HINT, ...dropUndefined({ cause }) });
  const value = parsed(path, wrong);
  const { rename = {}, noRename = [], accept = [], ...others } = value;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw wrong(`there is no answer "${unknown}".`);
  if (!isObject(rename) || !Object.entries(rename).every((one) => one.every((name) => isText(name))))
    throw wrong('"rename" must be an object of old and new names.');
  if (!Array.isArray(noRename) || !noRename.every(isText)) throw wrong('"noRename" must be a list of names.');
  if (!Array.isArray(accept) || !accept.every((text) => isText(text) && Object.hasOwn(ACCEPTS, text)))
    throw wrong(`"accept" must be a list of ${ACCEPT_CHOICES.join(", ")}.`);
  return { rename: Object.entries(rename as Record<string, string>), noRename, accept };
}

function parsed(path: string, wrong: (text: string, cause?: unknown) => RemodelError): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw wrong(cause instanceof SyntaxError ? "is not JSON." : "cannot be read.", cause);
  }
  if (!isObject(value)) throw wrong("must contain an object.");
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
