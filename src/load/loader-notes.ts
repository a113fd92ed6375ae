import { collect } from "../collect.ts";
import { phraseCacheProblem, probeCache } from "./cache-folder.ts";
import { showFile } from "./errors.ts";
import type { Modules } from "./modules.ts";
import { findMissingBases } from "./tsconfig.ts";

/** What a person should know of how the files of the project were read; nothing if none was. */
export function listLoaderNotes({ home, tools, compiled }: Modules): readonly string[] {
  if (tools === undefined) return [];
  const missing = findMissingBases(home).map(
    ({ file, name }) => `Note: ${showFile(file)} extends ${name}, which is not installed: its options are left out.`,
  );
  return [...missing, ...collect(compiled && describeCache(home))];
}

function describeCache(home: string): string | undefined {
  const { folder, problem } = probeCache(home);
  return problem && `Note: ${phraseCacheProblem(showFile(folder), problem)}`;
}
