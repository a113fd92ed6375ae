import type { Database } from "../database.ts";
import { RemodelError } from "../errors.ts";
import { buildGraph } from "../history/graph.ts";
import { readRevision } from "../revision/folder.ts";
import { downgrade, upgrade } from "../run/run.ts";
import { prepareThrowaway, refuseMissingExtensions } from "../shadow/build-history.ts";
import { compareCatalogs } from "../shadow/compare-catalogs.ts";
import { enterThrowaway, type ThrowawayOptions, withThrowaway } from "../shadow/throwaway.ts";
import { id } from "../sql.ts";
import type { Session } from "../state/session.ts";
import { rolesOf } from "./baseline.ts";
import { type LiveDatabase, readLiveDatabase } from "./live.ts";
import { type CatalogObject, listRoles } from "./objects.ts";
import { wholeOf } from "./order.ts";

/** What a proof of a baseline needs. */
export interface BaselineProofOptions extends ThrowawayOptions {
  /** The roles that the baseline names. */
  readonly roles: readonly string[];
}

/** Where a baseline was proved, and what was not compared there. */
export interface BaselineProof {
  readonly on: string;
  /** `server_version_num` */
  readonly version: number;
  /** Why only the names were compared, or some rights were not. */
  readonly notes: readonly string[];
}

/**
 * Proves a baseline in a throwaway: up it gives the live catalog, and down what was there before.
 * @param files the revisions to be proved, which need not be in the folder of the project
 * @param live what the database has
 * @throws RemodelError `BASELINE_UNPROVED`, `EXTENSION_MISSING`, `CANCELLED`, and what `upgrade` throws
 */
export async function proveBaseline(
  project: Session,
  files: readonly { readonly file: string; readonly text: string }[],
  live: LiveDatabase,
  { roles, ...where }: BaselineProofOptions,
): Promise<BaselineProof> {
  const graph = buildGraph(files.map(({ file, text }) => readRevision(file, text)));
  return await withThrowaway(project, where, async (throwaway) => {
    const db = throwaway.connection;
    const session = await enterThrowaway(throwaway, { ...project, files: () => files, graph: () => graph });
    await refuseMissingExtensions(throwaway, listExtensions(live));
    if (throwaway.on === "pglite") await createRoles(db, roles);
    await prepareThrowaway(throwaway, session, "heads");
    const before = await readLiveDatabase(session);
    await upgrade(session, "heads");
    const made = await readLiveDatabase(session);
    const missing = await findMissingRoles(db, roles);
    const { version } = await session.server();
    const isSameMajor = major(version) === major((await project.server()).version);
    refuse(findDifferences(live, made, { isSameMajor, missing }), "up");
    await downgrade(session, "base");
    refuse(findDifferences(before, await readLiveDatabase(session), { isSameMajor: true, missing: [] }), "down");
    return { on: throwaway.on, version, notes: notesOf(isSameMajor, major(version), missing) };
  });
}

function listExtensions({ found }: LiveDatabase): readonly string[] {
  return found.objects.filter(({ kind }) => kind === "extension").map(({ name }) => name);
}

function major(version: number): number {
  return Math.floor(version / 10000);
}

function notesOf(isSameMajor: boolean, version: number, missing: readonly string[]): readonly string[] {
  const names = `It was proved on PostgreSQL ${version}, which prints definitions in another way than the database: which objects there are was compared, and not how their definitions are written. To compare those too, name a server: --on postgres://…`;
  const rights = `The server of the proof does not have the roles ${missing.join(", ")}, so their rights were not compared.`;
  return [...(isSameMajor ? [] : [names]), ...(missing.length === 0 ? [] : [rights])];
}

async function createRoles(db: Database, roles: readonly string[]): Promise<void> {
  for (const role of await findMissingRoles(db, roles)) await db.query(`CREATE ROLE ${id(role)}`);
}

async function findMissingRoles(db: Database, roles: readonly string[]): Promise<readonly string[]> {
  const there = await listRoles(db);
  return roles.filter((role) => !there.has(role));
}

/** How closely two databases are compared. */
interface Closeness {
  readonly isSameMajor: boolean;
  /** Roles that one of them does not have. */
  readonly missing: readonly string[];
}

/** How a database differs from the one that it should be, in words. */
export function findDifferences(wanted: LiveDatabase, made: LiveDatabase, closeness: Closeness): readonly string[] {
  const [before, after] = [wanted, made].map((one) => describeAll(one, closeness));
  if (before === undefined || after === undefined) return [];
  const [wantedLines, madeLines] = [new Set(before), new Set(after)];
  const lacks = before.filter((line) => !madeLines.has(line)).map((line) => `it lacks ${line}`);
  const extra = after.filter((line) => !wantedLines.has(line)).map((line) => `it has, and should not have, ${line}`);
  if (lacks.length + extra.length > 0 || !closeness.isSameMajor) return [...lacks, ...extra];
  const { extensions: _, ...now } = made.schema;
  const { extensions: __, ...then } = wanted.schema;
  return compareCatalogs(now, then).statements;
}

/**
 * A name that PostgreSQL chose for a NOT NULL. It stays when the table or the column gets another name, and a dump of an
 * older major has none: so it says how a database came about, not what it has.
 */
export const CHOSEN_NAME = / CONSTRAINT (?:\w+_not_null\d*|"(?:[^"]|"")*_not_null\d*") NOT NULL/g;

function describeAll({ found }: LiveDatabase, closeness: Closeness): readonly string[] {
  const tables = new Map(found.objects.map((object) => [object.address, object]));
  const nameOf = ({ kind, name, table }: CatalogObject) => {
    const owner = tables.get(table ?? "");
    return owner === undefined ? `${kind} ${name}` : `${kind} ${name} of ${owner.name}`;
  };
  const isKept = ({ roles, create }: CatalogObject) =>
    create !== undefined && !roles.some((role) => closeness.missing.includes(role));
  const objects = found.objects.filter(isKept).map((object) => {
    const text = closeness.isSameMajor ? `: ${object.create?.join("; ").replace(CHOSEN_NAME, " NOT NULL")}` : "";
    return `the ${nameOf(object)}${text}`;
  });
  const facts = found.facts
    .filter(
      (fact) =>
        tables.has(wholeOf(fact.address, found.aliases)) &&
        !rolesOf(fact).some((role) => closeness.missing.includes(role)),
    )
    .map(({ statement }) => `what this gives: ${statement}`);
  return [...objects, ...(closeness.isSameMajor ? facts : [])];
}

function refuse(differences: readonly string[], way: "up" | "down"): void {
  const [first] = differences;
  if (first === undefined) return;
  const text =
    way === "up" ? "The baseline does not make what the database has" : "The way down of the baseline leaves something";
  throw new RemodelError("BASELINE_UNPROVED", `${text}: ${first}.`, {
    hint: "Nothing was written. Please report it with that definition. To keep the old migrations instead, run: remodel adopt --wrap",
    details: { differences },
  });
}
