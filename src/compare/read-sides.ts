import { readInSnapshot } from "../connection/snapshot.ts";
import { dropUndefined } from "../given.ts";
import {
  type Catalog,
  type CatalogReading,
  readCatalog,
  readCatalogWithDependencies,
  type Unmodelled,
} from "../read/catalog.ts";
import { idlePatterns, relativeName } from "../read/exclude.ts";
import type { Models } from "../read/models.ts";
import type { Schema } from "../schema/schema.ts";
import { excludeHistories } from "../state/histories.ts";
import { findSavedTablesElsewhere } from "../state/last-schemas.ts";
import type { Session } from "../state/session.ts";
import { readLastSchema } from "../state/state.ts";
import { withRepeated } from "./hand-made.ts";
import { withoutExcluded, withoutIndexes } from "./ownership.ts";
import type { Surroundings, TablesBySchema } from "./surroundings.ts";
import { OF_OTHERS } from "./tables-of-others.ts";
import { listTypeormTables } from "./typeorm-tables.ts";

/** What is read besides the models and the catalog. */
export interface AlsoRead {
  readonly surroundings: Surroundings;
  /** Reads more of the database, in the snapshot in which the catalog is read. */
  readonly atSnapshot?: (() => Promise<unknown>) | undefined;
  /** Reads what depends on what: on these names, or in the whole database where they are not known. */
  readonly dependents?: { readonly of: readonly string[] | undefined } | undefined;
  /** Tables to leave alone besides those that the configuration excludes. */
  readonly ofOthers?: readonly string[] | undefined;
}

/** The models and the catalog, without what the configuration excludes. */
export interface ReadSides {
  /** What depends on what is only read where something has to be changed. */
  readonly catalog: Catalog & Partial<CatalogReading>;
  readonly models: Schema;
  /** What the models declare and the configuration excludes. */
  readonly unmodelled: readonly Unmodelled[];
  /** Patterns of `exclude` that match no table and no view. */
  readonly idle: readonly string[];
}

/**
 * Reads the models and the catalog.
 * @param session the project and the database
 * @param also see {@link AlsoRead}
 */
export async function readSides(
  session: Session,
  { surroundings, atSnapshot, dependents, ofOthers = [] }: AlsoRead,
): Promise<ReadSides> {
  const server = await session.server();
  const db = await session.connection();
  const configured = [...session.settings.exclude, ...surroundings.historyTables];
  const { models, unmodelled } = withoutExcluded(await session.models(), configured, server.schema);
  const { metadataTable, tables } = listTypeormTables(await session.options());
  const declared = new Set((models.schema.tables ?? []).map(({ name }) => name));
  const typeorm = tables.filter((name) => !declared.has(relativeName(name, server.schema)));
  const exclude = [...configured, ...typeorm, ...models.leave, ...ofOthers];
  const scope = await chooseScope(session, models, surroundings);
  const { indexMethods } = models;
  const reading = {
    ...{ server, ...scope, exclude, metadataTable, inTransaction: true as const },
    ...dropUndefined({ indexMethods }),
  };
  const catalog = await readInSnapshot<Catalog & Partial<CatalogReading>>(db, async () => {
    await atSnapshot?.();
    if (dependents === undefined) return await readCatalog(db, reading);
    return await readCatalogWithDependencies(db, { ...reading, changing: dependents.of });
  });
  return {
    catalog: withoutIndexes(catalog, models.leaveIndexes),
    models: withRepeated(models.schema, models.repeated, catalog.schema),
    unmodelled: [...unmodelled, ...ofOthers.map((name) => ({ kind: "table", name, why: OF_OTHERS }))],
    idle: await listIdlePatterns(session, catalog),
  };
}

/**
 * Chooses what to read besides the connection's own schema: `schemas` are read as a whole, since models name them or
 * revisions create them; of others `only` single tables and views, which existed when the last run ended or which revisions name.
 */
async function chooseScope(
  session: Session,
  models: Models,
  surroundings: Surroundings,
): Promise<{ readonly schemas: readonly string[]; readonly only: TablesBySchema }> {
  const { schema: own } = await session.server();
  const schemas = [...new Set([...models.schemas, ...surroundings.revisionSchemas])];
  const saved = await findSavedTables(session, surroundings);
  const whole = new Set([own, ...schemas]);
  const ours = new Set(
    await excludeHistories(
      session,
      [...saved.keys()].filter((schema) => !whole.has(schema)),
    ),
  );
  const found = new Map([...saved].filter(([schema]) => ours.has(schema)));
  const only = [...mergeTables(found, surroundings.revisionTables)].filter(([schema]) => !whole.has(schema));
  return { schemas, only: new Map(only) };
}

/** Finds the tables and views in other schemas that existed when the last run or stamp ended. */
async function findSavedTables(session: Session, { readSaved }: Surroundings): Promise<TablesBySchema> {
  const last = await readLastSchema(await session.connection(), await session.state());
  const saved = last === undefined ? undefined : await readSaved(last);
  if (saved === undefined) return new Map();
  return await findSavedTablesElsewhere(session, saved);
}

function mergeTables(some: TablesBySchema, others: TablesBySchema): TablesBySchema {
  const schemas = new Set([...some.keys(), ...others.keys()]);
  return new Map(
    [...schemas].map((schema) => [schema, new Set([...(some.get(schema) ?? []), ...(others.get(schema) ?? [])])]),
  );
}

async function listIdlePatterns(session: Session, { present = [] }: Catalog): Promise<readonly string[]> {
  const { schema: own } = await session.server();
  const { tables = [], views = [] } = (await session.models()).schema;
  const names = [...present, ...[...tables, ...views].map(({ name }) => name)];
  return idlePatterns(session.settings.exclude, names, own);
}
