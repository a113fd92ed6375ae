import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { Connection } from "../connection/connect.ts";
import { ask, type Row } from "../database.ts";
import { RemodelError, readError } from "../errors.ts";
import type { TenantRecord, TenantSource } from "../fleet-config.ts";
import { parseJson } from "../json.ts";
import { awaitCode } from "../load/awaited.ts";
import { maskSecrets } from "../printable.ts";
import { matchesGlob } from "./patterns.ts";

/** What reading an inventory needs besides its source. */
export interface SourceContext {
  /** What the name of a file is relative to, and where a command is run. */
  readonly configFolder: string;
  /**
   * Calls a function with a connection, which is closed afterwards.
   * @param url another database than the project's own
   */
  readonly withConnection: <Result>(body: (connection: Connection) => Promise<Result>, url?: string) => Promise<Result>;
}

type Globs = string | readonly string[];

/** The most that a command may print. */
const MOST_BYTES = 2 ** 28;

const DATABASES =
  "SELECT datname::text AS name FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname";
const SCHEMAS =
  "SELECT nspname::text AS name FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)' ORDER BY nspname";

/**
 * Reads the tenants of an inventory as they are written.
 * @throws RemodelError `FLEET_INVALID`; no message contains a value of the inventory, which may be a password
 */
export async function readRecords(source: TenantSource, context: SourceContext): Promise<readonly unknown[]> {
  if (typeof source === "string") return readRecordFile(resolve(context.configFolder, source));
  if (typeof source === "function") return await awaitCode("fleet.tenants", runFunction(source));
  if ("command" in source) return await runCommand(source.command, context.configFolder);
  if ("query" in source) return await queryRecords(source, context);
  const { schemas, databases }: { schemas?: Globs; databases?: Globs } = Object(source);
  if (schemas !== undefined) return await findSchemas([schemas].flat(), context);
  if (databases !== undefined) return await findDatabases([databases].flat(), context);
  return Object.values(source);
}

/**
 * The place of a tenant that does not exist yet, where the inventory lists what exists: a schema or a database whose name
 * one of the patterns matches.
 * @returns nothing if the inventory does not name such a tenant
 */
export function describeNewRecord(source: TenantSource, name: string): TenantRecord | undefined {
  const { schemas, databases }: { schemas?: Globs; databases?: Globs } = Object(source);
  const matches = (globs: Globs = []) => [globs].flat().some((glob) => matchesGlob(glob, name));
  if (Array.isArray(source)) return undefined;
  if (matches(schemas)) return { name, schema: name };
  if (!matches(databases)) return undefined;
  return { name, database: name };
}

function readRecordFile(file: string): readonly unknown[] {
  const text = readText(file);
  if (/\.csv$/i.test(file)) return parseCsv(text, file);
  return readList(parseJson(text), file);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new RemodelError("FLEET_INVALID", `${file} cannot be read: ${readError(cause).code ?? "unknown error"}.`, {
      hint: "Check fleet.tenants of the configuration. The file is relative to the configuration.",
      cause,
    });
  }
}

/** A list of tenants, or an object that has it as `tenants`. */
function readList(value: unknown, from: string): readonly unknown[] {
  const list: unknown = Array.isArray(value) ? value : Object(value).tenants;
  if (Array.isArray(list)) return list;
  throw new RemodelError("FLEET_INVALID", `${from} is not a list of tenants in JSON.`, {
    hint: 'Write a list: [{ "name": "mall-1", "host": "db1", "database": "mall_1" }]',
  });
}

/** Parses a CSV file whose first line has the names of the columns. An empty field is no value. */
function parseCsv(text: string, file: string): readonly unknown[] {
  const { parse }: { parse(text: string, options: object): readonly TenantRecord[] } = createRequire(import.meta.url)(
    "csv-parse/sync",
  );
  try {
    const rows = parse(text, { columns: true, trim: true, skip_empty_lines: true });
    return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== "")));
  } catch (cause) {
    const { code = "not CSV", lines }: { code?: string; lines?: number } = Object(cause);
    throw new RemodelError("FLEET_INVALID", `${file}:${lines ?? 1}: the line cannot be read (${code}).`, {
      hint: "The first line names the columns. Put a value with a comma, a quote or a line break in double quotes.",
    });
  }
}

async function runFunction(read: Extract<TenantSource, (...args: never) => unknown>): Promise<readonly unknown[]> {
  try {
    const found: unknown = await read();
    if (!isIterable(found)) throw new TypeError("it returns neither a list nor a generator");
    const records: unknown[] = [];
    for await (const record of found) records.push(record);
    return records;
  } catch (cause) {
    throw new RemodelError("FLEET_INVALID", `fleet.tenants failed: ${maskSecrets(readError(cause).message)}`, {
      hint: "Correct the function in the configuration.",
      cause,
    });
  }
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** What the program prints to stderr is not shown: it may contain a secret. Nor are its arguments. */
async function runCommand([program = "", ...args]: readonly string[], cwd: string): Promise<readonly unknown[]> {
  const stdout = await new Promise<string>((settle, reject) => {
    execFile(program, args, { cwd, maxBuffer: MOST_BYTES, windowsHide: true }, (error, output) => {
      if (error === null) settle(output);
      else reject(commandError(program, error));
    });
  });
  return readList(parseJson(stdout), `What ${program} prints`);
}

function commandError(program: string, { code, signal }: { code?: unknown; signal?: unknown }): RemodelError {
  const why = typeof code === "number" ? `exit code ${code}` : String(signal ?? code ?? "unknown error");
  return new RemodelError("FLEET_INVALID", `The command ${program}, which lists the tenants, failed: ${why}.`, {
    hint: "Run the command by itself to see what it says.",
  });
}

/** Runs a query of the user's own, so under the search path of the connection, and reads only. */
async function queryRecords(
  source: Extract<TenantSource, { readonly query: string }>,
  { withConnection }: SourceContext,
): Promise<readonly unknown[]> {
  const { query, url } = source;
  if ("url" in source && !url)
    throw new RemodelError("FLEET_INVALID", "The url of the control database in fleet.tenants is not set.", {
      hint: "Set the environment variable that it comes from. Or leave out url, then the query runs on the project's database.",
    });
  return await withConnection(async (connection): Promise<readonly Row[]> => {
    await connection.query("BEGIN READ ONLY");
    return await connection.query(query).catch((cause: unknown) => {
      throw new RemodelError(
        "FLEET_INVALID",
        `The query of fleet.tenants failed: ${maskSecrets(readError(cause).message)}`,
        {
          hint: "The query runs in a read-only transaction. Try it in psql.",
          cause,
        },
      );
    });
  }, url);
}

async function findSchemas(globs: readonly string[], { withConnection }: SourceContext): Promise<readonly unknown[]> {
  const names = await withConnection(async (db) => await ask<{ name: string }>(db, SCHEMAS));
  return names
    .filter(({ name }) => globs.some((glob) => matchesGlob(glob, name)))
    .map(({ name }) => ({ name, schema: name }));
}

async function findDatabases(globs: readonly string[], { withConnection }: SourceContext): Promise<readonly unknown[]> {
  const names = await withConnection(async (db) => await ask<{ name: string }>(db, DATABASES));
  return names
    .filter(({ name }) => globs.some((glob) => matchesGlob(glob, name)))
    .map(({ name }) => ({ name, database: name }));
}
