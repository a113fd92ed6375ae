import { ask } from "../database.ts";
import { currentHeads } from "../history/current.ts";
import type { Direction, Revision } from "../history/revision.ts";
import { type ProbeResult, probeRevisions } from "../run/probe-revisions.ts";
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
  /** What PostgreSQL would say. */
  readonly sqlState?: string;
  /** The topmost applied revisions. */
  readonly current?: readonly string[];
}

/**
 * Looks for what will make a run fail in one tenant. It only reads.
 * @param target a name of a revision, see `resolveName`
 */
export async function preflightTenant(
  session: Session,
  direction: Direction,
  target: string,
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
  const plan = findPlan(session, state, direction, target).flatMap(({ id }) => graph.revisions.get(id) ?? []);
  if (plan.length === 0) return { state: "there", ...current };
  return { ...(await lookAhead(session, plan, direction)), ...current };
}

async function lookAhead(session: Session, plan: readonly Revision[], direction: Direction): Promise<PreflightFinding> {
  const db = await session.connection();
  const stateTables = await session.state();
  const holder = await readHolder(db, stateTables);
  if (holder !== undefined) return { state: "busy", reason: "another run holds its lock" };
  const loaded = await loadRevisions(session.loader, plan);
  const found = await probeRevisions(session, loaded, { direction });
  const inTheWay = found.find(({ state: one }) => one === "rows-in-the-way");
  if (inTheWay !== undefined) return describeProbe("rows-in-the-way", inTheWay);
  const forbidden = await findForbidden(session, loaded, direction);
  if (forbidden !== undefined) return { state: "forbidden", reason: forbidden, sqlState: "42501" };
  const unknown = found.find(({ state: one }) => one === "unknown");
  if (unknown !== undefined) return describeProbe("unknown", unknown);
  const warning = await findWarning(session);
  return { state: "ready", ...(warning !== undefined && { reason: warning }) };
}

/** With fewer free connections than this, the run may be refused one. */
const FEW_CONNECTIONS = 3;

/** What does not stop a run, but may make it slow. */
async function findWarning(session: Session): Promise<string | undefined> {
  const { schema } = await session.server();
  const [row] = await ask<{ old: boolean; invalid: string | null; free: number }>(
    await session.connection(),
    `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND xact_start < now() - interval '1 minute') AS old,
  (SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND n.nspname = $1) AS invalid,
  (current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
    - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'))::integer AS free`,
    [schema],
  );
  if (row === undefined) return undefined;
  if (row.free < FEW_CONNECTIONS) return "fewer than 3 connections of the server are free";
  if (row.invalid !== null) return `invalid index ${row.invalid}`;
  if (!row.old) return undefined;
  return "a transaction has been open for more than a minute";
}

function describeProbe(
  state: PreflightState,
  { revision, file, line, query, rows, sqlState, table, name, reason }: ProbeResult,
): PreflightFinding {
  const why = state === "unknown" ? reason : [sqlState, name ?? table].filter(Boolean).join(" ");
  const given = { reason: why, revision, file, line, query, rows, sqlState };
  return { state, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** Finds a table that a plan alters and that belongs to a role which the user is no member of. */
async function findForbidden(
  session: Session,
  loaded: readonly LoadedRevision[],
  direction: Direction,
): Promise<string | undefined> {
  const { schema } = await session.server();
  const altered = loaded.flatMap((one) =>
    one[direction].flatMap(({ operation: { target } }) => {
      if (target === undefined || ["comment", "insert", "update"].includes(target.effect)) return [];
      const table = target.table ?? (target.kind === "table" ? target.name : undefined);
      if (table === undefined || (target.kind === "table" && target.effect === "create")) return [];
      return [table];
    }),
  );
  if (altered.length === 0) return undefined;
  const [row] = await ask<{ name: string }>(
    await session.connection(),
    `SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT pg_has_role(c.relowner, 'USAGE')
  AND (n.nspname = $2 AND c.relname = ANY ($1::text[]) OR n.nspname || '.' || c.relname = ANY ($1::text[]))
ORDER BY 1 LIMIT 1`,
    [altered, schema],
  );
  if (row === undefined) return undefined;
  return `the user does not own ${row.name}`;
}

/** What preflight says about a tenant that could not be asked. */
export function readFinding(finding: Finding<PreflightFinding> | undefined): PreflightFinding {
  if (finding === undefined) return { state: "unknown", reason: "not asked" };
  if ("found" in finding) return finding.found;
  const { outcome, reason, error } = classifyFailure(finding.error);
  const state = { unreachable: "unreachable", busy: "busy" }[String(outcome)] ?? "unknown";
  const sqlState = error.sqlState !== undefined && { sqlState: error.sqlState };
  if (error.sqlState === "42501") return { state: "forbidden", reason, ...sqlState };
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
  const where = { revision, file, line, query };
  const isRows = state === "rows-in-the-way";
  const count = rows === undefined ? "" : ` ${rows} of its rows are in the way.`;
  const error: TenantError = {
    code: isRows ? "ROWS_IN_THE_WAY" : "DATABASE_FORBIDDEN",
    message: `Preflight: ${reason}.${count}`,
    ...(sqlState !== undefined && { sqlState }),
    ...Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined)),
  };
  const stays = current !== undefined && { from: current, to: current };
  return { line: { name, wave, server, outcome: "quarantined", ...stays, durationMs: 0, error }, reason };
}
