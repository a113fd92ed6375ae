import { readdirSync, readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { findInvalid, type JsonSchema } from "./json-schema.ts";

const FOLDER = fileURLToPath(new URL("../../docs/schemas/", import.meta.url));

/** The schema of a file in `docs/schemas/`. */
export function readSchema(name: string): JsonSchema {
  return JSON.parse(readFileSync(`${FOLDER}${name}.json`, "utf8"));
}

const schemas = new Map<string, JsonSchema>();
for (const file of readdirSync(FOLDER)) {
  const name = file.replace(/\.json$/, "");
  schemas.set(name, readSchema(name));
}

/** The names of the commands that have a schema, such as `upgrade` and `fleet-upgrade`. */
export const SCHEMA_NAMES: readonly string[] = [...schemas.keys()].filter((one) => !["error", "config"].includes(one));

/**
 * Finds what is wrong with what a command printed: each document has to be as the schema of the command, or that of errors,
 * says.
 * @param args what was typed after `remodel`
 */
export function findInvalidOutput(args: readonly string[], stdout: string): readonly string[] {
  if (!args.includes("--json") || args.some((word) => ["--help", "-h"].includes(word))) return [];
  // `watch` prints one at every save.
  return stdout.split(/(?<=^\})\n(?=\{)/m).flatMap((text) => {
    const data: unknown = JSON.parse(text);
    const name = Object.hasOwn(Object(data), "error") ? "error" : nameCommand(args);
    const schema = schemas.get(name);
    if (schema === undefined) return [`${name} has no schema`];
    return [...findInvalid(data, schema), ...findRelative(data), ...findForeign(data)];
  });
}

/** What `review` finds has files that are relative to the root of git, as the tools expect that show them in the code. */
const WITHIN_GIT: ReadonlySet<string> = new Set(["findings", "openQuestions"]);

/** What is found has to be the same text on every machine: it is compared, and sent to others. */
function findForeign(data: unknown): readonly string[] {
  const found = [...WITHIN_GIT].map((key) => JSON.stringify(Object(data)[key] ?? []));
  const paths = found.flatMap((text) => text.match(/(?<![\w.])\/[\w./-]+\.[cm]?[jt]s:\d+/g) ?? []);
  return paths.map((path) => `a text names the absolute path ${path}`);
}

/** A program that reads where a file is may run elsewhere. `""` is no file. */
function findRelative(data: unknown): readonly string[] {
  return Object.entries(Object(data)).flatMap(([key, value]) => {
    if (WITHIN_GIT.has(key)) return [];
    if (typeof value === "object") return findRelative(value);
    const isPath = ["file", "folder"].includes(key) && typeof value === "string" && value !== "";
    return isPath && !isAbsolute(value) ? [`${key} is relative: ${value}`] : [];
  });
}

/** The command is the first word that is one: an option may come before it. */
function nameCommand(args: readonly string[]): string {
  if (args.includes("fleet"))
    return `fleet-${args.slice(args.indexOf("fleet")).find((one) => schemas.has(`fleet-${one}`))}`;
  return args.find((one) => schemas.has(one)) ?? "";
}
