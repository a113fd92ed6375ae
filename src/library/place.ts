import type { Config } from "../config.ts";
import type { ConnectionTarget } from "../connection/connect.ts";
import { dropUndefined } from "../given.ts";
import { openGivenProject } from "../state/given-project.ts";
import { openSession, type Session } from "../state/session.ts";

/** Where the project and its database are, for the functions of the package. */
export interface RemodelOptions {
  /**
   * A TypeORM `DataSource`, initialized or not, or its options; or the path of the file that has one. It names the models
   * and the database. Default: the file that the command line would find.
   */
  readonly dataSource?: object | string;
  /** The folder of the revision files, relative to `cwd`. Default: that of the configuration. */
  readonly migrations?: string;
  /** Another database than that of the data source: `postgres://…` or `pglite:DIR`. */
  readonly url?: string;
  /** The schema to use, where others use the same database. */
  readonly schema?: string;
  /** The folder that paths are relative to. Default: the working directory. */
  readonly cwd?: string;
  /** The configuration. Default: what the project exports as `remodel`. Only with a data source that is an object. */
  readonly config?: Config;
}

/** Options of a project, or a session that is open already and stays open. */
export type ProjectPlace = RemodelOptions | Session;

/**
 * Calls a function with a session, which is closed afterwards unless it was given. The connection of a data source that
 * is initialized is not used: a run needs one of its own.
 * @param makesDatabase whether an embedded database is made where the folder has none, see `SessionOptions`
 */
export async function atPlace<Result>(
  place: ProjectPlace,
  use: (session: Session) => Promise<Result>,
  makesDatabase = false,
): Promise<Result> {
  if (isSession(place)) return await use(place);
  const session = await openPlace(place, makesDatabase);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

function isSession(place: ProjectPlace): place is Session {
  return "graph" in place;
}

async function openPlace(options: RemodelOptions, makesDatabase: boolean): Promise<Session> {
  const { dataSource, migrations, url, schema, cwd = process.cwd(), config } = options;
  const names = { makesDatabase, ...dropUndefined({ schema }) };
  const files = { cwd, ...dropUndefined({ migrations }) };
  if (typeof dataSource !== "object") {
    const file = dropUndefined({ dataSource });
    return await openSession({ ...files, ranBefore: true, ...file, ...names, ...dropUndefined({ url }) });
  }
  const project = await openGivenProject({ dataSource, ...files, ...dropUndefined({ config }) });
  const target: ConnectionTarget = url ?? (await project.database());
  return await openSession({ project, connection: target, ...names });
}
