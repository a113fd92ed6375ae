import { readTypeormTables } from "../compare/typeorm-tables.ts";
import type { Database } from "../database.ts";
import { readCatalog } from "../read/catalog.ts";
import { excludes } from "../read/exclude.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { Schema } from "../schema/schema.ts";
import { parseName, qualifiedName } from "../sql.ts";
import { findHistoryTables } from "../state/histories.ts";
import type { Session } from "../state/session.ts";
import { type CatalogObject, type CatalogObjects, listUserSchemas, readObjects } from "./objects.ts";

/** All that is read of a database for its baseline. */
export interface LiveDatabase {
  readonly schema: Schema;
  readonly found: CatalogObjects;
  /** Tables that are left out, and why. */
  readonly leftOut: readonly { readonly kind: string; readonly name: string; readonly why: string }[];
}

/** What is left out of a database. */
interface LeftOut {
  /** The tables of remodel itself. */
  readonly history: readonly string[];
  /** The tables that TypeORM keeps for itself. */
  readonly typeorm: readonly string[];
  /** Patterns of the configuration. */
  readonly excluded: readonly string[];
  readonly metadataTable: string;
}

/**
 * Reads a database for its baseline.
 * @param given the schemas that are read; default: all, or the one of the session
 */
export async function readLiveDatabase(session: Session, given?: readonly string[]): Promise<LiveDatabase> {
  const db = await session.connection();
  const server = await session.server();
  const schemas = given ?? (session.givenSchema === undefined ? await listUserSchemas(db) : [session.givenSchema]);
  const left = await findLeftOut(session);
  return await readWholeDatabase(db, server, schemas, left);
}

/** Finds out which tables are left out. */
async function findLeftOut(session: Session): Promise<LeftOut> {
  const { metadataTable, tables } = await readTypeormTables(session);
  const { names } = await session.state();
  return {
    history: [...(await findHistoryTables(session, [])), ...names],
    typeorm: tables,
    excluded: session.settings.exclude,
    metadataTable,
  };
}

/**
 * Reads some schemas of a database.
 * @param left what is left out of them
 */
async function readWholeDatabase(
  db: Database,
  server: ServerInfo,
  schemas: readonly string[],
  left: LeftOut,
): Promise<LiveDatabase> {
  const { history, typeorm, excluded, metadataTable } = left;
  const { schema } = await readCatalog(db, {
    server,
    schemas: schemas.filter((name) => name !== server.schema),
    exclude: [...excluded, ...history, ...typeorm],
    metadataTable,
  });
  const found = await readObjects(db, server, schemas);
  const reasons = [
    { patterns: history, why: "it belongs to remodel" },
    { patterns: typeorm, why: "TypeORM keeps it for itself" },
    { patterns: excluded, why: "the configuration excludes it" },
  ];
  const whyOf = ({ name }: CatalogObject) =>
    reasons.find(({ patterns }) => excludes(patterns, plainName(name), server.schema))?.why;
  const gone = found.objects.filter((object) => isRelation(object) && whyOf(object) !== undefined);
  return {
    schema,
    found: withoutTables(found, new Set(gone.map(({ address }) => address))),
    leftOut: gone
      .map((object) => ({ kind: object.kind, name: object.name, why: whyOf(object) ?? "" }))
      .filter(({ why }) => why !== "it belongs to remodel"),
  };
}

/** A name as `Schema` writes it. */
function plainName(text: string): string {
  const { schema, name } = parseName(text);
  return qualifiedName(name, schema);
}

function isRelation({ address, kind }: CatalogObject): boolean {
  return address.startsWith("pg_class ") && kind !== "index";
}

const SEQUENCES = ["sequence", "owned sequence"];

function withoutTables(found: CatalogObjects, gone: ReadonlySet<string>): CatalogObjects {
  const isGone = ({ address, table, kind, more = "" }: CatalogObject) => {
    const isOfSequence = SEQUENCES.includes(kind);
    return gone.has(address) || gone.has(table ?? "") || (isOfSequence && gone.has(`pg_class ${more.split(" ")[0]}`));
  };
  return { ...found, objects: found.objects.filter((object) => !isGone(object)) };
}
