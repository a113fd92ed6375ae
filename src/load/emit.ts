import { dirname, extname, relative, sep } from "node:path";
import { RemodelError } from "../errors.ts";
import { type Built, describeBuilt } from "./compile-sources.ts";
import type { EmittedFile, Placement } from "./emitted-file.ts";
import { showFile } from "./errors.ts";
import { type Modules, openTools } from "./modules.ts";
import { isOurs } from "./resolve.ts";

/** Matches the imports in JavaScript that is CommonJS already. */
const REQUIRED = /\b(require|__require)\((["'])([^"'\n]+)\2\)/g;

/**
 * Makes CommonJS of files and of all files of the project that they import. Imports of those name the new places.
 * @param files absolute paths without symbolic links
 * @throws RemodelError `MODULE_INVALID`
 */
export function emitFiles(modules: Modules, files: readonly string[], place: Placement): readonly EmittedFile[] {
  const reached = new Set(files);
  const emitted: EmittedFile[] = [];
  for (const file of reached) {
    const text = emitOne(modules, file).replace(REQUIRED, (call, name: string, quote: string, specifier: string) => {
      const target = openTools(modules).resolve(specifier, file);
      if (target === undefined || !isOurs(target)) return call;
      reached.add(target);
      return `${name}(${quote}${pathTo(place(file), place(target))}${quote})`;
    });
    emitted.push({ file, text });
  }
  return emitted;
}

function emitOne(modules: Modules, file: string): string {
  const { sources, compiler, isModule } = openTools(modules);
  const { text, compiled } = sources.read(file);
  if (extname(file) === ".json") return text;
  const built: Built = isModule(file) ? "module" : "commonjs";
  if (!compiled) return text;
  const { code, awaits } = compiler.compile(file);
  if (awaits === undefined) return `${describeBuilt(built)}\n${code}`;
  throw new RemodelError(
    "MODULE_INVALID",
    `${showFile(file)}:${awaits} uses top-level await, which CommonJS does not have.`,
    {
      hint: "Move the await into a function.",
      details: { file, line: awaits },
    },
  );
}

function pathTo(from: string, to: string): string {
  const path = relative(dirname(from), to).replaceAll(sep, "/");
  return path.startsWith(".") ? path : `./${path}`;
}
