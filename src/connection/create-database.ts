import { RemodelError, readError } from "../errors.ts";
import type { Loader } from "../load/load.ts";
import { id } from "../sql.ts";
import { buildClientConfig, enterDatabase } from "./address.ts";
import { connect } from "./connect.ts";
import type { ConnectionTarget } from "./connection-target.ts";
import { loadPg } from "./driver.ts";

/** The databases to connect to while another one is created; the first may be missing. */
const MAINTENANCE = ["postgres", "template1"];
/** Only an embedded database is relative to a folder. */
const HERE = ".";
/** PostgreSQL's code for a database that does not exist. */
const MISSING = "3D000";
/** PostgreSQL's codes for a database that exists already; the second one if another session creates it at the same moment. */
const EXISTS = ["42P04", "23505"];

/** Whether a connection failed because its database does not exist. */
export function isDatabaseMissing(error: unknown): boolean {
  const { cause }: { readonly cause?: unknown } = Object(error);
  return readError(cause).code === MISSING;
}

/**
 * Creates the database that a target names, with the encoding and the locale of its server.
 * @param target names the database
 * @returns its name; `undefined` if it exists by now, as when another session has created it
 * @throws RemodelError `DATABASE_FORBIDDEN`, `DATABASE_FAILED`, and what `connect` throws
 */
export async function createDatabase(target: ConnectionTarget, loader: Loader): Promise<string | undefined> {
  const { database: name } = loadPg(loader)(buildClientConfig(target));
  if (name === undefined)
    throw new RemodelError("CONFIG_INVALID", "No database is named.", {
      hint: "Name it: --url postgres://user@host/database",
    });
  const connection = await connectForMaintenance(target, loader);
  try {
    await connection.query(`CREATE DATABASE ${id(name)}`);
    return name;
  } catch (cause) {
    if (EXISTS.includes(readError(cause).code ?? "")) return undefined;
    throw createError(name, cause);
  } finally {
    await connection.close();
  }
}

async function connectForMaintenance(target: ConnectionTarget, loader: Loader) {
  const [usual = "", other = ""] = MAINTENANCE;
  try {
    return await connect(enterDatabase(target, usual), loader, HERE, { endsAtSignal: true });
  } catch (error) {
    if (!isDatabaseMissing(error)) throw error;
    return await connect(enterDatabase(target, other), loader, HERE, { endsAtSignal: true });
  }
}

function createError(name: string, cause: unknown): RemodelError {
  const { code, message } = readError(cause);
  return new RemodelError(
    code === "42501" ? "DATABASE_FORBIDDEN" : "DATABASE_FAILED",
    `The database ${name} could not be created: ${message}`,
    { hint: `The role needs CREATEDB. Or let another role run: CREATE DATABASE ${id(name)}`, cause },
  );
}
