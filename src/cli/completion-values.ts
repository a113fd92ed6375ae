import type { Graph } from "../history/graph.ts";
import type { ProjectFiles, ProjectOptions } from "../state/project-files.ts";
import type { ValueKind } from "./complete.ts";

/** Words that name revisions by their position. */
const POSITIONS = ["head", "heads", "base", "current"];
/** What the command line says about the project. */
const OPTIONS: Readonly<Record<string, "dataSource" | "migrations">> = {
  "-d": "dataSource",
  "--dataSource": "dataSource",
  "--migrations": "migrations",
};
/** A tenant takes its server from somewhere, but nothing connects to it here. */
const ANY_SERVER = "postgres://localhost/postgres";

/**
 * Reads what the project has of a kind: the ids and labels of its revisions, or the names and labels of its tenants. No
 * database is opened, and the file with the data source is not run.
 * @param cwd the folder that the command is typed in
 * @param words what was typed
 */
export async function readValues(kind: ValueKind, cwd: string, words: readonly string[]): Promise<readonly string[]> {
  const { openProject } = await import("../state/project-files.ts");
  const given = words.flatMap((word, at) => {
    const name = OPTIONS[word];
    return name === undefined ? [] : [[name, words[at + 1]]];
  });
  const options: ProjectOptions = { cwd, ...Object.fromEntries(given) };
  const project = await openProject({ ...options, dataSourceOptional: true, dataSourceUnrun: true });
  return kind === "revision" ? await listRevisions(project.graph()) : await listTenants(project);
}

async function listRevisions(graph: Graph): Promise<readonly string[]> {
  const { listHistory } = await import("../history/plan.ts");
  const history = listHistory(graph);
  const labels = history.flatMap(({ branchLabels = [] }) => branchLabels.map((label) => `${label}@head`));
  return [...history.map(({ id }) => id), ...labels, ...POSITIONS];
}

/** Only tenants that are listed: to find others, a database or a program would have to be asked. */
async function listTenants({ settings, home, configFolder }: ProjectFiles): Promise<readonly string[]> {
  const { tenants } = settings.fleet ?? {};
  if (!Array.isArray(tenants) && typeof tenants !== "string") return [];
  const { readRecords } = await import("../fleet/inventory-sources.ts");
  const { buildTenants } = await import("../fleet/inventory.ts");
  const withConnection = () => Promise.reject(new Error("Words are completed without a connection."));
  const records = await readRecords(tenants, { configFolder, withConnection });
  const all = await buildTenants(records, { own: async () => ANY_SERVER, home, configFolder, env: process.env });
  const labels = all.flatMap((one) => Object.entries(one.labels).map(([label, value]) => `${label}=${value}`));
  return [...all.map(({ name }) => name), ...labels];
}
