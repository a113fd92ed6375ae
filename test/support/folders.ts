import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fastestFolder } from "./fastest-folder.mjs";

const folders: string[] = [];

/** A folder that goes when the tests of the file have ended. */
export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(fastestFolder(), "remodel-cli-")));
  folders.push(folder);
  return folder;
}

/** Removes the folders of the file whose tests have ended. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
