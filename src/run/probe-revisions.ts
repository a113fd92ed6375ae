import { basename } from "node:path";
import { joinTexts } from "../collect.ts";
import { countRows, MAX_COUNTED } from "../compare/count-rows.ts";
import { readUntrusted, type Untrusted } from "../compare/untrusted.ts";
import type { Database } from "../database.ts";
import { dropUndefined } from "../given.ts";
import type { Direction } from "../history/revision.ts";
import { readExpressionNames } from "../kinds/expression-names.ts";
import { type FindSource, plainSource, type ShownRows, showRows } from "../kinds/row-probes.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { RowProbe } from "../schema/row-probe.ts";
import { bareName } from "../sql.ts";
import { locateCall } from "../state/call-location.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { lookBack, type TableBefore } from "./look-back.ts";
import { listRunSteps, type PlacedProbe, placeProbes } from "./placed-probes.ts";
import { checkKey, type RowFacts, readRowFacts } from "./row-facts.ts";
import { describeSource, isUnclear } from "./row-source.ts";
import { mayWrite } from "./writes.ts";

/** What a probe found. */
export interface ProbeResult {
  readonly revision: string;
  readonly file: string;
  readonly line?: number;
  /** The table, by its name when the operation runs. */
  readonly table: string;
  /** The constraint or index that the rows violate. */
  readonly name?: string;
  /** The SQLSTATE with which PostgreSQL refuses the rows; absent if they only change, or nothing is known. */
  readonly sqlState?: string;
  /**
   * `clear`: no row is in the way. `rows-in-the-way`: the operation fails on these rows. `rows-change`: it does not fail,
   * but the values of these rows change. `unknown`: this is not known before it runs; `reason` says why.
   */
  readonly state: "clear" | "rows-in-the-way" | "rows-change" | "unknown";
  /** How many rows `query` returns, at most {@link MAX_COUNTED}. */
  readonly rows?: number;
  /** There are more rows than `rows`: the count ends early. */
  readonly more?: true;
  /** Shows the rows. It can be run on the schema as it is before the run. */
  readonly query?: string;
  /** Why the state is unknown. */
  readonly reason?: string;
}

/** How probes are asked. */
export interface ProbeOptions {
  /** By default `upgrade`. */
  readonly direction?: Direction;
  /** The time limit of each query in milliseconds; by default that of questions. */
  readonly timeoutMs?: number;
}

/**
 * Looks for rows in the way of revisions, before anything runs. It only reads, in read-only transactions with a statement
 * timeout, and each count ends early.
 * @param session the project and the database
 * @param revisions the pending revisions, in the order of the run. The state of a probe is `unknown` where an earlier
 *   operation of any of them may write to its table
 * @returns one result for each probe, in the order of the operations; empty if rows can refuse none of them
 * @throws RemodelError `DATABASE_LOST`, `DATABASE_UNREACHABLE`
 */
export async function probeRevisions(
  session: Session,
  revisions: readonly LoadedRevision[],
  { direction = "upgrade", timeoutMs }: ProbeOptions = {},
): Promise<readonly ProbeResult[]> {
  const steps = listRunSteps(revisions, direction);
  const placed = steps.flatMap((_, at) => placeProbes(steps, at));
  if (placed.length === 0) return [];
  return await askProbes({ db: await session.connection(), server: await session.server(), timeoutMs }, placed);
}

/** Where probes are asked. */
export interface ProbePlace {
  readonly db: Database;
  readonly server: ServerInfo;
  readonly timeoutMs?: number | undefined;
}

/** Asks the probes of a run, see {@link probeRevisions}. The connection is in no transaction. */
export async function askProbes(place: ProbePlace, placed: readonly PlacedProbe[]): Promise<readonly ProbeResult[]> {
  const { db, server } = place;
  const traced = placed.map((one) => ({ ...one, tables: traceTables(one) }));
  const names = traced.flatMap(({ tables }) => [...tables.values()].flatMap(({ before }) => before ?? []));
  const facts = await readRowFacts(db, server, [...new Set(names)]);
  const untrusted = await readUntrusted(db);
  const results: ProbeResult[] = [];
  for (const one of traced) results.push(await askProbe(place, one, facts, untrusted));
  return results;
}

interface TracedProbe extends PlacedProbe {
  /** The tables that it looks at, by their names for the operation. */
  readonly tables: ReadonlyMap<string, TableBefore>;
}

function traceTables({ probe, before }: PlacedProbe): TracedProbe["tables"] {
  const operations = before.map(({ recorded }) => recorded.operation);
  const names = probe.finds === "orphans" ? [probe.table, probe.references.table] : [probe.table];
  return new Map(names.map((name) => [name, lookBack(operations, name)]));
}

async function askProbe(
  { db, server, timeoutMs }: ProbePlace,
  traced: TracedProbe,
  facts: RowFacts,
  untrusted: Untrusted,
): Promise<ProbeResult> {
  const about = describeProbe(traced);
  const written = findWrite(traced, facts);
  if (written === undefined && isEmpty(traced)) return { ...about, state: "clear", rows: 0 };
  const { probe, find } = resolveProbe(traced, facts);
  const shown = showRows(probe, find);
  if ("none" in shown) {
    if (written !== undefined) return { ...about, state: "unknown", reason: written };
    return { ...about, state: shown.none, ...dropUndefined({ reason: shown.reason }) };
  }
  const { query } = shown;
  const asked = { ...about, ...(shown.rows !== "change" && { sqlState: shown.sqlState }), query };
  const reason = written ?? findUnclear(traced, probe);
  if (reason !== undefined) return { ...asked, state: "unknown", reason };
  const rows = await countRows(db, server, query, untrusted, timeoutMs);
  return { ...asked, ...judgeRows(rows, shown) };
}

function describeProbe({ step: { loaded, recorded }, probe }: PlacedProbe): Omit<ProbeResult, "state"> {
  const { details } = locateCall(loaded, recorded.stack);
  return { ...details, table: probe.table, ...dropUndefined({ name: probe.name }) };
}

/** Finds the first step before the operation that may write to one of its tables. */
function findWrite({ tables, before }: TracedProbe, { writers }: RowFacts): string | undefined {
  for (const [table, trail] of tables) {
    const { before: live = "" } = trail;
    const names = [...trail.names, ...(writers.get(live) ?? [])];
    const found = trail.writes.find((one) => mayWrite(one, names));
    if (found === undefined) continue;
    const step = before.find(({ recorded }) => recorded.operation === found.operation);
    if (step === undefined) return `Whether ${table} exists already is not known.`;
    const { file, line } = locateCall(step.loaded, step.recorded.stack).details;
    const where = joinTexts(basename(file), line !== undefined && `:${line}`);
    return `An earlier step may write to ${table}: op.${step.recorded.operation.name} in ${where}.`;
  }
  return undefined;
}

/** Whether the run creates the table. */
function isEmpty({ probe, tables }: TracedProbe): boolean {
  return tables.get(probe.table)?.before === undefined;
}

/** A constraint that is NOT VALID in the database is defined under the names before the run. */
function resolveProbe({ probe, tables }: TracedProbe, facts: RowFacts): { probe: RowProbe; find: FindSource } {
  const before = tables.get(probe.table)?.before ?? probe.table;
  const defined = probe.finds === "unchecked" ? facts.unchecked.get(checkKey(before, probe.name)) : undefined;
  if (defined !== undefined) return { probe: defined, find: plainSource };
  return {
    probe,
    find: (table) => {
      const trail = tables.get(table);
      if (trail === undefined) return plainSource(table);
      return describeSource(table, trail, facts.columns.get(trail.before ?? "") ?? []);
    },
  };
}

/** Why the values that a probe looks at are not those of before the run. */
function findUnclear({ tables }: TracedProbe, probe: RowProbe): string | undefined {
  const trail = tables.get(probe.table);
  if (trail === undefined) return undefined;
  const names = listRead(probe) ?? trail.columns.flatMap(({ name }) => name ?? []);
  const unclear = names.find((name) => isUnclear(trail, name, probe.finds === "nulls" ? "nulls" : "values"));
  return unclear && `An earlier step of the run changes the values of ${probe.table}.${unclear}.`;
}

/** The columns that a probe looks at; `undefined` if it may look at any. */
function listRead(probe: RowProbe): readonly string[] | undefined {
  if ("columns" in probe) return probe.columns;
  if ("column" in probe) return [probe.column];
  if (!("expression" in probe)) return undefined;
  const { columns } = readExpressionNames(probe.expression);
  return columns.has(bareName(probe.table)) ? undefined : [...columns];
}

function judgeRows(counted: number | undefined, { rows: effect }: ShownRows): Pick<ProbeResult, "state" | "reason"> {
  if (counted === undefined) return { state: "unknown", reason: "The rows could not be counted." };
  const more = counted > MAX_COUNTED;
  const rows = { rows: more ? MAX_COUNTED : counted, ...(more && { more: true as const }) };
  if (counted === 0) return { ...rows, state: "clear" };
  if (effect === "fail") return { ...rows, state: "rows-in-the-way" };
  if (effect === "change") return { ...rows, state: "rows-change" };
  return { ...rows, state: "unknown", reason: "These rows change, or the operation fails on them." };
}
