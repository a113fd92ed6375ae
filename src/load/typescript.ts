import { createRequire } from "node:module";
import type { ts as Ts } from "ts-morph";

/** TypeScript, as ts-morph has it. */
export type TypeScript = typeof Ts;

/** Where a package of ts-morph has it. */
const INSIDE = "@ts-morph/common/dist/typescript.js";

/** Loads TypeScript alone: all of ts-morph, which edits files with it, takes half as long again, and 15 MB more. */
export function requireTypeScript(): TypeScript {
  const own = createRequire(import.meta.url);
  const file = findInside(own.resolve("ts-morph"));
  return file === undefined ? own("ts-morph").ts : own(file);
}

/** Lets TypeScript go, see `Loader.forgetCompiler`. It stays where all of ts-morph was loaded, which keeps it. */
export function forgetTypeScript(): void {
  const { cache, resolve } = createRequire(import.meta.url);
  const morph = resolve("ts-morph");
  const file = findInside(morph);
  if (file !== undefined && cache[morph] === undefined) delete cache[file];
}

function findInside(morph: string): string | undefined {
  try {
    return createRequire(morph).resolve(INSIDE);
  } catch {
    return undefined;
  }
}
