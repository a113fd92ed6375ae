import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Settings, settings } from "../config.ts";
import { type Place, readPlace } from "../read/catalog.ts";
import { createLoader, findDataSource, type Loader, loadProject, type Project } from "../read/load.ts";
import { readFolder } from "../revision/folder.ts";
import { buildGraph, type Graph } from "../revision/graph.ts";
import { type Connection, connect } from "./connect.ts";

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
  /** The history in the folder. */
  graph(): Graph;
  /** The one connection. */
  connection(): Promise<Connection>;
  /** Where the connection stands. */
  place(): Promise<Place>;
  close(): Promise<void>;
}

/**
 * Opens a project. The data source is not even loaded where a URL says which database is meant and the file holds no
 * configuration, so that commands that need no models start fast.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { cwd, url } = options;
  const spare = url === undefined ? undefined : await plainFile(options);
  const project = spare === undefined ? await loadProject(loadOptions(options)) : undefined;
  const home = project?.folder ?? spare ?? cwd;
  const config = settings(project?.config);
  const loader = project?.loader ?? createLoader(home);
  const given = options.migrations === undefined ? undefined : resolve(cwd, options.migrations);
  const folder = given ?? resolve(home, config.migrations);
  const load = once(async () => project ?? (await loadProject(loadOptions(options))));
  const graph = once(() => buildGraph(readFolder(folder)));
  const connection = once(async () => {
    const target = url ?? config.url ?? dataSourceOptions(await load());
    return await connect(target, loader, url === undefined ? home : cwd);
  });
  const place = once(async () => await readPlace(await connection(), schemaOf(project)));
  const close = async () => {
    if (connection.used()) await (await connection().catch(() => undefined))?.close();
  };
  return { settings: config, loader, folder, project: load, graph, connection, place, close };
}

function loadOptions({ cwd, dataSource }: SessionOptions): { folder: string; dataSource?: string } {
  return { folder: cwd, ...(dataSource !== undefined && { dataSource }) };
}

/** The folder of a data source whose file has no configuration, or where there is no such file at all. */
async function plainFile({ cwd, dataSource, migrations }: SessionOptions): Promise<string | undefined> {
  try {
    const file = await findDataSource(cwd, dataSource);
    return /\bremodel\b/.test(readFileSync(file, "utf8")) ? undefined : dirname(file);
  } catch (error) {
    if (dataSource !== undefined || !existsSync(resolve(cwd, migrations ?? settings().migrations))) throw error;
    return cwd;
  }
}

function dataSourceOptions(project: Project): Readonly<Record<string, unknown>> {
  return (project.dataSource as { options: Readonly<Record<string, unknown>> }).options;
}

function schemaOf(project: Project | undefined): string | undefined {
  return project === undefined ? undefined : (dataSourceOptions(project)["schema"] as string | undefined);
}

interface Once<Result> {
  (): Result;
  used(): boolean;
}

function once<Result>(make: () => Result): Once<Result> {
  let made: { readonly result: Result } | undefined;
  const get = () => {
    made ??= { result: make() };
    return made.result;
  };
  return Object.assign(get, { used: () => made !== undefined });
}
