import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { collect } from "../collect.ts";
import type { Database } from "../database.ts";
import { RemodelError, readError } from "../errors.ts";
import type { Session } from "../state/session.ts";

/** A file with rows of the project. It is next to the data source or to the revisions. */
const SEED = "seed.sql";

/**
 * Runs what the project has to fill its tables: `seed.sql`, or a function `seed(db)` that the file of the data source
 * exports. It is written for one schema; where it does not fit another one, nothing of it stays.
 * @param session the project
 * @param db the throwaway
 * @param onRun called before it runs
 * @returns why it was not run
 */
export async function runSeed(session: Session, db: Database, onRun?: () => void): Promise<string | undefined> {
  const seed = await findSeed(session);
  if (seed === undefined) return undefined;
  onRun?.();
  await db.query("BEGIN");
  try {
    await seed.run(db);
    await db.query("COMMIT");
    return undefined;
  } catch (error) {
    await db.query("ROLLBACK");
    return `${seed.name} does not fit a schema that is proved: ${readError(error).message}`;
  }
}

/**
 * Runs the seed of a project.
 * @param onRun called before it runs
 * @returns why it was not run
 */
export type Seeding = (onRun?: () => void) => Promise<string | undefined>;

/**
 * Runs the seed of a project in one throwaway, again and again while its schema changes. Its rows stay there, so what has fitted once may be
 * refused by them later: that says nothing.
 */
export function createSeeding(session: Session, db: Database): Seeding {
  let hasFitted = false;
  return async (onRun) => {
    const problem = await runSeed(session, db, onRun);
    hasFitted ||= problem === undefined;
    return hasFitted ? undefined : problem;
  };
}

interface Seed {
  readonly name: string;
  run(db: Database): Promise<unknown>;
}

async function findSeed(session: Session): Promise<Seed | undefined> {
  const file = await findProjectFile(session);
  const folders = [session.folder, dirname(session.folder), ...collect(file !== undefined && dirname(file))];
  const found = folders.map((folder) => join(folder, SEED)).find((path) => existsSync(path));
  if (found !== undefined) return { name: SEED, run: (db) => db.query(readFileSync(found, "utf8")) };
  const seed = file === undefined ? undefined : (await session.loader.load(file))["seed"];
  if (!isFunction(seed)) return undefined;
  return { name: "seed(db)", run: async (db) => await seed(db) };
}

/** A data source that a program gives as an object has no file. */
async function findProjectFile(session: Session): Promise<string | undefined> {
  try {
    const { file } = await session.project();
    return existsSync(file) ? file : undefined;
  } catch (error) {
    if (error instanceof RemodelError) return undefined;
    throw error;
  }
}

function isFunction(value: unknown): value is (db: Database) => unknown {
  return typeof value === "function";
}
