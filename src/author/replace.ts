import { randomBytes } from "node:crypto";
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { RemodelError } from "../errors.ts";
import { explainFile, FREE_SPACE, isDiskFull } from "../file-errors.ts";
import { refuseBuilt } from "../revision/folder.ts";

/**
 * Replaces the text of a file, whole or not at all. It changes nothing if another program has changed the file since it was read.
 * @param path the file
 * @param before what it has to hold still
 * @throws RemodelError `CONFIG_INVALID` if it cannot be written, `USAGE` if it holds something else
 */
export function replaceFile(path: string, before: string, text: string): void {
  refuseBuilt(dirname(path));
  const file = realpathSync(path);
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString("hex")}.tmp`);
  try {
    writeFileSync(draft, text, { flag: "wx", flush: true, mode: statSync(file).mode });
    if (readFileSync(file, "utf8") === before) {
      renameSync(draft, file);
      return;
    }
  } catch (cause) {
    throw new RemodelError("CONFIG_INVALID", `${path} cannot be written: ${explainFile(cause)}. It is as it was.`, {
      hint: isDiskFull(cause) ? FREE_SPACE : "Correct the permissions of the file and of its folder.",
      cause,
      details: { file: path },
    });
  } finally {
    rmSync(draft, { force: true });
  }
  throw new RemodelError("USAGE", `${path} was changed by another program just now. Nothing was written.`, {
    hint: "Run the command again.",
  });
}
