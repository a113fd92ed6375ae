import { resolve } from "node:path";
import { type Config, fillDefaults } from "../config.ts";
import { moveRelativeUrl } from "../connection/embedded-url.ts";
import { mapGiven } from "../given.ts";
import { createLoader, useDataSource } from "../load/load.ts";
import { readConfig } from "../load/read-config.ts";
import { openHistory } from "./history-files.ts";
import { KEEPS_NOTHING } from "./keep-results.ts";
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
  const found = given.config !== undefined && { config: given.config, base: cwd, configFolder: cwd };
  const { config, base, configFolder } = found || (await readConfig({ cwd, home: cwd, loader }));
  const folder = resolve(migrations === undefined ? base : cwd, migrations ?? fillDefaults(config).migrations);
  const { files, graph, manifest } = openHistory(folder);
  const settings = fillDefaults({ ...manifest?.settings, ...config });
  const schema = async () => readSchemaOption(await project());
  const url = mapGiven(settings.url, (one) => moveRelativeUrl(one, configFolder, cwd));
  const database = async () => url ?? readDataSourceOptions(await project());
  const options = async () => readDataSourceOptions(await project());
  const parts = { project, options, keeper: KEEPS_NOTHING, schema, files, graph, database };
  return { settings, loader, cwd, home: cwd, configFolder, folder, ...parts };
}
