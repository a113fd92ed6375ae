import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { RemodelError, readError } from "../errors.ts";

const run = promisify(execFile);
const OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Runs git in a folder.
 * @returns what it prints
 * @throws an error with git's own `stderr`
 */
export async function runGit(
  folder: string,
  args: readonly string[],
  { input, env }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const running = run("git", ["-C", folder, ...args], { maxBuffer: OUTPUT_BYTES, ...(env && { env }) });
  // git may end before it has read its input, and says why itself.
  running.child.stdin?.on("error", () => undefined).end(input);
  return (await running).stdout;
}

/** Finds the top folder of the git repository, or `undefined` outside one. */
export async function findGitRoot(folder: string): Promise<string | undefined> {
  const found = await runGit(folder, ["rev-parse", "--show-toplevel"]).catch(() => undefined);
  return found?.replace(/\r?\n$/, "");
}

/**
 * Reads something of a commit.
 * @param option the option that names the commit
 * @throws RemodelError `USAGE` if git cannot read it
 */
export async function readCommit<Result>(
  folder: string,
  ref: string,
  option: string,
  read: (commit: string) => Promise<Result>,
): Promise<Result> {
  try {
    const commit = await runGit(folder, ["rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`]);
    return await read(commit.trim());
  } catch (error) {
    const { stderr = "" }: { readonly stderr?: string } = Object(error);
    const [why = ""] = (stderr || readError(error).message).split("\n");
    throw new RemodelError("USAGE", `git could not read ${ref}: ${why}`, {
      hint: `Give ${option} a branch, a tag or a commit of this repository. In CI, fetch it first.`,
    });
  }
}
