import { listUserSchemas } from "../adopt/objects.ts";
import { collect } from "../collect.ts";
import { type LiveSchema, readSchemaNow } from "../compare/drift.ts";
import { readTypeormTables } from "../compare/typeorm-tables.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { excludes } from "../read/exclude.ts";
import { buildHistory } from "../shadow/build-history.ts";
import { openThrowaway, type Throwaway } from "../shadow/throwaway.ts";
import { readState } from "../state/applied-rows.ts";
import { computeFingerprint } from "../state/saved-schema.ts";
import type { Session } from "../state/session.ts";
import type { Tenant } from "./tenant.ts";
import { readWholeSchema, type WholeSchema } from "./whole-schema.ts";

/** The schema that tenants must have to be stamped. */
export interface StampReference extends LiveSchema {
  /** The major version of the server that printed it. Another one may print the same schema differently. */
  readonly major: number;
}

/** A reference, with what models cannot declare. */
export interface WholeReference extends StampReference {
  readonly whole: WholeSchema;
  /** The checksums of the revisions that made it, by id; absent for a tenant that the others must be like. */
  readonly proved?: ReadonlyMap<string, string>;
}

/** Finds the reference for a tenant, whose session is open. */
export type FindReference = (session: Session, tenant: Tenant) => Promise<WholeReference>;

/** Reads the live schema of a tenant, without the tables that TypeORM keeps for itself: no revision makes them. */
export async function readReference(session: Session): Promise<StampReference> {
  const { version, schema: own } = await session.server();
  const all = await readSchemaNow(session);
  const typeorm = await readTypeormTables(session);
  const tables = all.tables?.filter(({ name }) => !excludes(typeorm.tables, name, own));
  const schema = { ...all, ...dropUndefined({ tables }) };
  return { schema, fingerprint: computeFingerprint(schema), major: Math.floor(version / 10000) };
}

/** Reads the tenant that the others must be like. */
export async function readWholeReference(session: Session): Promise<WholeReference> {
  return { ...(await readReference(session)), whole: await readAllSchemas(session) };
}

/** A tenant that is a schema has no other one. */
async function readAllSchemas(session: Session): Promise<WholeSchema> {
  const others = session.givenSchema === undefined ? await listUserSchemas(await session.connection()) : [];
  return await readWholeSchema(session, others);
}

/**
 * Makes references of a history: it is built once in a throwaway for each major version that the tenants have.
 * @param target the name of the revision up to which it is built
 * @param on where the throwaway is created, see `openThrowaway`; default: on the server of the first tenant of that version
 */
export function buildReferences(target: string, on?: string): FindReference {
  const known = new Map<number, Promise<WholeReference>>();
  return async (session, tenant) => {
    const { version } = await session.server();
    const major = Math.floor(version / 10000);
    const reference = known.get(major) ?? buildReference(session, tenant, target, on);
    known.set(major, reference);
    return await reference;
  };
}

async function buildReference(
  session: Session,
  tenant: Tenant,
  target: string,
  on: string | undefined,
): Promise<WholeReference> {
  const throwaway = await openReferenceThrowaway(session, tenant, on);
  try {
    const { session: built, schema, fingerprint } = await buildHistory(throwaway, session, target);
    const { version } = await built.server();
    const rows = await readState(throwaway.connection, await built.state());
    const proved = new Map(
      rows.flatMap(({ revision, checksum }) => collect(checksum !== undefined && ([revision, checksum] as const))),
    );
    return { schema, fingerprint, major: Math.floor(version / 10000), whole: await readAllSchemas(built), proved };
  } finally {
    await throwaway.close();
  }
}

async function openReferenceThrowaway(session: Session, tenant: Tenant, on: string | undefined): Promise<Throwaway> {
  try {
    return await openThrowaway(session, on ?? tenant.target());
  } catch (cause) {
    if (!(cause instanceof RemodelError) || on !== undefined) throw cause;
    throw new RemodelError(cause.code, cause.message, {
      hint: "Name a server of the same version and a role that may create databases: --on postgres://…. Or name a tenant whose schema is right: --like NAME",
      cause,
    });
  }
}
