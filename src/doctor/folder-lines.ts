import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, relative } from "node:path";
import { heads } from "../history/graph.ts";
import { phraseCacheProblem, probeCache } from "../load/cache-folder.ts";
import { showFile } from "../load/errors.ts";
import { isFolderOfTypeorm } from "../load/typeorm-migrations.ts";
import { isBuilt } from "../revision/folder.ts";
import { folderOfTypeorm } from "../revision/typeorm-files.ts";
import { plural } from "../words.ts";
import { type DoctorLine, failedLine, keepError, missingLine, noteLine, okLine, unknownLine } from "./doctor-line.ts";
import type { ExaminedProject } from "./project-lines.ts";

/** Looks at the folder of the revisions and at the cache. What `remodel build` wrote is not compiled, so it needs none. */
export async function examineFolders({ files, project }: ExaminedProject, cwd: string): Promise<readonly DoctorLine[]> {
  const revisions = await examineRevisions({ files, project }, cwd);
  return files !== undefined && isBuilt(files.folder) ? [revisions] : [revisions, examineCache(files?.home ?? cwd)];
}

const REVISIONS = "revisions";

async function examineRevisions(
  { files, project }: { files: ExaminedProject["files"]; project: ExaminedProject["project"] },
  cwd: string,
): Promise<DoctorLine> {
  if (files === undefined) return unknownLine(REVISIONS, "the configuration cannot be read");
  const { folder } = files;
  const inProject = relative(cwd, folder) || ".";
  if (project !== undefined && isFolderOfTypeorm(project, folder))
    return failedLine(REVISIONS, folderOfTypeorm(inProject));
  const read = await keepError(() => files.graph());
  if ("error" in read) return failedLine(REVISIONS, read.error);
  const ends = heads(read.value).map(({ id }) => id);
  if (ends.length > 1)
    return missingLine(
      REVISIONS,
      `${inProject} has ${ends.length} heads: ${ends.join(", ")}.`,
      "Run: remodel merge heads",
    );
  if (!isBuilt(folder) && !isWritable(folder))
    return missingLine(
      REVISIONS,
      `No file can be written to ${inProject}.`,
      `Correct its permissions: chmod u+w ${inProject}`,
    );
  const { size } = read.value.given;
  if (size === 0) return describeEmpty(folder, inProject);
  return okLine(REVISIONS, `${plural(size, "revision")} in ${inProject}, head ${ends.join(", ")}`);
}

function describeEmpty(folder: string, shown: string): DoctorLine {
  const text = existsSync(folder) ? `There is no revision in ${shown}.` : `The folder ${shown} does not exist yet.`;
  return noteLine(
    REVISIONS,
    text,
    "To write the first revision, run: remodel revision --autogenerate -m MESSAGE\nFor a database that has its tables already, run: remodel adopt",
  );
}

/** Whether files can be written to a folder; to one that is missing, whether it can be made. */
function isWritable(folder: string): boolean {
  const is = statSync(folder, { throwIfNoEntry: false });
  if (is === undefined) return folder !== dirname(folder) && isWritable(dirname(folder));
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return is.isDirectory();
  } catch {
    return false;
  }
}

function examineCache(home: string): DoctorLine {
  const { folder, problem } = probeCache(home);
  const place = showFile(folder);
  if (problem === undefined) return okLine("cache", place);
  return missingLine(
    "cache",
    phraseCacheProblem(place, problem),
    `Make it a folder of your own that you may write to: ${place}`,
  );
}
