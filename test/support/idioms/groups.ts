import { getMetadataArgsStorage } from "typeorm";
import { connect } from "../servers.ts";
import { synchronizeOn, type TypeormOptions, typeormStatements } from "../typeorm.ts";
import { byTable } from "./all.ts";
import type { Model } from "./idiom.ts";

/** What TypeORM takes to build its metadata grows with the square of their number. */
const SIZE = 60;

/** Entities that belong together, and the table that their names start with. */
interface Together {
  readonly table: string;
  readonly entities: readonly Model[];
}

/**
 * Lets TypeORM make the tables of many groups of entities, some groups at a time. Views come last and all at once:
 * TypeORM drops the views that it does not know.
 */
export async function synchronizeGroups(
  url: string,
  groups: readonly Together[],
  options: TypeormOptions = {},
): Promise<void> {
  // TypeORM installs it for generated uuids only, and not for a default that calls it.
  await installUuid(url);
  const withViews = groups.filter(hasView);
  const parts = portions(groups.filter((group) => !withViews.includes(group)));
  for (const part of [...parts, withViews]) await synchronizeOn(url, entitiesIn(part), options);
}

/** The statements by which TypeORM would change what it has made, by table. */
export async function groupStatements(
  url: string,
  groups: readonly Together[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found: (readonly [string, readonly string[]])[] = [];
  for (const part of portions(groups)) {
    const statements = byTable(await typeormStatements(url, entitiesIn(part)), (sql) => sql);
    const tables = new Set(part.map(({ table }) => table));
    found.push(...[...statements].filter(([table]) => tables.has(table)));
  }
  return new Map(found);
}

async function installUuid(url: string): Promise<void> {
  const client = await connect(url);
  await client.query('CREATE EXTENSION IF NOT EXISTS "uuid-ossp"').finally(() => client.end());
}

function portions(groups: readonly Together[]): readonly (readonly Together[])[] {
  const count = Math.ceil(groups.length / SIZE);
  return Array.from({ length: count }, (_, at) => groups.slice(at * SIZE, (at + 1) * SIZE));
}

function entitiesIn(groups: readonly Together[]): readonly Model[] {
  return groups.flatMap(({ entities }) => entities);
}

function hasView({ entities }: Together): boolean {
  const views = getMetadataArgsStorage().tables.filter(({ type }) => type === "view");
  return entities.some((entity) => views.some(({ target }) => target === entity));
}
