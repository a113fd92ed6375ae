import { isBuilt } from "../revision/folder.ts";
import type { SessionOptions } from "../state/session.ts";
import { examineDatabase } from "./database-lines.ts";
import type { DoctorLine } from "./doctor-line.ts";
import { examineFolders } from "./folder-lines.ts";
import { examineProject } from "./project-lines.ts";
import { examineVersions } from "./versions.ts";

/** What `remodel doctor` found. */
export interface Diagnosis {
  /** How many lines say that something is missing. */
  readonly problems: number;
  readonly lines: readonly DoctorLine[];
}

/**
 * Looks at everything that remodel needs: versions, configuration, data source, folders, database and rights. It goes on
 * after a failure, and changes nothing.
 * @param options where the project and its database are
 */
export async function diagnose(options: SessionOptions): Promise<Diagnosis> {
  const { cwd } = options;
  const examined = await examineProject(options);
  const { files } = examined;
  const isOfBuild = files !== undefined && isBuilt(files.folder);
  const lines = [
    ...examineVersions(files?.home ?? cwd, isOfBuild),
    ...(isOfBuild ? [] : examined.lines),
    ...(await examineFolders(examined, cwd)),
    ...(await examineDatabase(files, options)),
  ];
  return { problems: lines.filter(({ status }) => status === "missing").length, lines };
}
