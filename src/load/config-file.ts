import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type Config, defineConfig } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { showFile } from "./errors.ts";
import type { Loader } from "./loader.ts";
import { quickConfig } from "./quick-config.ts";

const NAME = "remodel.config";
const EXTENSIONS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];
const EXPORT = /(?<![\w.$])export\s+const\s+remodel\b/;

/**
 * Finds `remodel.config.ts`, which has the configuration instead of the file with the data source. So a command that needs
 * no models need not run that file, which imports every entity.
 * @param folders where to look, the first one first
 * @returns its absolute path; undefined if there is none
 */
export function findConfigFile(folders: readonly string[]): string | undefined {
  const files = folders.flatMap((folder) => EXTENSIONS.map((extension) => resolve(folder, NAME + extension)));
  return files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** Reads the configuration that such a file exports as `remodel`, as far as its text shows it without running it. */
export function readConfigFile(file: string): Config | undefined {
  const text = readFileSync(file, "utf8");
  return EXPORT.test(text) ? quickConfig(text) : undefined;
}

/**
 * Runs such a file, and returns the configuration that it exports as `remodel` or as default.
 * @throws RemodelError `CONFIG_INVALID`, `FLEET_INVALID`, and what {@link Loader.load} throws
 */
export async function loadConfigFile(file: string, loader: Loader): Promise<Config> {
  const exports: Readonly<Record<string, unknown>> = Object(await loader.load(file));
  const config = exports["remodel"] ?? exports["default"] ?? exports;
  if (typeof config === "object" && config !== null && config !== exports) return defineConfig(config);
  throw new RemodelError("CONFIG_INVALID", `${showFile(file)} exports no configuration.`, {
    hint: "Write: export const remodel = defineConfig({ … })",
  });
}

/**
 * Requires that only one file has the configuration.
 * @param files those that may have it, the one first to which everything can be moved
 * @throws RemodelError `CONFIG_INVALID`
 */
export function refuseTwoConfigs(files: readonly string[]): void {
  const [first, second] = files;
  if (first === undefined || second === undefined) return;
  throw new RemodelError("CONFIG_INVALID", `Both ${showFile(first)} and ${showFile(second)} export "remodel".`, {
    hint: `Move everything to ${showFile(first)}.`,
  });
}

/** Whether the text of the file with the data source exports a configuration by that name. */
export function exportsConfig(text: string): boolean {
  return EXPORT.test(text);
}
