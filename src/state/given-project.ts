import { dirname, resolve } from "node:path";
import { type Config, fillDefaults } from "../config.ts";
import { findConfigFile, loadConfigFile } from "../load/config-file.ts";
import { createLoader, type Loader, useDataSource } from "../load/load.ts";
import { readPackageConfig } from "../load/package-config.ts";
import { openHistory } from "./history-files.ts";
import { once } from "./once.ts";
import { type ProjectFiles, readDataSourceOptions, readSchemaOption } from "./project-files.ts";

/** A project whose data source is an object of the program, not a file. */
export interface GivenProject {
  /** A DataSource, initialized or not, or its options. */
  readonly dataSource: unknown;
  /** The folder that other paths are relative to. */
  readonly cwd: string;
  /** The folder of the revision files. */
  readonly migrations?: string;
  /** The configuration. Default: that of `remodel.config.ts`, else that of `package.json`. */
  readonly config?: Config;
}

/**
 * Opens a project whose data source is an object of the program.
 * @throws RemodelError `CONFIG_INVALID`
 */
export async function openGivenProject(given: GivenProject): Promise<ProjectFiles> {
  const { dataSource, cwd, migrations } = given;
  const loader = createLoader(cwd);
  const project = once(() => useDataSource(dataSource, cwd, loader));
  const { config, base } = await readConfig(given, loader);
  const folder = resolve(migrations === undefined ? base : cwd, migrations ?? fillDefaults(config).migrations);
  const { files, graph, manifest } = openHistory(folder);
  const settings = fillDefaults({ ...manifest?.settings, ...config });
  const schema = async () => readSchemaOption(await project());
  const database = async () => settings.url ?? readDataSourceOptions(await project());
  return { settings, loader, cwd, home: cwd, folder, project, schema, files, graph, database };
}

async function readConfig(
  { cwd, config }: GivenProject,
  loader: Loader,
): Promise<{ readonly config: Config; readonly base: string }> {
  if (config !== undefined) return { config, base: cwd };
  const file = findConfigFile([cwd]);
  if (file !== undefined) return { config: await loadConfigFile(file, loader), base: cwd };
  const inPackage = readPackageConfig(cwd);
  if (inPackage?.config === undefined) return { config: {}, base: cwd };
  return { config: inPackage.config, base: dirname(inPackage.file) };
}
