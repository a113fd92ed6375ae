import type { Settings } from "../config.ts";
import { addSchema } from "../connection/address.ts";
import { type Connection, type ConnectionTarget, connect, isConnection } from "../connection/connect.ts";
import { createDatabase, isDatabaseMissing } from "../connection/create-database.ts";
import { noteQuestions } from "../connection/noted-questions.ts";
import { dropUndefined } from "../given.ts";
import type { Graph } from "../history/graph.ts";
import type { Loader, Project } from "../load/load.ts";
import type { Models } from "../read/models.ts";
import { readServerInfo, type ServerInfo } from "../read/server-info.ts";
import type { RevisionFile } from "../revision/folder.ts";
import { bareName, qualifiedName } from "../sql.ts";
import { timed } from "../timings.ts";
import { KEEPS_NOTHING, type Keeper } from "./keep-results.ts";
import type { Waiting } from "./lock.ts";
import { once } from "./once.ts";
import { openProject, type ProjectFiles } from "./project-files.ts";
import { ensureState, findState, type StateTables } from "./state-tables.ts";

/** Where the project and its database are. */
export interface SessionOptions {
  /** The folder the command is run in. */
  readonly cwd: string;
  /** The file with the data source. */
  readonly dataSource?: string;
  /** Another database than the data source's. */
  readonly url?: string;
  /** The folder of the revision files. */
  readonly migrations?: string;
  /** The schema of the database to use, see {@link DatabaseOptions}. */
  readonly schema?: string;
  /** The file with the data source may be missing, since nothing asks for it; so it may with a `url`. */
  readonly dataSourceOptional?: boolean;
  /** Loads the models also where they are kept from an earlier command. */
  readonly fresh?: boolean;
  /** Code of the project may have run in this process before, so nothing is kept for the next command. */
  readonly ranBefore?: boolean;
  /**
   * Whether an embedded database is made where the folder has none. Otherwise it is read as an empty one, and nothing can be
   * written to it. Default: true.
   */
  readonly makesDatabase?: boolean;
  /** Called once the connection is open, with the database in messages. */
  readonly onConnect?: (label: string) => void;
  /** Create the database if the server has none of its name; called with the name once it is created. */
  readonly onCreate?: (database: string) => void;
}

/** One database of a project that is open already, so that many sessions share its files. */
export interface DatabaseOptions {
  /** The project, see {@link openProject}. */
  readonly project: ProjectFiles;
  /**
   * `postgres://…`, `pglite:DIR`, the options of a client of `pg`, whose `password` may be an async function, or those of a
   * data source. A connection that is open already is used as it is, and stays open when the session is closed.
   */
  readonly connection: ConnectionTarget | Connection;
  /**
   * The schema in which unqualified names live, with the state tables: others use the same database. Default: the schema
   * that the data source names, else the first one of the search path.
   */
  readonly schema?: string;
  /** The database in messages. Default: user, host, port, database and schema, without the password. */
  readonly label?: string;
  /** Whether an embedded database is made where the folder has none, see {@link SessionOptions}. */
  readonly makesDatabase?: boolean;
}

/** A project, its history and its database. Each is opened at the first use. */
export interface Session {
  readonly settings: Settings;
  readonly loader: Loader;
  /** The folder of the data source; without one, that of the command. */
  readonly home: string;
  /** The folder of the revision files. */
  readonly folder: string;
  /** The project with its models. */
  project(): Promise<Project>;
  /** The options of the data source that name a database, a schema, a table or files of migrations. */
  options(): Promise<Readonly<Record<string, unknown>>>;
  /** The schema that the models declare; read once, since TypeORM takes long for it. */
  models(): Promise<Models>;
  /** A run reads no models. Drift is not searched in schemas that only the models name. */
  readonly runsWithoutModels?: true;
  /** The revision files; read once, since there may be thousands. */
  files(): readonly RevisionFile[];
  /** The history in the folder. */
  graph(): Graph;
  /** The database in messages, without the password: `shop@localhost:5432/mall_17`, and the schema if one was given. */
  label(): Promise<string>;
  /** Keeps results for the next command; nothing in a session that was given its schema. */
  readonly keeper: Keeper;
  /** The connection; a session has one. */
  connection(): Promise<Connection>;
  /** The schema that the session was given, because others use the same database. */
  readonly givenSchema?: string;
  /** The schema that the session or the data source names, if one does. */
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
 * Opens a project, or one database of a project that is open already. The data source, and TypeORM with it, is loaded only
 * when it is needed, so that commands that need no models start fast. Many databases share one project.
 * @example
 * const project = await openProject({ cwd: process.cwd(), dataSourceOptional: true });
 * const session = await openSession({ project, connection: { host, database, user, password: async () => token() } });
 */
export async function openSession(options: SessionOptions | DatabaseOptions): Promise<Session> {
  if ("project" in options) return openDatabase(options);
  const { url, schema, makesDatabase, onConnect, onCreate, dataSourceOptional = isNamed(url), ...files } = options;
  const project = await openProject({ ...files, dataSourceOptional });
  const { settings, home, cwd, loader } = project;
  const open = async () => {
    const target = url ?? (await project.database());
    const place = url === undefined ? home : cwd;
    const how = {
      silenceMs: settings.networkTimeout,
      endsAtSignal: true,
      ...dropUndefined({ makesDatabase }),
    } as const;
    const reach = () => connect(target, loader, place, how);
    const connection = await (onCreate === undefined ? reach() : reachOrCreate(reach, target, loader, onCreate));
    onConnect?.(addSchema(connection.label, schema));
    return connection;
  };
  return createSession(project, { open, ...dropUndefined({ schema }) });
}

/** Connects; if the server has no such database, creates it first. */
async function reachOrCreate(
  reach: () => Promise<Connection>,
  target: ConnectionTarget,
  loader: Loader,
  onCreate: (database: string) => void,
): Promise<Connection> {
  try {
    return await reach();
  } catch (error) {
    if (!isDatabaseMissing(error)) throw error;
    const created = await createDatabase(target, loader);
    if (created !== undefined) onCreate(created);
    return await reach();
  }
}

/** Whether there is a database without a data source. */
function isNamed(url: string | undefined): boolean {
  return Boolean(url ?? process.env["DATABASE_URL"]);
}

function openDatabase({ project, connection, makesDatabase, ...names }: DatabaseOptions): Session {
  const { loader, home, settings } = project;
  if (isConnection(connection)) {
    const session = createSession(project, { open: async () => connection, ...names });
    return { ...session, runsWithoutModels: true, close: async () => undefined };
  }
  const how = { silenceMs: settings.networkTimeout, ...dropUndefined({ makesDatabase }) };
  const open = () => connect(connection, loader, home, how);
  return { ...createSession(project, { open, ...names }), runsWithoutModels: true };
}

/** How a session reaches its database. */
interface Access {
  readonly open: () => Promise<Connection>;
  /** The schema to use instead of the one that the data source names. */
  readonly schema?: string;
  /** The database in messages, instead of what the connection says. */
  readonly label?: string;
}

function createSession(files: ProjectFiles, access: Access): Session {
  const { loader, home, folder, graph, project, options } = files;
  const settings = placeState(files.settings, access.schema);
  const connection = once(() => timed("connection", async () => noteQuestions(await access.open())));
  const keeper = access.schema === undefined ? files.keeper : KEEPS_NOTHING;
  const label = async () => access.label ?? addSchema((await connection()).label, access.schema);
  const schema = async () => access.schema ?? (await files.schema());
  const server = askUntil(
    () =>
      timed("connection", async () => readServerInfo(await connection(), await schema(), access.schema !== undefined)),
    ({ missing }) => !missing,
  );
  // Imported when it is needed: it loads TypeORM.
  const models = once(() => timed("models", async () => files.declared ?? readModelsAt(files, await server())));
  const state = createStateReaders({ settings, graph, connection, server });
  const close = async () => {
    if (connection.used()) await (await connection().catch(() => undefined))?.close();
  };
  const given = dropUndefined({ givenSchema: access.schema });
  const database = { ...given, label, keeper, connection, schema, server, ...state, close };
  const parts = { loader, home, folder, project, options, models, files: files.files, graph };
  return { settings, ...parts, ...database };
}

/** The models depend on where they are read. TypeORM is loaded only where they are not kept; those of a tenant never are. */
async function readModelsAt(files: ProjectFiles, server: ServerInfo): Promise<Models> {
  const { schema, database, version, shared } = server;
  const { keep } = shared === undefined ? files.keeper : KEEPS_NOTHING;
  return await keep(["models", schema, database, String(Math.floor(version / 10000))], async () => {
    const { readModels } = await import("../read/models.ts");
    return async () => readModels(await files.project(), server);
  });
}

/** The state tables are in the schema that the session was given, also if the configuration names another one for them. */
function placeState(settings: Settings, schema: string | undefined): Settings {
  if (schema === undefined) return settings;
  return { ...settings, stateTable: qualifiedName(bareName(settings.stateTable), schema) };
}

/** The two functions of a {@link Session} that find and create its state tables. */
export function createStateReaders({
  settings: { stateTable },
  graph,
  connection,
  server,
}: Pick<Session, "settings" | "graph" | "connection" | "server">): Pick<Session, "state" | "ensureState"> {
  const isOurs = (ids: readonly string[]) => ids.some((one) => graph().given.has(one));
  const request = async () => ({ server: await server(), stateTable, isOurs });
  const state = askUntil(
    async () => ({ ...(await findState(await connection(), await request())), squashed: () => graph().squashed }),
    ({ complete }) => complete,
  );
  return {
    state,
    ensureState: async (waiting) => {
      if ((await connection()).standsIn) throw new Error("what is written to a database that stands in is lost");
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
