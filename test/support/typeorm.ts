import type pg from "pg";
import { DataSource, type DataSourceOptions, type EntitySchema, getMetadataArgsStorage } from "typeorm";

/** Which TypeORM is asked: the package `typeorm` (1.x) or `typeorm-0.3`. */
export type TypeormVersion = "1" | "0.3";

/** The rest of a data source's options, such as `schema` or `namingStrategy`, and which TypeORM is asked. */
export interface TypeormOptions extends Partial<Extract<DataSourceOptions, { type: "postgres" }>> {
  readonly version?: TypeormVersion;
}

type EntityClass = abstract new (...args: never[]) => unknown;
type Entities = readonly (EntityClass | EntitySchema | string)[];

// Both versions share one store of decorators; 0.3 asks it for one that 1.x gave up and that means nothing to a schema.
Object.assign(getMetadataArgsStorage(), { filterRelationCounts: () => [] });

/**
 * Lets TypeORM itself make the tables of entities in an empty database, extensions included: the oracle for what models
 * mean. Entities decorated by one version work in the other, which share the store of decorators.
 */
export async function synchronizeOn(url: string, entities: Entities, options: TypeormOptions = {}): Promise<void> {
  await withDataSource(url, entities, options, (source) => source.synchronize());
}

/** The same over a connection that is open, and stays open. */
export function synchronizeWith(client: pg.Client, entities: Entities, options: TypeormOptions = {}): Promise<void> {
  const Pool = function connected() {
    type Found = (error: undefined, client: pg.Client, release: () => void) => void;
    return {
      on: () => {},
      connect: (found: Found) => found(undefined, client, () => {}),
      end: (ended: () => void) => ended(),
    };
  };
  const url = `postgres://${client.host}:${client.port}/${client.database}`;
  return synchronizeOn(url, entities, { ...options, driver: { Pool } });
}

/** The statements by which TypeORM would bring a database to the entities; it runs none of them. */
export async function typeormStatements(
  url: string,
  entities: Entities,
  options: TypeormOptions = {},
): Promise<string[]> {
  return withDataSource(url, entities, { ...options, installExtensions: false }, async (source) => {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  });
}

/** The number of statements by which TypeORM would bring a database to the entities. */
export async function typeormLog(url: string, entities: Entities, options: TypeormOptions = {}): Promise<number> {
  return (await typeormStatements(url, entities, options)).length;
}

async function withDataSource<Result>(
  url: string,
  entities: Entities,
  { version = "1", ...options }: TypeormOptions,
  body: (source: DataSource) => Promise<Result>,
): Promise<Result> {
  const Source = version === "1" ? DataSource : await importDataSource03();
  const source = new Source({ ...options, type: "postgres", url, entities: [...entities] } as DataSourceOptions);
  await source.initialize();
  try {
    return await body(source);
  } finally {
    await source.destroy();
  }
}

/** Imported when it is needed, since few tests ask it. */
async function importDataSource03(): Promise<typeof DataSource> {
  const { DataSource: DataSource03 } = await import("typeorm-0.3");
  return DataSource03 as unknown as typeof DataSource;
}
