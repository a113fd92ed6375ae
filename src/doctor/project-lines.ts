import { relative } from "node:path";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { loadProject, type Project, resolveEntities } from "../load/load.ts";
import { openProject, type ProjectFiles, type ProjectOptions, readDataSourceOptions } from "../state/project-files.ts";
import {
  type DoctorLine,
  failedLine,
  keepError,
  missingLine,
  noteLine,
  okLine,
  type Tried,
  takeValue,
  unknownLine,
} from "./doctor-line.ts";

/** What is known about the files of a project, as far as they could be read. */
export interface ExaminedProject {
  readonly lines: readonly DoctorLine[];
  readonly files?: ProjectFiles;
  readonly project?: Project;
}

/** Reads the configuration, the data source and the models of a project. No connection is opened. */
export async function examineProject(options: ProjectOptions): Promise<ExaminedProject> {
  const { cwd, dataSource } = options;
  const opened = await keepError(() => openProject({ ...options, dataSourceOptional: true }));
  const files = takeValue(opened);
  const loaded = await keepError(
    () => files?.project() ?? loadProject({ folder: cwd, ...dropUndefined({ dataSource }) }),
  );
  const project = takeValue(loaded);
  const lines = [
    describeConfiguration(opened, loaded, cwd),
    describeDataSource(loaded, cwd),
    await examineModels(project),
    examineSynchronize(project, cwd),
  ];
  return { lines, ...dropUndefined({ files, project }) };
}

function describeConfiguration(opened: Tried<ProjectFiles>, loaded: Tried<Project>, cwd: string): DoctorLine {
  const name = "configuration";
  if ("value" in opened) {
    const { folder, settings } = opened.value;
    return okLine(name, `revisions in ${relative(cwd, folder) || "."}, applied ones in ${settings.stateTable}`);
  }
  const isOfDataSource = "error" in loaded && readMessage(loaded.error) === readMessage(opened.error);
  if (isOfDataSource) return unknownLine(name, "the data source cannot be read");
  return failedLine(name, opened.error);
}

function readMessage(error: unknown): string {
  return String(Object(error).message);
}

function describeDataSource(loaded: Tried<Project>, cwd: string): DoctorLine {
  const name = "data source";
  if ("value" in loaded) return okLine(name, relative(cwd, loaded.value.file));
  const isOptional = isNotFound(loaded.error) && Boolean(process.env["DATABASE_URL"]);
  const line = failedLine(name, loaded.error);
  return isOptional ? noteLine(name, `${line.text} A build needs none.`, line.hint) : line;
}

function isNotFound(error: unknown): boolean {
  return error instanceof RemodelError && error.code === "CONFIG_NOT_FOUND";
}

async function examineModels(project: Project | undefined): Promise<DoctorLine> {
  if (project === undefined) return unknownLine("models", "there is no data source");
  const found = await keepError(() => resolveEntities(project));
  if ("error" in found) return failedLine("models", found.error);
  const { length } = found.value;
  return okLine("models", length === 1 ? "1 entity" : `${length} entities`);
}

/** The options with which TypeORM changes a database by itself. */
function examineSynchronize(project: Project | undefined, cwd: string): DoctorLine {
  const name = "synchronize";
  if (project === undefined) return unknownLine(name, "there is no data source");
  const { synchronize, dropSchema, migrationsRun }: Readonly<Record<string, unknown>> = readDataSourceOptions(project);
  const on = Object.entries({ synchronize, dropSchema }).flatMap(([key, value]) => (value === true ? [key] : []));
  const file = relative(cwd, project.file);
  if (on.length > 0)
    return missingLine(
      name,
      `${on.join(" and ")} of the data source is on: TypeORM changes tables by itself, without a revision.`,
      `In ${file}, write: ${on.map((key) => `${key}: false`).join(", ")}`,
    );
  if (migrationsRun === true)
    return noteLine(name, "migrationsRun of the data source is on: TypeORM runs its own migrations at each start.");
  return okLine(name, "off");
}
