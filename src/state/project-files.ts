import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Config, fillDefaults, type Settings } from "../config.ts";
import type { ConnectionTarget } from "../connection/connection-target.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import type { Graph } from "../history/graph.ts";
import { findConfigFile } from "../load/config-file.ts";
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
  const built = migrations === undefined ? undefined : openHistory(resolve(cwd, migrations));
  const file = await findProjectFile({
    ...options,
    ...(built?.manifest !== undefined && { dataSourceOptional: true }),
  });
  const home = file === undefined ? cwd : dirname(file);
  const loader = createLoader(home);
  const keeper = openKeeper(loader, home, file, options);
  const models = openModels(options, { loader, keeper, file, built });
  const { project } = models;
  const ofDataSource = once(() =>
    timed("models", () =>
      keeper.keep(["options"], async () => async () => pickOptions(readDataSourceOptions(await project()))),
    ),
  );
  const text = file === undefined ? "" : readFileSync(file, "utf8");
  const configFile = findConfigFile([home, cwd]);
  const isRun = built?.manifest === undefined && !options.dataSourceUnrun;
  const source = file !== undefined && { file, text, ...(isRun && { run: async () => (await project()).config }) };
  const keep = (run: () => Promise<Config>) => timed("models", () => keeper.keep(["settings"], async () => run));
  const { config, base } = await readConfig({ cwd, home, loader, keep, ...(source && { dataSource: source }) });
  const folder = resolve(migrations === undefined ? base : cwd, migrations ?? fillDefaults(config).migrations);
  const { files, graph, manifest } = built ?? openHistory(folder);
  const settings = fillDefaults({ ...manifest?.settings, ...config });
  const isSchemaKnown =
    file === undefined || namesNoSchema(text) || (configFile !== undefined && !/\bschema\b/.test(text));
  const schema = async () => manifest?.schema ?? (isSchemaKnown ? undefined : readSchema(await ofDataSource()));
  const database = async () => {
    if (settings.url !== undefined) return settings.url;
    return file === undefined ? readDatabaseUrl() : await ofDataSource();
  };
  const found = { ...models, options: ofDataSource, keeper, schema, files, graph, database };
  return { settings, loader, cwd, home, folder, ...found };
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
}

/** The models: those of the data source, or where there is none, those that a build carries. */
function openModels(
  options: ProjectOptions,
  { loader, keeper, file, built }: ModelSources,
): Pick<ProjectFiles, "project" | "declared"> {
  const carried = file === undefined ? built?.manifest?.declared : undefined;
  if (carried === undefined)
    return {
      project: once(() => timed("models", () => keeper.run(() => loadProject({ ...loadOptions(options), loader })))),
    };
  const { cwd } = options;
  const dataSource = { options: carried.options };
  const project = { file: resolve(cwd, "the data source"), folder: cwd, dataSource, config: {}, loader };
  return { project: async () => project, declared: carried.models };
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
    if (dataSource !== undefined || !enough || !isMissing) throw error;
    return undefined;
  }
}

/** The options of a data source. */
type DataSourceOptions = Readonly<Record<string, unknown>>;

/** The options that a connection is made with, and those that name a schema or tables. */
const NAMED_OPTIONS = [
  ...["type", "url", "connectionString", "host", "port", "username", "user", "password", "database", "ssl", "extra"],
  ...["connectTimeoutMS", "connectionTimeoutMillis", "applicationName", "application_name", "replication"],
  ...["schema", "metadataTableName", "migrationsTableName"],
];

function pickOptions(options: DataSourceOptions): DataSourceOptions {
  const named = NAMED_OPTIONS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  const { tableName } = Object(options["cache"]);
  return { ...Object.fromEntries(named), ...(typeof tableName === "string" && { cache: { tableName } }) };
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
