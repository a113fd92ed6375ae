import { randomBytes } from "node:crypto";
import { enterDatabase } from "../connection/address.ts";
import { type Connection, type ConnectionTarget, connect } from "../connection/connect.ts";
import { ask, type Database } from "../database.ts";
import { RemodelError, readError } from "../errors.ts";
import type { Loader } from "../load/load.ts";
import { id, literal } from "../sql.ts";

/** A throwaway database on a server, until it is dropped. */
export interface ServerThrowaway {
  readonly connection: Connection;
  drop(): Promise<void>;
}

const PREFIX = "remodel_verify_";
const RANDOM_BYTES = 6;
/** The name of every throwaway, as a regular expression of PostgreSQL. */
const NAMES = `^${PREFIX}[0-9a-f]{${RANDOM_BYTES * 2}}$`;
/** The first of the two numbers of the advisory lock that a process holds as long as its throwaway exists. */
const LOCK_SPACE = 1919252069;

/**
 * Creates a database on a server, after it has dropped those that killed runs left there.
 * @param target a database of the server, to connect to first; nothing is changed in it
 * @param loader finds the project's own `pg`
 * @param folder what a URL is relative to
 * @throws RemodelError `DATABASE_UNREACHABLE`; `USAGE` behind a pooler; `DATABASE_FORBIDDEN` if the role may not create databases
 */
export async function createOnServer(
  target: ConnectionTarget,
  loader: Loader,
  folder: string,
): Promise<ServerThrowaway> {
  const admin = await connect(target, loader, folder, { endsAtSignal: true }).catch((error: unknown) => {
    throw placeError(error);
  });
  try {
    if (!(await admin.direct())) throw poolerError(admin.label);
    await dropLeftovers(admin);
    const name = `${PREFIX}${randomBytes(RANDOM_BYTES).toString("hex")}`;
    // The lock is taken first: a process that sees the database then sees the lock too.
    await ask(admin, `SELECT pg_advisory_lock(${LOCK_SPACE}, hashtext(${literal(name)}))`);
    await admin.query(`CREATE DATABASE ${id(name)}`).catch((cause: unknown) => {
      throw createError(admin.label, cause);
    });
    const drop = async () => {
      await admin.query(`DROP DATABASE IF EXISTS ${id(name)} WITH (FORCE)`).finally(() => admin.close());
    };
    const connection = await connect(enterDatabase(target, name), loader, folder).catch(async (error: unknown) => {
      await drop();
      throw error;
    });
    return { connection, drop: () => connection.close().finally(drop) };
  } catch (error) {
    await admin.close();
    throw error;
  }
}

/**
 * Drops the throwaways that killed runs left: databases with such a name whose lock no process holds. The locks of all
 * databases are in `pg_locks`, so it does not matter to which database a run connected first.
 * @param admin a connection to the server
 * @returns the names of the dropped databases
 */
export async function dropLeftovers(admin: Database): Promise<readonly string[]> {
  const rows = await ask<{ name: string }>(
    admin,
    `SELECT datname::text AS name FROM pg_database
     WHERE datname ~ '${NAMES}' AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS (
       SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = ${LOCK_SPACE}
       AND objid = (hashtext(datname::text)::bigint & 4294967295)::oid) ORDER BY 1`,
  );
  const dropped: string[] = [];
  for (const { name } of rows) if (await tryDrop(admin, name)) dropped.push(name);
  return dropped;
}

/** Without FORCE: a session in it, such as a person who looks at it, keeps it. Another run may drop it at the same time. */
async function tryDrop(admin: Database, name: string): Promise<boolean> {
  try {
    await admin.query(`DROP DATABASE IF EXISTS ${id(name)}`);
    return true;
  } catch {
    return false;
  }
}

/** The place was named with `--on`, and not in the data source. */
function placeError(error: unknown): unknown {
  if (!(error instanceof RemodelError) || error.code !== "DATABASE_UNREACHABLE") return error;
  const { code, message, hint = "", cause } = error;
  const isMissing = readError(cause).code === "3D000";
  const place = isMissing
    ? "Name a database that the server has: --on postgres://…/postgres"
    : hint.replace("the data source, DATABASE_URL or --url", "--on");
  return new RemodelError(code, message, { hint: place, cause });
}

function poolerError(label: string): RemodelError {
  return new RemodelError("USAGE", `${label} is behind a pooler, which allows no throwaway database.`, {
    hint: "Name the server itself: --on postgres://…",
  });
}

function createError(label: string, cause: unknown): RemodelError {
  const { code, message } = readError(cause);
  return new RemodelError(
    code === "42501" ? "DATABASE_FORBIDDEN" : "DATABASE_FAILED",
    `No throwaway database could be created on ${label}: ${message}`,
    {
      hint: "Name a role that has CREATEDB: --on postgres://…. Or leave out --on to use the embedded PostgreSQL.",
      cause,
    },
  );
}
