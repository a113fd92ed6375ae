import type { Connection } from "../../src/connection/connect.ts";
import { beforeDrop } from "./servers.ts";

/**
 * Connections to databases that sessions have closed. A new connection reads the catalog's own catalog first, which costs
 * more than most of what a session asks.
 */
const free = new Map<string, Connection[]>();

/** What a new session starts without. Prepared statements stay: a client knows which it has. */
const FORGET =
  "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";

/** Takes a connection to a database that a session has closed, or opens one; `giveBack` closes it for the session. */
export async function borrowConnection(
  url: string,
  open: () => Promise<Connection>,
): Promise<{ readonly db: Connection; readonly giveBack: () => Promise<void> }> {
  const db = (await takeFree(url)) ?? (await open());
  let isOpen = true;
  const giveBackOnce = async () => {
    if (isOpen) await giveBack(url, db);
    isOpen = false;
  };
  return { db, giveBack: giveBackOnce };
}

/** One that still works. Settings of the database or of the role are only read by a new one. */
async function takeFree(url: string): Promise<Connection | undefined> {
  const db = free.get(url)?.pop();
  if (db === undefined) return undefined;
  const settings = await db.query("SELECT FROM pg_catalog.pg_db_role_setting").catch(() => undefined);
  if (settings?.length === 0) return db;
  await db.close();
  return undefined;
}

async function giveBack(url: string, db: Connection): Promise<void> {
  const isKept = !db.inTransaction?.() && (await forget(db)) && (free.has(url) || beforeDrop(url, () => closeAll(url)));
  if (isKept) free.set(url, [...(free.get(url) ?? []), db]);
  else await db.close();
}

async function forget(db: Connection): Promise<boolean> {
  return await db.query(FORGET).then(
    () => true,
    () => false,
  );
}

async function closeAll(url: string): Promise<void> {
  const all = free.get(url) ?? [];
  free.delete(url);
  for (const db of all) await db.close();
}
