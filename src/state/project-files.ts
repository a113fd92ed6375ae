import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Config, fillDefaults, type Settings } from "../config.ts";
import type { ConnectionTarget } from "../connection/connection-target.ts";
import { moveRelativeUrl } from "../connection/embedded-url.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import type { Graph } from "../history/graph.ts";
import { findConfigFile } from "../load/config-file.ts";
import { isDataSourceNamed } from "../load/find-data-source.ts";
import { createLoader, findDataSource, type Loader, loadProject, type Project } from "../load/load.ts";
import { namesNoSchema } from "../load/quick-config.ts";
import { readConfig } from "../load/read-config.ts";
import type { Models } from "../read/models.ts";
import type { RevisionFile } from "../revision/folder.ts";
import { timed } from "../timings.ts";
import { type HistoryFiles, openHistory } from "./history-files.ts";
import { createKeeper, type Keeper } from "./keep-results.ts";
import { once } from "./once.ts";

/** Where the files of a project are. */
export interface ProjectOptions {
  /** The folder the command is run in. */
  readonly cwd: string;
  /** The file with the data source. */
  readonly dataSource?: string;
  /** The folder of the revision files. */
  readonly migrations?: string;
  /**
   * The file with the data source may be missing if there is a folder of revision files. With a `remodel.config.ts` it may
   * always be missing, until a command needs it.
   */
  readonly dataSourceOptional?: boolean;
  /** The file with the data source is not run for the configuration: what its text does not show is left out. */
  readonly dataSourceUnrun?: boolean;
  /** Loads the models also where they are kept from an earlier command. */
  readonly fresh?: boolean;
  /**
   * Code of the project, or of a package, may have run in this process before: what it has read then is not known, so nothing is
   * kept for the next command.
   */
  readonly ranBefore?: boolean;
}

/** The files of a project. Each is read at the first use, once for all sessions of the project. */
export interface ProjectFiles {
  readonly settings: Settings;
  readonly loader: Loader;
  /** The folder the command is run in. */
  readonly cwd: string;
  /** The folder of the file with the data source, or `cwd` if there is none. */
  readonly home: string;
  /** The folder of the file with the configuration, which files that it names are relative to. */
  readonly configFolder: string;
  /** The folder of the revision files. */
  readonly folder: string;
  /** The project with its models: runs the file with the data source. */
  project(): Promise<Project>;
  /** The options of the data source that name a database, a schema or a table. */
  options(): Promise<DataSourceOptions>;
  /** Keeps results of the project's code for the next command. */
  readonly keeper: Keeper;
  /** What the models declare, where only a build knows it. */
  readonly declared?: Models;
  /** The schema that the data source names, if it names one. Runs the file only if its text does not show that. */
  schema(): Promise<string | undefined>;
  /** The revision files. */
  files(): readonly RevisionFile[];
  /** The history in the folder. */
  graph(): Graph;
  /**
   * The database that the project names: that of the configuration, else that of the data source; without a data source,
   * that of `DATABASE_URL`.
   */
  database(): Promise<ConnectionTarget>;
}

/**
 * Opens a project without a database. Its sessions, see `openSession`, share what is loaded.
 * @throws RemodelError `CONFIG_NOT_FOUND`, `CONFIG_INVALID`
 */
export async function openProject(options: ProjectOptions): Promise<ProjectFiles> {
  const { cwd, migrations } = options;
  const built = mapGiven(migrations, (path) => openHistory(resolve(cwd, path)));
  const file = await findProjectFile({
    ...options,
    ...(built?.manifest !== undefined && { dataSourceOptional: true }),
  });
  const home = file === undefined ? cwd : dirname(file);
  const isOnlyBuild = hasOnlyBuild(built, options);
  const loader = createLoader(home);
  const keeper = openKeeper(loader, home, file, options);
  const models = openModels(options, { loader, keeper, file, built, isOnlyBuild });
  const { project } = models;
  const readOptions = async () => pickOptions(readDataSourceOptions(await project()));
  const ofDataSource = once(() =>
    // What a build carries is read from no file of the project, so nothing would show that it is out of date.
    timed("models", () => (models.declared ? readOptions() : keeper.keep(["options"], async () => readOptions))),
  );
  const text = file === undefined ? "" : readFileSync(file, "utf8");
  const configFile = findConfigFile([home, cwd]);
  const isRun = built?.manifest === undefined && !options.dataSourceUnrun;
  const source = file !== undefined && { file, text, ...(isRun && { run: async () => (await project()).config }) };
  const keep = (run: () => Promise<Config>) => timed("models", () => keeper.keep(["settings"], async () => run));
  const found = await readConfig({ cwd, home, loader, keep, ...(source && { dataSource: source }) });
  const { config, base, configFolder } = found;
  const folder = resolve(migrations === undefined ? base : cwd, migrations ?? fillDefaults(config).migrations);
  const { files, graph, manifest } = built ?? openHistory(folder);
  const settings = fillDefaults({ ...manifest?.settings, ...config });
  const isSchemaKnown = file === undefined || showsNoSchema(text, configFile);
  const isUrlEnough = file === undefined || isUrlOfBuild(isOnlyBuild);
  const schema = () => readSchemaOf(manifest, isSchemaKnown ? undefined : ofDataSource);
  const url = mapGiven(settings.url, (one) => moveRelativeUrl(one, configFolder, home));
  const database = async () => url ?? (isUrlEnough ? readDatabaseUrl() : await ofDataSource());
  const parts = { ...models, options: ofDataSource, keeper, schema, files, graph, database };
  return { settings, loader, cwd, home, configFolder, folder, ...parts };
}

/** The schema that a build says; without one, that of the data source, unless its text shows that it names none. */
async function readSchemaOf(
  manifest: HistoryFiles["manifest"],
  read: (() => Promise<DataSourceOptions>) | undefined,
): Promise<string | undefined> {
  if (manifest !== undefined) return manifest.schema;
  return read && readSchema(await read());
}

/** A data source that only lies next to a build may need packages that were not deployed. */
function hasOnlyBuild(built: HistoryFiles | undefined, { cwd, dataSource }: ProjectOptions): boolean {
  return built?.manifest !== undefined && !isDataSourceNamed(cwd, dataSource);
}

/** A build runs with the URL in the environment, also if a data source lies next to it. */
function isUrlOfBuild(isOnlyBuild: boolean): boolean {
  return isOnlyBuild && Boolean(process.env["DATABASE_URL"]);
}

/** Whether the text of the data source, which may be in a file of its own, shows that it names no schema. */
function showsNoSchema(text: string, configFile: string | undefined): boolean {
  return namesNoSchema(text) || (configFile !== undefined && !/\bschema\b/.test(text));
}

function openKeeper(loader: Loader, home: string, file = "", options: ProjectOptions): Keeper {
  const { cwd, fresh = false, ranBefore = false } = options;
  return createKeeper({ loader, home, place: [cwd, file], fresh, runsFirst: !ranBefore });
}

/** What the models are read with. */
interface ModelSources {
  readonly loader: Loader;
  readonly keeper: Keeper;
  /** The file with the data source. */
  readonly file: string | undefined;
  readonly built: HistoryFiles | undefined;
  /** There is a build, and no person named a data source. */
  readonly isOnlyBuild: boolean;
}

/** The models: those of the data source; where none is named, those that a build carries. */
function openModels(
  options: ProjectOptions,
  { loader, keeper, file, built, isOnlyBuild }: ModelSources,
): Pick<ProjectFiles, "project" | "declared"> {
  const carried = file === undefined || isOnlyBuild ? built?.manifest?.declared : undefined;
  if (carried === undefined && file === undefined && built?.manifest !== undefined)
    return { project: () => Promise.reject(modelsNotBuilt(options)) };
  if (carried === undefined)
    return {
      project: once(() => timed("models", () => keeper.run(() => loadProject({ ...loadOptions(options), loader })))),
    };
  const { cwd } = options;
  const dataSource = { options: carried.options };
  const project = { file: resolve(cwd, "the data source"), folder: cwd, dataSource, config: {}, loader };
  return { project: async () => project, declared: carried.models };
}

function modelsNotBuilt({ cwd, migrations = "" }: ProjectOptions): RemodelError {
  const message = `This needs the models. The build in ${resolve(cwd, migrations)} has none, and no data source was found in ${cwd}.`;
  return new RemodelError("CONFIG_NOT_FOUND", message, {
    hint: "Where the data source is, name its file: --dataSource FILE\nTo build with the models, run: remodel build --with-models",
  });
}

/** The database of a folder without a data source. */
function readDatabaseUrl(): string {
  const url = process.env["DATABASE_URL"];
  if (url) return url;
  throw new RemodelError("CONFIG_NOT_FOUND", "There is no data source here, and no URL of a database.", {
    hint: "Name the database: --url postgres://user@host/database, or the environment variable DATABASE_URL",
  });
}

function loadOptions({ cwd, dataSource }: ProjectOptions): { folder: string; dataSource?: string } {
  return { folder: cwd, ...dropUndefined({ dataSource }) };
}

/** Finds the file with the data source. */
async function findProjectFile(options: ProjectOptions): Promise<string | undefined> {
  const { cwd, dataSource, migrations, dataSourceOptional = false } = options;
  try {
    return await findDataSource(cwd, dataSource);
  } catch (error) {
    const hasRevisions = dataSourceOptional && existsSync(resolve(cwd, migrations ?? fillDefaults().migrations));
    const enough = hasRevisions || findConfigFile([cwd]) !== undefined;
    const isMissing = error instanceof RemodelError && error.code === "CONFIG_NOT_FOUND";
    if (dataSource !== undefined || !isMissing) throw error;
    if (!enough) throw mapGiven(migrations, (folder) => missingFolder(cwd, folder)) ?? error;
    return undefined;
  }
}

/** Where there is only a build, the folder that was typed is the one mistake. */
function missingFolder(cwd: string, migrations: string): RemodelError | undefined {
  const folder = resolve(cwd, migrations);
  if (existsSync(folder)) return undefined;
  return new RemodelError(
    "HISTORY_EMPTY",
    `The migrations folder ${folder} does not exist, and no data source was found in ${cwd}.`,
    {
      hint: "Name the folder of the revisions: --migrations DIR. If there is a data source, name its file: --dataSource FILE",
      details: { folder },
    },
  );
}

/** The options of a data source. */
type DataSourceOptions = Readonly<Record<string, unknown>>;

/** The options that a connection is made with, and those that name a schema, tables or files. */
const NAMED_OPTIONS = [
  ...["type", "url", "connectionString", "host", "port", "username", "user", "password", "database", "ssl", "extra"],
  ...["connectTimeoutMS", "connectionTimeoutMillis", "applicationName", "application_name", "replication"],
  ...["schema", "metadataTableName", "migrationsTableName"],
];

function pickOptions(options: DataSourceOptions): DataSourceOptions {
  const named = NAMED_OPTIONS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  const { tableName } = Object(options["cache"]);
  const migrations = Object.values(Object(options["migrations"])).filter((item) => typeof item === "string");
  const cache = typeof tableName === "string" && { cache: { tableName } };
  return { ...Object.fromEntries(named), ...cache, ...(migrations.length > 0 && { migrations }) };
}

/** The options of a project's data source. */
export function readDataSourceOptions({ dataSource }: Project): Readonly<Record<string, unknown>> {
  const { options }: { readonly options?: Readonly<Record<string, unknown>> } = Object(dataSource);
  return options ?? {};
}

/** The schema that a project's data source names. */
export function readSchemaOption(project: Project): string | undefined {
  return readSchema(readDataSourceOptions(project));
}

function readSchema({ schema }: DataSourceOptions): string | undefined {
  if (typeof schema !== "string") return undefined;
  return schema;
}
