import { spawnSync } from "node:child_process";
import { RemodelError } from "../errors.ts";
import { fileInShell } from "../load/platform-paths.ts";
import type { Host } from "./host.ts";

/** Whether the person has named an editor. */
export function hasEditor(env: Host["env"] = {}): boolean {
  return Boolean(env["VISUAL"] || env["EDITOR"]);
}

/**
 * Opens a file in the person's editor, and waits until it is closed.
 * @throws RemodelError `USAGE` if none is named, or if it fails
 */
export function openEditor(file: string, env: Host["env"]): void {
  const editor = env["VISUAL"] || env["EDITOR"];
  if (!editor) throw new RemodelError("USAGE", "No editor is set.", { hint: `Set EDITOR, or open ${file} yourself.` });
  const { status, error } = spawnSync(`${editor} ${fileInShell(process.platform)}`, {
    shell: true,
    stdio: "inherit",
    env: { ...env, FILE: file },
  });
  if (error === undefined && status === 0) return;
  throw new RemodelError("USAGE", `${editor} ended with ${error?.message ?? status}.`, {
    hint: `Set EDITOR to another program, or open ${file} yourself.`,
  });
}
