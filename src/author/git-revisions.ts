import { basename } from "node:path";
import { RemodelError } from "../errors.ts";
import { isRevisionFile, readRevision } from "../revision/folder.ts";
import { readCommit, runGit } from "./git.ts";

/** A file of a commit. */
interface CommittedFile {
  readonly object: string;
  readonly path: string;
}

/**
 * Reads the ids of the revisions that a commit has. These are files of the folder, and files that are no longer where the
 * commit has them: those, or the folder, may have been renamed or moved since.
 * @param folder the folder of revisions
 * @throws RemodelError `USAGE` if git cannot read the commit
 */
export async function readIdsAt(folder: string, ref: string): Promise<ReadonlySet<string>> {
  return await readCommit(folder, ref, "--base", async (commit) => {
    const files = [...(await listFolder(folder, commit)), ...(await listGone(folder, commit))];
    const objects = files.filter(({ path }) => isRevisionFile(basename(path))).map(({ object }) => object);
    const texts = await readObjects(folder, [...new Set(objects)]);
    return new Set(texts.flatMap(readId));
  });
}

/** The files that a commit has in the folder itself. */
async function listFolder(folder: string, commit: string): Promise<readonly CommittedFile[]> {
  const entries = (await runGit(folder, ["ls-tree", "-z", commit])).split("\0");
  return entries.flatMap((entry) => {
    const [, object, path] = /^\d+ blob (\w+)\t([\s\S]+)$/.exec(entry) ?? [];
    return object === undefined || path === undefined ? [] : { object, path };
  });
}

/** The files that a commit has, and that are no longer there. */
async function listGone(folder: string, commit: string): Promise<readonly CommittedFile[]> {
  const args = ["diff-index", "--raw", "-z", "--no-renames", "--no-abbrev", "--diff-filter=D", commit, "--"];
  const fields = (await runGit(folder, args)).split("\0");
  return fields.flatMap((field, at) => {
    const [, object] = /^:\d+ \d+ (\w+) \w+ D$/.exec(field) ?? [];
    return object === undefined ? [] : { object, path: fields[at + 1] ?? "" };
  });
}

/** Reads files by their objects, with one process. */
async function readObjects(folder: string, objects: readonly string[]): Promise<readonly string[]> {
  if (objects.length === 0) return [];
  const output = Buffer.from(await runGit(folder, ["cat-file", "--batch"], { input: `${objects.join("\n")}\n` }));
  const texts: string[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf("\n", at);
    const [, size = "0"] = /^\w+ blob (\d+)$/.exec(output.toString("utf8", at, end)) ?? [];
    const start = end + 1;
    texts.push(output.toString("utf8", start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return texts;
}

/** The id of a revision file; nothing for a file that is none. */
function readId(text: string): readonly string[] {
  if (!text.includes("downRevision")) return [];
  try {
    return [readRevision("", text).id];
  } catch (error) {
    if (error instanceof RemodelError) return [];
    throw error;
  }
}
