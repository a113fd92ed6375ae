import { dirname } from "node:path";
import { collect } from "../collect.ts";
import type { Config } from "../config.ts";
import { exportsConfig, findConfigFile, loadConfigFile, readConfigFile, refuseTwoConfigs } from "./config-file.ts";
import type { Loader } from "./loader.ts";
import { readPackageConfig } from "./package-config.ts";
import { quickConfig } from "./quick-config.ts";

/** Where a configuration may be. */
export interface ConfigSources {
  /** The folder the command is run in. */
  readonly cwd: string;
  /** The folder of the file with the data source; without one, `cwd`. */
  readonly home: string;
  readonly loader: Loader;
  /** Finds what code of the project said at an earlier command, or runs it; default: runs it. */
  readonly keep?: (run: () => Promise<Config>) => Promise<Config>;
  /** The file with the data source; absent where there is none, or where a program gave the data source. */
  readonly dataSource?: {
    readonly file: string;
    readonly text: string;
    /** Runs the file, where its text does not show the configuration; absent if it must not be run. */
    readonly run?: () => Promise<Config>;
  };
}

/** The configuration of a project, empty if there is none. */
export interface FoundConfig {
  readonly config: Config;
  /** What the folder of the revision files is relative to. */
  readonly base: string;
  /** The folder of the file that has it, which all other paths in it are relative to. */
  readonly configFolder: string;
}

/**
 * Reads the configuration: that of `remodel.config.ts`, of `package.json` or of the file with the data source.
 * @throws RemodelError `CONFIG_INVALID` also if two of them have one, `FLEET_INVALID`
 */
export async function readConfig({ cwd, home, loader, dataSource, keep = runs }: ConfigSources): Promise<FoundConfig> {
  const inPackage = readPackageConfig(cwd);
  const ofPackage = inPackage?.config;
  const configFile = findConfigFile([home, cwd]);
  const ofDataSource = dataSource !== undefined && exportsConfig(dataSource.text) && dataSource.file;
  refuseTwoConfigs(collect(configFile, ofPackage !== undefined && inPackage?.file, ofDataSource));
  if (configFile !== undefined) {
    const config = readConfigFile(configFile) ?? (await keep(() => loadConfigFile(configFile, loader)));
    return { config, base: home, configFolder: dirname(configFile) };
  }
  if (inPackage !== undefined && ofPackage !== undefined) {
    const base = dirname(inPackage.file);
    return { config: ofPackage, base, configFolder: base };
  }
  if (dataSource === undefined) return { config: {}, base: home, configFolder: home };
  const config = quickConfig(dataSource.text) ?? (await runDataSource(dataSource, keep));
  return { config, base: home, configFolder: home };
}

async function runDataSource(
  { run }: NonNullable<ConfigSources["dataSource"]>,
  keep: NonNullable<ConfigSources["keep"]>,
): Promise<Config> {
  return run === undefined ? {} : await keep(run);
}

function runs(run: () => Promise<Config>): Promise<Config> {
  return run();
}
