import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { type Connection, connect } from "../../src/connection/connect.ts";
import { readModels } from "../../src/read/models.ts";
import { readServerInfo } from "../../src/read/server-info.ts";
import { downgrade, type RunOptions, upgrade } from "../../src/run/run.ts";
import { createStateReaders, openSession, type Session } from "../../src/state/session.ts";
import { borrowConnection } from "./connections.ts";
import { withKeptDatabase } from "./kept-databases.ts";
import { listCatalog, listRows } from "./observer.ts";
import { connect as connectClient, newest, withDatabase } from "./servers.ts";
import { withFolder } from "./session.ts";

const MODULES = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** Short beside what is waited for, long beside a query. */
const PAUSE_MS = 10;

/** A revision of a history: its id, the bodies of `upgrade` and `downgrade`, and its other exports. */
export type RevisionParts = readonly [id: string, up: string, down: string, exports?: string];

/** A revision without a transaction, on a table `shop` with a column `n`. */
export const WITHOUT_TRANSACTION: RevisionParts = [
  "c_apart",
  `op.sql("UPDATE shop SET n = n + 10");
  op.sql("VACUUM shop");
  op.sql("CREATE TABLE mall (id integer)");`,
  `op.dropTable("mall");
  op.sql("UPDATE shop SET n = n - 10");`,
  "export const transaction = false;",
];

/** Every way in which a revision can be run: in one transaction, in steps, in batches, without a transaction, in code. */
const REVISIONS: readonly RevisionParts[] = [
  [
    "a_plain",
    `op.createEnum("state", ["open"]);
  op.createTable("shop", { columns: [{ name: "id", type: "integer" }, { name: "n", type: "integer" }, { name: "state", type: "state", default: "'open'" }], primaryKey: { columns: ["id"] } });
  op.run(async (db) => void (await db.query("INSERT INTO shop (id, n) SELECT at, 1 FROM generate_series(1, 5) at")));`,
    `op.dropTable("shop");
  op.dropEnum("state");`,
  ],
  [
    "b_steps",
    `op.addEnumValue("state", "shut", { commit: true });
  op.createIndex("shop", { name: "shop_n", columns: ["n"] }, { concurrently: true });
  op.sql("UPDATE shop SET n = n * 2, state = 'shut'");
  op.backfill("shop", { set: { n: "n + 1" }, batch: 3 });`,
    `op.backfill("shop", { set: { n: "n - 1" }, batch: 3 });
  op.sql("UPDATE shop SET n = n / 2, state = 'open'");
  op.dropIndex("shop", "shop_n", { concurrently: true });`,
  ],
  WITHOUT_TRANSACTION,
];

/** The ids of the revisions of {@link writeHistory}, in order. */
export const HISTORY: readonly string[] = REVISIONS.map(([id]) => id);

/** Writes a history. Each statement of these revisions changes the result if it is run twice. */
export function writeHistory(folder: string, revisions: readonly RevisionParts[] = REVISIONS): void {
  for (const [at, [id, up, down, exports = ""]] of revisions.entries())
    writeFileSync(join(folder, `${id}.ts`), fileText(id, revisions[at - 1]?.[0] ?? null, up, down, exports));
}

/** The text of a revision file. */
export function fileText(id: string, after: string | null, up: string, down = "", exports = ""): string {
  return `/** ${id}. */
import type { Operations } from "typeorm-remodel";

export const revision = "${id}";
export const downRevision = ${JSON.stringify(after)};
${exports}

export function upgrade(op: Operations): void {
  ${up}
}

export function downgrade(op: Operations): void {
  ${down}
}
`;
}

/** Everything that a run leaves behind but for times: catalog, rows, and which revisions the log says were done. */
export async function outcome(client: pg.Client): Promise<unknown> {
  const { rows } = await client.query("SELECT revision FROM remodel_revision ORDER BY 1");
  const { rows: invalid } = await client.query("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid");
  return {
    catalog: await listCatalog(client),
    rows: await listRows(client),
    invalid,
    applied: rows.map(({ revision }) => revision),
  };
}

/** How often the log says that each revision of the history was done. */
export async function timesDone(client: pg.Client, action: "upgrade" | "downgrade"): Promise<readonly number[]> {
  const { rows } = await client.query("SELECT revision FROM remodel_log WHERE action = $1", [action]);
  return HISTORY.map((id) => rows.filter(({ revision }) => revision === id).length);
}

/** A project, and a database that it is run on. */
export interface Place {
  readonly folder: string;
  readonly url: string;
  readonly admin: pg.Client;
  readonly project: Session;
  /** What the data source would name. */
  readonly schema?: string;
  /** Whether other tests take its connections over. */
  readonly isKept?: boolean;
}

/** Calls a function with a project that has no revision yet, and an empty database. */
export async function withPlace(body: (place: Place) => Promise<void>, major = newest()): Promise<void> {
  await withFolder((folder) =>
    withDatabase(major, async (url) => {
      const admin = await connectClient(url);
      try {
        await body({ folder, url, admin, project: await makeProject(folder) });
      } finally {
        await admin.end();
      }
    }),
  );
}

/** The same with a database that other tests have too: for tests that end no backend and leave none at work. */
export async function withKeptPlace(body: (place: Place) => Promise<void>, major = newest()): Promise<void> {
  await withFolder((folder) =>
    withKeptDatabase(major, async ({ url, client: admin }) => {
      await body({ folder, url, admin, project: await makeProject(folder), isKept: true });
    }),
  );
}

function makeProject(folder: string): Promise<Session> {
  mkdirSync(join(folder, "node_modules"));
  for (const name of ["pg", "@electric-sql"]) symlinkSync(join(MODULES, name), join(folder, "node_modules", name));
  return openProject(folder);
}

function openProject(folder: string): Promise<Session> {
  return openSession({ cwd: folder, migrations: ".", url: "pglite:memory" });
}

/** The place with its project opened again, which sees the revisions that were written since. */
export async function reopened(place: Place): Promise<Place> {
  return { ...place, project: await openProject(place.folder) };
}

/** Writes a revision. */
export function writeRevision(
  { folder }: Place,
  id: string,
  after: string | null,
  up: string,
  exports = "",
  down = "",
): void {
  writeFileSync(join(folder, `${id}.ts`), fileText(id, after, up, down, exports));
}

/** Goes all the way up or down, in a session of its own, and returns the ids of what was done. */
export async function runAll(
  place: Place,
  options: RunOptions = {},
  way: "upgrade" | "downgrade" = "upgrade",
): Promise<readonly string[]> {
  const run = (session: Session) =>
    way === "upgrade" ? upgrade(session, "heads", options) : downgrade(session, "base", options);
  const { revisions } = await inSession(place, run);
  return revisions.map(({ revision }) => revision.id);
}

/** Calls a function with a session, whose connection may be wrapped. */
export async function inSession<Result>(
  { project, url, schema, isKept }: Pick<Place, "project" | "url" | "schema" | "isKept">,
  body: (session: Session) => Promise<Result>,
  wrap: (db: Connection) => Connection = (db) => db,
): Promise<Result> {
  const open = () => connect(url, project.loader, project.folder);
  const { db: opened, giveBack } = isKept ? await borrowConnection(url, open) : await openOnce(open);
  try {
    const server = await readServerInfo(opened, schema);
    const db = wrap(opened);
    const models = async () => await readModels(await project.project(), server);
    const parts = { ...project, models, connection: async () => db, server: async () => server };
    return await body({ ...parts, ...createStateReaders(parts) });
  } finally {
    await giveBack();
  }
}

async function openOnce(open: () => Promise<Connection>) {
  const db = await open();
  return { db, giveBack: () => db.close() };
}

/** Waits until somebody else runs a statement that begins so, and returns the process that does. */
export async function untilRuns(admin: pg.Client, statement: string): Promise<number> {
  const running = async () => {
    const { rows } = await admin.query(
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND starts_with(query, $1) AND state = 'active' AND pid <> pg_backend_pid()",
      [statement],
    );
    return rows[0]?.pid as number | undefined;
  };
  return await until(running);
}

/** Asks again and again, with a pause in between, until there is an answer. */
export async function until<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer> {
  for (let answer = await ask(); ; await pause(PAUSE_MS), answer = await ask()) if (answer !== undefined) return answer;
}
