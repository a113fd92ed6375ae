import { existsSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { requireTypeScript } from "./typescript.ts";

/** Nest compiles with the first of these that exists. */
const NAMES = ["tsconfig.build.json", "tsconfig.json"];

/**
 * The folder that the project's compiler takes for the root of its sources: all that it compiles is below it, and the
 * layout of its output begins there. A new file elsewhere would move it, and every path in the output with it.
 * @param folder the folder of the project
 * @returns its absolute path; undefined if nothing is compiled there
 */
export function findCompilerRoot(folder: string): string | undefined {
  const file = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) return undefined;
  const ts = requireTypeScript();
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config ?? {}, ts.sys, dirname(file));
  if (options.rootDir !== undefined) return options.rootDir;
  const compiled = fileNames.filter((name) => !/\.d\.[mc]?ts$/.test(name)).map((name) => dirname(name));
  return commonFolder(compiled);
}

function commonFolder(folders: readonly string[]): string | undefined {
  const [first, ...others] = folders.map((folder) => folder.split("/"));
  if (first === undefined) return undefined;
  const common = others.reduce((left, right) => {
    const end = left.findIndex((part, at) => part !== right[at]);
    return end < 0 ? left : left.slice(0, end);
  }, first);
  return common.join(sep) || sep;
}
