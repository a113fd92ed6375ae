import type { Database } from "../../src/database.ts";
import { type Place, readCatalog, searchPathSql } from "../../src/read/catalog.ts";
import { comparable } from "../../src/read/filter.ts";
import { type CompareOptions, type Comparison, compareSides } from "../../src/run/compare.ts";
import type { Change, Operation } from "../../src/schema/operation.ts";
import type { Schema } from "../../src/schema/schema.ts";

/** PostgreSQL refused a statement of a change. */
export class Refused extends Error {
  readonly change: Change;
  constructor(change: Change, sql: string, cause: unknown) {
    super(`${(cause as Error).message}\n${sql}`, { cause });
    this.change = change;
  }
}

/** The database beside a schema that stands for models. */
export async function compareWith(
  db: Database,
  place: Place,
  schema: Schema,
  options?: CompareOptions,
): Promise<Comparison> {
  const catalog = await readCatalog(db, { place, exclude: ["typeorm_metadata"] });
  return await compareSides(db, place, comparable(catalog, schema), options);
}

/**
 * Runs changes as a revision whose every guess was kept: in one transaction, but for what allows none.
 * @throws Refused after the transaction was rolled back
 */
export async function runChanges(db: Database, place: Place, changes: readonly Change[]): Promise<void> {
  const begin = () => db.read(`BEGIN; ${searchPathSql(place.schema)}`);
  const steps = changes.flatMap((change) => change.operations.map((operation) => ({ change, operation })));
  await begin();
  for (const { change, operation } of steps) {
    if (operation.outsideTransaction) await db.read(`COMMIT; ${searchPathSql(place.schema).replace("LOCAL ", "")}`);
    await runOperation(db, change, operation);
    if (operation.outsideTransaction) await begin();
  }
  await db.read("COMMIT");
}

async function runOperation(db: Database, change: Change, { sql, values }: Operation): Promise<void> {
  for (const statement of sql)
    try {
      await db.query(statement, values);
    } catch (error) {
      await db.read("ROLLBACK");
      throw new Refused(change, statement, error);
    }
}
