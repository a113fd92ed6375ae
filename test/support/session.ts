import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Config, fillDefaults } from "../../src/config.ts";
import { type Connection, connect } from "../../src/connection/connect.ts";
import { buildGraph } from "../../src/history/graph.ts";
import { createLoader, type Loader, type Project } from "../../src/load/load.ts";
import { readModels } from "../../src/read/models.ts";
import { readServerInfo } from "../../src/read/server-info.ts";
import { readFiles, readFolder } from "../../src/revision/folder.ts";
import { KEEPS_NOTHING } from "../../src/state/keep-results.ts";
import { once } from "../../src/state/once.ts";
import { createStateReaders, type Session } from "../../src/state/session.ts";
import { borrowConnection } from "./connections.ts";
import { fastestFolder } from "./fastest-folder.mjs";
import { keepPlans } from "./kept-plans.ts";

/** What a test's project has. */
export interface TestProject {
  readonly url: string;
  /** Classes and EntitySchemas. */
  readonly entities: readonly unknown[];
  /** The folder of the revision files. */
  readonly folder: string;
  /** More options of the data source. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly config?: Config;
  /** Which TypeORM the project has. */
  readonly version?: "1" | "0.3";
  /** A connection to use instead of a new one; it stays open. */
  readonly connection?: Connection;
  /** False where the test is about how PostgreSQL plans queries or finds names: see {@link keepPlans}. */
  readonly keepsPlans?: boolean;
}

/** A session over models that are classes of the test itself, so that no project has to be written to disk. */
export async function testSession({
  url,
  entities,
  folder,
  options,
  config,
  version = "1",
  connection,
  keepsPlans = true,
}: TestProject): Promise<Session> {
  const own = createRequire(import.meta.url);
  const files = createLoader(folder);
  const loader: Loader = {
    ...files,
    require: (name) => own(name === "typeorm" && version === "0.3" ? "typeorm-0.3" : name),
  };
  const dataSource = { options: { type: "postgres", url, entities, ...options }, buildMetadatas: () => undefined };
  const project = { file: join(folder, "ormconfig.ts"), folder, dataSource, config: config ?? {}, loader } as Project;
  const { db: opened, giveBack } = await openConnection(url, loader, folder, connection);
  const db = keepsPlans ? keepPlans(opened) : opened;
  const server = await readServerInfo(db, options?.["schema"] as string | undefined);
  const parts = {
    settings: fillDefaults(config),
    graph: () => buildGraph(readFolder(folder)),
    connection: async () => db,
    server: async () => server,
  };
  return {
    ...parts,
    ...createStateReaders(parts),
    loader,
    home: folder,
    folder,
    files: () => readFiles(folder),
    label: async () => db.label,
    project: async () => project,
    options: async () => dataSource.options,
    keeper: KEEPS_NOTHING,
    models: once(async () => await readModels(project, server)),
    schema: async () => options?.["schema"] as string | undefined,
    close: giveBack,
  };
}

/** The connection of a session, and what is done with it when the session is closed. */
async function openConnection(url: string, loader: Loader, folder: string, given: Connection | undefined) {
  if (given !== undefined) return { db: given, giveBack: async () => {} };
  return await borrowConnection(url, () => connect(url, loader, folder));
}

/** Calls a function with a folder that is gone afterwards; what is compiled in it is kept as long, as in a project. */
export async function withFolder<Result>(body: (folder: string) => Promise<Result>): Promise<Result> {
  const project = mkdtempSync(join(fastestFolder(), "remodel-test-"));
  const folder = join(project, "revisions");
  mkdirSync(join(project, "node_modules"));
  mkdirSync(folder);
  try {
    return await body(folder);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
