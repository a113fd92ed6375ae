import { readFileSync } from "node:fs";
import { type Config, defineConfig } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { showFile } from "./errors.ts";
import { isObject } from "./objects.ts";
import { findNearestFile } from "./tsconfig.ts";

/** What the key `remodel` of a package.json says. Its paths are relative to the folder of that file. */
export interface PackageConfig {
  /** The absolute path of the package.json. */
  readonly file: string;
  /** The file with the data source. */
  readonly dataSource?: string;
  /** The configuration; absent if the key only names the data source. */
  readonly config?: Config;
}

/**
 * Reads the key `remodel` of the nearest package.json at or above a folder.
 * @returns undefined if there is no such file, or it has no such key
 * @throws RemodelError `CONFIG_INVALID`, `FLEET_INVALID`
 */
export function readPackageConfig(folder: string): PackageConfig | undefined {
  const file = findNearestFile(folder, "package.json");
  if (file === undefined) return undefined;
  const text = readFileSync(file, "utf8");
  if (!text.includes('"remodel"')) return undefined;
  const { remodel }: { readonly remodel?: unknown } = Object(parse(file, text));
  if (remodel === undefined) return undefined;
  if (!isObject(remodel)) throw invalid(file, "is no object", 'Write: "remodel": { "migrations": "revisions" }');
  const { dataSource, ...config } = remodel;
  if (dataSource !== undefined && typeof dataSource !== "string")
    throw invalid(file, "has a dataSource that is no text", 'Write: "dataSource": "src/data-source.ts"');
  return {
    file,
    ...dropUndefined({ dataSource }),
    ...(Object.keys(config).length > 0 && { config: defineConfig(config) }),
  };
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new RemodelError("CONFIG_INVALID", `${showFile(file)} is not valid JSON: ${cause.message}`, {
      hint: "Correct it.",
      cause,
    });
  }
}

function invalid(file: string, problem: string, hint: string): RemodelError {
  return new RemodelError("CONFIG_INVALID", `The key "remodel" of ${showFile(file)} ${problem}.`, { hint });
}
