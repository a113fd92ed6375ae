import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Results of a long run by name, in files: a run that was cut off begins with what the one before has. */
export interface KeptResults<Result> {
  /** What was kept, or what `make` returns, which is kept if it is worth it. */
  get(name: string, make: () => Promise<Result>, isWorthIt: (result: Result) => boolean): Promise<Result>;
}

/**
 * Opens them.
 * @param folder where they are kept
 * @param on the files and folders that the results depend on: where one is another, nothing is found
 * @param more what else they depend on
 */
export function keepResults<Result>(folder: string, on: readonly string[], more: unknown): KeptResults<Result> {
  const hash = createHash("sha1").update(JSON.stringify(more));
  for (const path of on) for (const text of readAll(path)) hash.update(text);
  const place = join(folder, hash.digest("hex"));
  return {
    get: async (name, make, isWorthIt) => {
      const file = join(place, `${encodeURIComponent(name)}.json`);
      if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
      const result = await make();
      if (!isWorthIt(result)) return result;
      mkdirSync(place, { recursive: true });
      writeFileSync(file, JSON.stringify(result));
      return result;
    },
  };
}

function readAll(path: string): readonly string[] {
  if (path.endsWith(".ts")) return [readFileSync(path, "utf8")];
  const files = readdirSync(path, { recursive: true, encoding: "utf8", withFileTypes: true });
  const paths = files.flatMap((one) => (one.isFile() ? [join(one.parentPath, one.name)] : []));
  return paths.sort().map((file) => `${file}\n${readFileSync(file, "utf8")}`);
}
