import type { Session } from "../../../src/state/session.ts";
import { listCatalog } from "../observer.ts";
import { connect, withDatabase } from "../servers.ts";
import { testSession, withFolder } from "../session.ts";
import type { TypeormVersion } from "../typeorm.ts";
import { byTable } from "./all.ts";
import type { Model } from "./idiom.ts";

/** A database, and sessions over models that come and go. */
export interface Project {
  readonly url: string;
  readonly folder: string;
  /** Calls a function with a session over these models; TypeORM 1.x unless told. */
  readonly at: <Result>(
    entities: readonly Model[],
    act: (session: Session) => Promise<Result>,
    version?: TypeormVersion,
  ) => Promise<Result>;
}

/** A database and a folder of revisions, and sessions over models that come and go. */
export async function withProject<Result>(major: number, body: (project: Project) => Promise<Result>): Promise<Result> {
  return withFolder((folder) =>
    withDatabase(major, (url) =>
      body({
        url,
        folder,
        async at(entities, act, version = "1") {
          const session = await testSession({ url, folder, entities, version });
          try {
            return await act(session);
          } finally {
            await session.close();
          }
        },
      }),
    ),
  );
}

/** The whole listing. Columns are listed by name, for those added later stand at the end. */
export async function catalogText(url: string): Promise<string> {
  const client = await connect(url);
  try {
    return await listCatalog(client, { columnOrder: false });
  } finally {
    await client.end();
  }
}

/** The listing's blocks, by the table they are about. */
export async function catalogOf(url: string): Promise<ReadonlyMap<string, readonly string[]>> {
  return byTable((await catalogText(url)).split(/\n(?! )/), (block) => block);
}
