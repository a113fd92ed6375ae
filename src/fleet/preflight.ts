import { ask, type Row } from "../database.ts";
import { dropUndefined } from "../given.ts";
import { currentHeads } from "../history/current.ts";
import type { Direction, Revision } from "../history/revision.ts";
import { READ_ONLY } from "../read/server-info.ts";
import { type ForbiddenOwner, findForbiddenOwner } from "../run/new-owners.ts";
import { type ProbeResult, probeRevisions } from "../run/probe-revisions.ts";
import type { Operation } from "../schema/operation.ts";
import { readWholeState } from "../state/half-applied.ts";
import { readHolder } from "../state/lock.ts";
import { type LoadedRevision, loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { classifyFailure, type TenantError } from "./failure.ts";
import type { EndedTenant } from "./report.ts";
import type { Finding } from "./survey.ts";
import { findPlan } from "./upgrade-tenant.ts";

/** What will happen to a tenant, as far as that can be known without changing it. */
export type PreflightState = "ready" | "there" | "rows-in-the-way" | "forbidden" | "busy" | "unreachable" | "unknown";

/** What preflight found out about one tenant. */
export interface PreflightFinding {
  readonly state: PreflightState;
  /** A few words by which tenants are counted together. */
  readonly reason?: string;
  readonly revision?: string;
  readonly file?: string;
  readonly line?: number;
  /** Shows the rows that are in the way. */
  readonly query?: string;
  /** How many rows are in the way. */
  readonly rows?: number;
  /** How large the tables are that will be changed, with their indexes. */
  readonly bytes?: number;
  /** What PostgreSQL would say. */
  readonly sqlState?: string;
  /** The topmost applied revisions. */
  readonly current?: readonly string[];
}

/** What PostgreSQL says where a privilege is missing. */
const FORBIDDEN = "42501";

/** From where on preflight warns. */
export interface WarningLimits {
  /** With fewer free connections, the run may be refused one. */
  readonly connections: number;
  /** A transaction that has been open for longer may be in the way, in milliseconds. */
  readonly transactionMs: number;
}

const WARNING_LIMITS: WarningLimits = { connections: 3, transactionMs: 60_000 };

/**
 * Looks for what will make a run fail in one tenant. It only reads.
 * @param target a name of a revision, see `resolveName`
 */
export async function preflightTenant(
  session: Session,
  direction: Direction,
  target: string,
  limits: WarningLimits = WARNING_LIMITS,
): Promise<PreflightFinding> {
  const db = await session.connection();
  const stateTables = await session.state();
  const state = await readWholeState(db, stateTables);
  const graph = session.graph();
  const applied = currentHeads(
    graph,
    state.applied.map(({ revision }) => revision),
  );
  const current = applied.length > 0 && { current: applied };
  const plan = findPlan(session, state, direction, target).flatMap(({ id }) => graph.given.get(id) ?? []);
  if (plan.length === 0) return { state: "there", ...current };
  return { ...(await lookAhead(session, plan, direction, limits)), ...current };
}

async function lookAhead(
  session: Session,
  plan: readonly Revision[],
  direction: Direction,
  limits: WarningLimits,
): Promise<PreflightFinding> {
  const db = await session.connection();
  const { standby } = await session.server();
  if (standby) return { state: "forbidden", reason: "the server is a read-only standby", sqlState: READ_ONLY };
  const stateTables = await session.state();
  const holder = await readHolder(db, stateTables);
  if (holder !== undefined) return { state: "busy", reason: "another run holds its lock" };
  const loaded = await loadRevisions(session.loader, plan);
  const found = await probeRevisions(session, loaded, { direction });
  const tables = await readChanged(session, loaded, direction);
  const bytes = tables.reduce((sum, table) => sum + Number(table.bytes), 0);
  const owner = await findForbiddenOwner(db, loaded, direction);
  return { ...(await judge(session, { found, tables, owner }, limits)), ...(bytes > 0 && { bytes }) };
}

/** What was found out about a run. */
interface Ahead {
  readonly found: readonly ProbeResult[];
  readonly tables: readonly ChangedTable[];
  readonly owner: ForbiddenOwner | undefined;
}

async function judge(
  session: Session,
  { found, tables, owner }: Ahead,
  limits: WarningLimits,
): Promise<PreflightFinding> {
  const inTheWay = found.find(({ state: one }) => one === "rows-in-the-way");
  if (inTheWay !== undefined) return describeProbe("rows-in-the-way", inTheWay);
  const foreign = tables.find(({ owned }) => !owned);
  if (foreign !== undefined)
    return { state: "forbidden", reason: `the role does not own ${foreign.name}`, sqlState: FORBIDDEN };
  if (owner !== undefined) return describeOwner(owner);
  const unknown = found.find(({ state: one }) => one === "unknown");
  if (unknown !== undefined) return describeProbe("unknown", unknown);
  const warning = await findWarning(session, limits);
  return { state: "ready", ...dropUndefined({ reason: warning }) };
}

/** What does not stop a run, but may make it slow. */
async function findWarning(
  session: Session,
  { connections, transactionMs }: WarningLimits,
): Promise<string | undefined> {
  const { schema } = await session.server();
  const [row] = await ask<{ old: boolean; invalid: string | null; free: number }>(
    await session.connection(),
    `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND xact_start < now() - $2 * interval '1 millisecond') AS old,
  (SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND n.nspname = $1) AS invalid,
  (current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
    - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'))::integer AS free`,
    [schema, transactionMs],
  );
  if (row === undefined) return undefined;
  if (row.free < connections) return `fewer than ${connections} connections of the server are free`;
  if (row.invalid !== null) return `invalid index ${row.invalid}`;
  if (!row.old) return undefined;
  return `a transaction has been open for more than ${transactionMs / 1000} s`;
}

function describeProbe(
  state: PreflightState,
  { revision, file, line, query, rows, sqlState, table, name, reason }: ProbeResult,
): PreflightFinding {
  const why = state === "unknown" ? reason : [sqlState, name ?? table].filter(Boolean).join(" ");
  return { state, ...dropUndefined({ reason: why, revision, file, line, query, rows, sqlState }) };
}

function describeOwner({ owner, revision, file, line }: ForbiddenOwner): PreflightFinding {
  const reason = `the role may not give anything to ${owner}`;
  return { state: "forbidden", reason, revision, file, ...dropUndefined({ line }), sqlState: FORBIDDEN };
}

/** A table that a plan alters. */
interface ChangedTable {
  readonly name: string;
  /** It belongs to a role which the user is a member of. */
  readonly owned: boolean;
  /** With its indexes and its partitions. */
  readonly bytes: string;
}

/** Reads the tables that a plan alters and that are there. */
const UNALTERED = ["comment", "insert", "update"];

/** The table that an operation alters. It does not alter a new one. */
function findAltered({ target }: Operation): string | undefined {
  if (target === undefined || UNALTERED.includes(target.effect)) return undefined;
  if (target.kind !== "table") return target.table;
  return target.effect === "create" ? undefined : target.name;
}

async function readChanged(
  session: Session,
  loaded: readonly LoadedRevision[],
  direction: Direction,
): Promise<readonly ChangedTable[]> {
  const { schema } = await session.server();
  const altered = loaded.flatMap((one) => one[direction].flatMap(({ operation }) => findAltered(operation) ?? []));
  if (altered.length === 0) return [];
  return await ask<ChangedTable & Row>(
    await session.connection(),
    `SELECT c.relname::text AS name, pg_has_role(c.relowner, 'USAGE') AS owned,
  (pg_total_relation_size(c.oid) + (SELECT coalesce(sum(pg_total_relation_size(t.relid)), 0)
    FROM pg_partition_tree(c.oid) t WHERE t.relid <> c.oid))::text AS bytes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND (n.nspname = $2 AND c.relname = ANY ($1::text[]) OR n.nspname || '.' || c.relname = ANY ($1::text[]))
ORDER BY 1`,
    [altered, schema],
  );
}

/** What preflight says about a tenant that could not be asked. */
export function readFinding(finding: Finding<PreflightFinding> | undefined): PreflightFinding {
  if (finding === undefined) return { state: "unknown", reason: "not asked" };
  if ("found" in finding) return finding.found;
  const { outcome, reason, error } = classifyFailure(finding.error);
  const state = { unreachable: "unreachable", busy: "busy" }[String(outcome)] ?? "unknown";
  const isForbidden = error.sqlState === FORBIDDEN || error.code === "DATABASE_FORBIDDEN";
  if (isForbidden) return { state: "forbidden", reason, sqlState: FORBIDDEN };
  const sqlState = error.sqlState !== undefined && { sqlState: error.sqlState };
  return { state: state as PreflightState, reason, ...sqlState };
}

/** Whether preflight is sure that the tenant would fail. */
export function isBad({ state }: PreflightFinding): boolean {
  return state === "rows-in-the-way" || state === "forbidden";
}

/** The line of the report of a tenant that preflight has found bad. */
export function refuseTenant(
  { name, server }: { readonly name: string; readonly server: string },
  wave: string,
  { state, reason = "", revision, file, line, query, rows, sqlState, current }: PreflightFinding,
): EndedTenant {
  const isRows = state === "rows-in-the-way";
  const count = rows === undefined ? "" : ` ${rows} of its rows are in the way.`;
  const error: TenantError = {
    code: isRows ? "ROWS_IN_THE_WAY" : "DATABASE_FORBIDDEN",
    message: `Preflight: ${reason}.${count}`,
    ...dropUndefined({ sqlState, revision, file, line, query }),
  };
  const stays = current !== undefined && { from: current, to: current };
  return { line: { name, wave, server, outcome: "quarantined", ...stays, durationMs: 0, error }, reason };
}
