import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { RemodelError } from "../errors.ts";
import { explainFile } from "../file-errors.ts";

/** The file with the variables of a project. */
const USUAL = ".env";

/** What a file with variables gave. */
export interface EnvFile {
  /** The variables that the environment did not have. */
  readonly variables: Readonly<Record<string, string>>;
  /** Why the usual file was not read. */
  readonly note?: string;
}

/**
 * Reads the variables of `.env`, or of another file. Those that the environment has already are left out.
 * @param folder the folder that the command is run in
 * @param given the file that the command line names
 * @param known the environment
 * @throws RemodelError `USAGE` if a named file cannot be read
 */
export function readEnvFile(folder: string, given: string | undefined, known: NodeJS.ProcessEnv): EnvFile {
  const file = resolve(folder, given ?? USUAL);
  if (given === undefined && statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return { variables: {} };
  try {
    const entries = Object.entries(parseEnv(readFileSync(file, "utf8")));
    return { variables: Object.fromEntries(entries.flatMap(([name, value]) => pickNew(name, value, known))) };
  } catch (cause) {
    const text = `${given ?? USUAL} cannot be read: ${explainFile(cause)}`;
    if (given === undefined) return { variables: {}, note: text };
    throw new RemodelError("USAGE", text, { hint: "Name a file with lines such as DATABASE_URL=postgres://…", cause });
  }
}

function pickNew(
  name: string,
  value: string | undefined,
  known: NodeJS.ProcessEnv,
): readonly (readonly [string, string])[] {
  return value === undefined || known[name] !== undefined ? [] : [[name, value]];
}
