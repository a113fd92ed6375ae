import { dirname, join } from "node:path";
import { type Config, defineConfig } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { awaitCode } from "./awaited.ts";
import { listEntities } from "./entities.ts";
import { explain, isRemodelError, showFile } from "./errors.ts";
import { type DataSourceLike, isDataSource, type Options, pickDataSource } from "./exports.ts";
import { findDataSource } from "./find-data-source.ts";
import { createLoader, type Exports, type Loader } from "./loader.ts";

export { findDataSource } from "./find-data-source.ts";
export { createLoader, type Loader } from "./loader.ts";

/** The project that a command works on. */
export interface Project {
  /** The absolute path of the file with the data source. */
  readonly file: string;
  /** Its folder. */
  readonly folder: string;
  /** The project's DataSource, made with its own TypeORM if the file exports options. Not initialized. */
  readonly dataSource: unknown;
  /** The file's export `remodel`. */
  readonly config: Config;
  /** Runs the project's other files. */
  readonly loader: Loader;
}

/**
 * Runs the file with the project's data source. No connection is opened.
 * @param options where to look for it; `loader` runs it, if there is one already
 * @throws RemodelError `CONFIG_NOT_FOUND`, `CONFIG_INVALID`, `CONFIG_FAILED`, and what {@link Loader.load} throws
 */
export async function loadProject(options: { folder: string; dataSource?: string; loader?: Loader }): Promise<Project> {
  const file = await findDataSource(options.folder, options.dataSource);
  const folder = dirname(file);
  const loader = options.loader ?? createLoader(folder);
  const exports = await load(file, loader);
  const found = await runGuarded(file, loader, () => pickDataSource(exports, file));
  const dataSource = isDataSource(found) ? found : await runGuarded(file, loader, () => make(found, loader));
  return { file, folder, dataSource, config: configOf(exports, file), loader };
}

/**
 * The project of a data source that the program has already, initialized or not.
 * @param given a DataSource or its options
 * @param folder the folder that patterns of entities are relative to
 * @throws RemodelError `CONFIG_INVALID` for another database than PostgreSQL
 */
export async function useDataSource(given: unknown, folder: string, loader: Loader): Promise<Project> {
  const file = join(folder, "the data source");
  const found = await pickDataSource({ dataSource: given }, file);
  const dataSource = isDataSource(found) ? found : make(found, loader);
  return { file, folder, dataSource, config: {}, loader };
}

/**
 * The classes and EntitySchemas that the project's entity list means, its patterns expanded.
 * @throws RemodelError `MODELS_EMPTY` if there are none, and what {@link Loader.load} throws
 */
export async function resolveEntities(project: Project): Promise<readonly unknown[]> {
  const { dataSource, file, loader } = project;
  if (!isDataSource(dataSource)) throw new Error(`${file} has no data source`);
  return await listEntities(dataSource, file, loader);
}

async function load(file: string, loader: Loader): Promise<Exports> {
  try {
    return await loader.load(file);
  } catch (error) {
    throw blameConfig(error);
  }
}

/** Runs code of the project; what it throws becomes an error that says where and what to do. */
async function runGuarded<Result>(
  file: string,
  loader: Loader,
  action: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await awaitCode(showFile(file), action());
  } catch (error) {
    throw blameConfig(explain(error, file, loader.locate(error)));
  }
}

/** An error that the file threw becomes `CONFIG_FAILED`; an error of its syntax stays `MODULE_INVALID`. */
function blameConfig(error: unknown): unknown {
  if (!isRemodelError(error) || error.code !== "MODULE_INVALID" || error.cause === undefined) return error;
  const { message, cause, hint, details } = error;
  return new RemodelError("CONFIG_FAILED", message, {
    cause,
    ...dropUndefined({ hint, details }),
  });
}

function make(options: Options, loader: Loader): DataSourceLike {
  const { DataSource } = loader.require("typeorm") as { DataSource: new (options: Options) => DataSourceLike };
  return new DataSource(options);
}

function configOf(exports: Exports, file: string): Config {
  const remodel: unknown = Object(exports).remodel;
  if (remodel === undefined) return {};
  if (typeof remodel === "object" && remodel !== null) return defineConfig(remodel);
  throw new RemodelError("CONFIG_INVALID", `${showFile(file)} exports a "remodel" that is not an object.`, {
    hint: "Write: export const remodel = { … }",
  });
}
