import type pg from "pg";
import { listCatalog, listRows, type Rows } from "./observer.ts";

/** Everything that a run and a script have to agree on. */
export interface Snapshot {
  readonly catalog: string;
  readonly rows: Rows;
  /** What `remodel_revision` says, but for times and durations. */
  readonly state: readonly unknown[];
  /** What `remodel_log` says, but for times. */
  readonly log: readonly unknown[];
}

/** What a database holds, its own tables with it. */
export async function snapshotOf(client: pg.Client): Promise<Snapshot> {
  const ask = async (sql: string) => (await client.query(sql)).rows;
  return {
    catalog: await listCatalog(client),
    rows: withoutName(await listRows(client), (await ask("SELECT current_database() AS name"))[0].name),
    state: await ask("SELECT revision, message, applied_by, checksum FROM remodel_revision ORDER BY 1"),
    log: await ask(
      "SELECT action, revision, direction, step FROM remodel_log WHERE action NOT IN ('begin', 'batch') ORDER BY id",
    ),
  };
}

/** TypeORM notes the name of the database with each generated column. */
function withoutName(rows: Rows, name: string): Rows {
  return JSON.parse(JSON.stringify(rows).replaceAll(JSON.stringify(name), '"(database)"'));
}
