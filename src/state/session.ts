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
import { readFolder } from "../revision/folder.ts";
import type { Waiting } from "./lock.ts";
import { once } from "./once.ts";
import { ensureState, findState, type StateTables } from "./state-tables.ts";

/** What the command line says of the project and the database. */
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

/** A project, its history and its database, each opened when it is first asked for. */
export interface Session {
  readonly settings: Settings;
  readonly loader: Loader;
  /** The folder of the revision files. */
  readonly folder: string;
  /** The project with its models. */
  project(): Promise<Project>;
  /** What the models declare; read once, since TypeORM takes long to work it out. */
  models(): Promise<Models>;
  /** The history in the folder. */
  graph(): Graph;
  /** The one connection. */
  connection(): Promise<Connection>;
  /** The schema that the data source names, if it does. */
  schema(): Promise<string | undefined>;
  /** Where the connection stands. */
  server(): Promise<ServerInfo>;
  /** Where the state is or will be; looked for once, and again as long as it is not complete. */
  state(): Promise<StateTables>;
  /** The same, made where it is missing. */
  ensureState(waiting: Omit<Waiting, "state">): Promise<StateTables>;
  close(): Promise<void>;
}

/**
 * Opens a project. The data source is loaded, and TypeORM with it, only when something is asked that it alone knows, so
 * that commands that need no models start fast.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { cwd, url, migrations } = options;
  const file = await findProjectFile(options);
  const home = file === undefined ? cwd : dirname(file);
  const loader = createLoader(home);
  const load = once(async () => await loadProject({ ...loadOptions(options), loader }));
  const written = file === undefined ? {} : quickConfig(readFileSync(file, "utf8"));
  const config = fillDefaults(written ?? (await load()).config);
  const folder = migrations === undefined ? resolve(home, config.migrations) : resolve(cwd, migrations);
  const graph = once(() => buildGraph(readFolder(folder)));
  const connection = once(async () => {
    const target = url ?? config.url ?? dataSourceOptions(await load());
    return await connect(target, loader, url === undefined ? home : cwd, config.networkTimeout);
  });
  const schema = once(async () => (file === undefined ? undefined : readSchemaOption(await load())));
  const server = askUntil(
    async () => await readServerInfo(await connection(), await schema()),
    ({ missing }) => !missing,
  );
  // Imported when it is asked for: commands that need no models start fast.
  const models = once(async () => (await import("../read/models.ts")).readModels(await load(), await server()));
  const state = createStateReaders({ settings: config, graph, connection, server });
  const close = async () => {
    if (connection.used()) await (await connection().catch(() => undefined))?.close();
  };
  return {
    settings: config,
    loader,
    folder,
    project: load,
    models,
    graph,
    connection,
    schema,
    server,
    ...state,
    close,
  };
}

function loadOptions({ cwd, dataSource }: SessionOptions): { folder: string; dataSource?: string } {
  return { folder: cwd, ...(dataSource !== undefined && { dataSource }) };
}

/** The file with the data source; there need be none where a URL says which database is meant and there are revisions. */
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

function dataSourceOptions(project: Project): Readonly<Record<string, unknown>> {
  return (project.dataSource as { options: Readonly<Record<string, unknown>> }).options;
}

function readSchemaOption(project: Project): string | undefined {
  return dataSourceOptions(project)["schema"] as string | undefined;
}

/** The two functions of a {@link Session} that find and make its state. */
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

/** Asks again as long as what was found is not final. */
function askUntil<Result>(ask: () => Promise<Result>, isFinal: (result: Result) => boolean): () => Promise<Result> {
  let known: Promise<Result> | undefined;
  return async () => {
    const asked = known ?? ask();
    const result = await asked;
    if (isFinal(result)) known = asked;
    return result;
  };
}
