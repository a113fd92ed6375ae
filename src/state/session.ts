import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fillDefaults, type Settings } from "../config.ts";
import { type Connection, connect } from "../connection/connect.ts";
import { RemodelError } from "../errors.ts";
import { buildGraph, type Graph } from "../history/graph.ts";
import { createLoader, findDataSource, type Loader, loadProject, type Project } from "../load/load.ts";
import { quickConfig } from "../load/quick-config.ts";
import type { Models } from "../read/models.ts";
import { readServerInfo, type ServerInfo } from "../read/server-info.ts";
import { type RevisionFile, readFiles, readHeaders } from "../revision/folder.ts";
import type { Waiting } from "./lock.ts";
import { once } from "./once.ts";
import { ensureState, findState, type StateTables } from "./state-tables.ts";

/** What the command line says about the project and the database. */
export interface SessionOptions {
  /** The folder the command is run in. */
  readonly cwd: string;
  /** The file with the data source. */
  readonly dataSource?: string;
  /** Another database than the data source's. */
  readonly url?: string;
  /** The folder of the revision files. */
  readonly migrations?: string;
}

/** A project, its history and its database. Each is opened at the first use. */
export interface Session {
  readonly settings: Settings;
  readonly loader: Loader;
  /** The folder of the revision files. */
  readonly folder: string;
  /** The project with its models. */
  project(): Promise<Project>;
  /** The schema that the models declare; read once, since TypeORM takes long for it. */
  models(): Promise<Models>;
  /** The revision files; read once, since there may be thousands. */
  files(): readonly RevisionFile[];
  /** The history in the folder. */
  graph(): Graph;
  /** The connection; a session has one. */
  connection(): Promise<Connection>;
  /** The schema that the data source names, if it names one. */
  schema(): Promise<string | undefined>;
  /** What the server says about the connection: its version, database, schema and search path. */
  server(): Promise<ServerInfo>;
  /** The state tables, or where they will be; read once they are complete, until then at each call. */
  state(): Promise<StateTables>;
  /** The state tables, created where they are missing. */
  ensureState(waiting: Omit<Waiting, "state">): Promise<StateTables>;
  close(): Promise<void>;
}

/**
 * Opens a project. The data source, and TypeORM with it, is loaded only when it is needed, so that commands that need no
 * models start fast.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { cwd, url, migrations } = options;
  const file = await findProjectFile(options);
  const home = file === undefined ? cwd : dirname(file);
  const loader = createLoader(home);
  const load = once(async () => await loadProject({ ...loadOptions(options), loader }));
  const quick = file === undefined ? {} : quickConfig(readFileSync(file, "utf8"));
  const config = fillDefaults(quick ?? (await load()).config);
  const folder = migrations === undefined ? resolve(home, config.migrations) : resolve(cwd, migrations);
  const files = once(() => readFiles(folder));
  const graph = once(() => buildGraph(readHeaders(files())));
  const connection = once(async () => {
    const target = url ?? config.url ?? readDataSourceOptions(await load());
    return await connect(target, loader, url === undefined ? home : cwd, config.networkTimeout);
  });
  const schema = once(async () => (file === undefined ? undefined : readSchemaOption(await load())));
  const server = askUntil(
    async () => await readServerInfo(await connection(), await schema()),
    ({ missing }) => !missing,
  );
  // Imported when it is needed: it loads TypeORM.
  const models = once(async () => (await import("../read/models.ts")).readModels(await load(), await server()));
  const state = createStateReaders({ settings: config, graph, connection, server });
  const close = async () => {
    if (connection.used()) await (await connection().catch(() => undefined))?.close();
  };
  const database = { connection, schema, server, ...state, close };
  return { settings: config, loader, folder, project: load, models, files, graph, ...database };
}

function loadOptions({ cwd, dataSource }: SessionOptions): { folder: string; dataSource?: string } {
  return { folder: cwd, ...(dataSource !== undefined && { dataSource }) };
}

/** Finds the file with the data source. It may be missing if there is a URL for the database and a folder of revisions. */
async function findProjectFile({ cwd, dataSource, url, migrations }: SessionOptions): Promise<string | undefined> {
  try {
    return await findDataSource(cwd, dataSource);
  } catch (error) {
    const enough = url !== undefined && existsSync(resolve(cwd, migrations ?? fillDefaults().migrations));
    const isMissing = error instanceof RemodelError && error.code === "CONFIG_NOT_FOUND";
    if (dataSource !== undefined || !enough || !isMissing) throw error;
    return undefined;
  }
}

function readDataSourceOptions({ dataSource }: Project): Readonly<Record<string, unknown>> {
  const { options }: { readonly options?: Readonly<Record<string, unknown>> } = Object(dataSource);
  return options ?? {};
}

function readSchemaOption(project: Project): string | undefined {
  const { schema } = readDataSourceOptions(project);
  return typeof schema === "string" ? schema : undefined;
}

/** The two functions of a {@link Session} that find and create its state tables. */
export function createStateReaders({
  settings: { stateTable },
  graph,
  connection,
  server,
}: Pick<Session, "settings" | "graph" | "connection" | "server">): Pick<Session, "state" | "ensureState"> {
  const isOurs = (ids: readonly string[]) => ids.some((one) => graph().revisions.has(one));
  const request = async () => ({ server: await server(), stateTable, isOurs });
  const state = askUntil(
    async () => await findState(await connection(), await request()),
    ({ complete }) => complete,
  );
  return {
    state,
    ensureState: async (waiting) => {
      await ensureState(waiting, await request());
      return await state();
    },
  };
}

/** Asks at each call until a result is final, then returns that result. */
function askUntil<Result>(ask: () => Promise<Result>, isFinal: (result: Result) => boolean): () => Promise<Result> {
  let known: Promise<Result> | undefined;
  return async () => {
    const asked = known ?? ask();
    const result = await asked;
    if (isFinal(result)) known = asked;
    return result;
  };
}
