import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { RemodelError } from "../errors.ts";
import { showFile } from "./errors.ts";
import { readPackageConfig } from "./package-config.ts";

const NAMES = [
  "ormconfig",
  "data-source",
  "src/data-source",
  "src/ormconfig",
  "src/database/data-source",
  "src/config/typeorm",
  "typeorm.config",
];
/** Where a container has what was compiled, without the sources. */
const COMPILED = ["dist/data-source", "dist/database/data-source", "dist/config/typeorm"];
const EXTENSIONS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];
const DATA_SOURCE_HINT = "Name the file with --dataSource FILE. To create one, run: remodel init";
const VARIABLE = "REMODEL_DATASOURCE";

/**
 * Finds the file with the project's data source: what the user named, else `REMODEL_DATASOURCE`, else what package.json
 * names, else a file with one of the usual names.
 * @param given what the user named, relative to the folder, with or without its extension
 * @returns its absolute path
 * @throws RemodelError `CONFIG_NOT_FOUND`
 */
export async function findDataSource(folder: string, given?: string): Promise<string> {
  const named = given ?? nameElsewhere(folder);
  if (named === undefined) return findUsual(folder) ?? refuseUnfound(folder);
  const found = findNamed(folder, named);
  if (found !== undefined) return found;
  throw new RemodelError("CONFIG_NOT_FOUND", `There is no file ${showFile(resolve(folder, named))}.`, {
    hint: DATA_SOURCE_HINT,
  });
}

/**
 * Whether a person named the data source: on the command line, in the environment or in package.json.
 * @param folder the folder of the project
 * @param given what the command line names
 */
export function isDataSourceNamed(folder: string, given?: string): boolean {
  return (given ?? nameElsewhere(folder)) !== undefined;
}

/**
 * The file with the data source, by one of the usual names.
 * @param folder the folder of the project
 * @returns its absolute path; undefined if there is none
 */
export function findUsual(folder: string): string | undefined {
  return findFile(
    [...NAMES, ...COMPILED].flatMap((name) => EXTENSIONS.map((extension) => resolve(folder, name + extension))),
  );
}

function findNamed(folder: string, name: string): string | undefined {
  return findFile(["", ...EXTENSIONS].map((extension) => resolve(folder, name + extension)));
}

function findFile(files: readonly string[]): string | undefined {
  return files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** What the environment, or package.json, says; that of package.json is relative to its own folder. */
function nameElsewhere(folder: string): string | undefined {
  const variable = process.env[VARIABLE];
  if (variable) return variable;
  const { file, dataSource } = readPackageConfig(folder) ?? {};
  if (file === undefined || dataSource === undefined) return undefined;
  return resolve(dirname(file), dataSource);
}

function refuseUnfound(folder: string): never {
  const looked = `${[...NAMES, ...COMPILED].join(", ")} (${EXTENSIONS.join(" ")})`;
  throw new RemodelError("CONFIG_NOT_FOUND", `No data source was found in ${resolve(folder)}. Looked for ${looked}.`, {
    hint: DATA_SOURCE_HINT,
  });
}
