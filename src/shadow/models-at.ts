import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, relative } from "node:path";
import { findGitRoot, readCommit, runGit } from "../author/git.ts";
import { RemodelError, readError } from "../errors.ts";
import { openPrivate } from "../load/cache-folder.ts";
import { loadProject, type Project } from "../load/load.ts";
import type { Session } from "../state/session.ts";
import { linkPackages } from "./link-packages.ts";

/** The project as it is at a commit, in a folder of its own. */
export interface ProjectAt {
  readonly project: Project;
  /** Removes the folder. */
  remove(): void;
}

/** The folder of one run: the id of its process comes first. */
const NAME = /^models-(\d+)-[0-9a-f]{8}$/;

/**
 * Checks a commit out into a temporary folder, and runs the file with the data source there. Packages are those of the
 * project. The repository and its index stay as they are.
 * @param session the project
 * @param ref a branch, a tag or a commit
 * @throws RemodelError `USAGE` if git cannot read it or it has no models
 */
export async function openProjectAt(session: Session, ref: string): Promise<ProjectAt> {
  const { file } = await session.project();
  const root = await findGitRoot(dirname(file));
  if (root === undefined)
    throw new RemodelError("USAGE", `${dirname(file)} is not in a git repository, so there is no ${ref}.`, {
      hint: "Run this in a clone of the repository.",
    });
  const home = openPrivate(join(tmpdir(), `typeorm-remodel-${userInfo().uid}`));
  removeLeftovers(home);
  const folder = join(home, `models-${process.pid}-${randomBytes(4).toString("hex")}`);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const tree = join(folder, "tree");
    mkdirSync(tree, { recursive: true, mode: 0o700 });
    const packages = await checkOut(root, ref, folder);
    for (const one of ["", ...packages]) linkPackages(root, tree, one);
    return { project: await loadAt(join(tree, relative(root, file)), ref, tree), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Removes what killed runs left. */
function removeLeftovers(home: string): void {
  for (const name of readdirSync(home)) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(home, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return readError(error).code === "EPERM";
  }
}

/** @returns the folders of the commit that have a package.json */
async function checkOut(root: string, ref: string, folder: string): Promise<readonly string[]> {
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, "index") };
  return await readCommit(root, ref, "--against", async (commit) => {
    await runGit(root, ["read-tree", commit], { env });
    await runGit(root, ["checkout-index", "--all", `--prefix=${join(folder, "tree")}/`], { env });
    const files = await runGit(root, ["ls-files", "-z", "--", "package.json", "**/package.json"], { env });
    return files.split("\0").flatMap((file) => (file.includes("/") ? dirname(file) : []));
  });
}

async function loadAt(file: string, ref: string, tree: string): Promise<Project> {
  try {
    return await loadProject({ folder: dirname(file), dataSource: file });
  } catch (error) {
    const { message } = readError(error);
    throw new RemodelError("USAGE", `The models at ${ref} cannot be read: ${message.replaceAll(`${tree}/`, "")}`, {
      hint: "Give --against a commit whose models can be loaded with the installed packages.",
      cause: error,
    });
  }
}
