import { joinTexts } from "../collect.ts";
import type { Settings } from "../config.ts";
import { pinnedScriptSql } from "../database.ts";
import type { BatchNotes } from "../schema/operation.ts";
import { blockSql, literal } from "../sql.ts";
import { isLockSql, lockKey } from "../state/lock.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { LogEntry } from "../state/state.ts";
import type { ScriptTables } from "../state/state-tables.ts";
import type { Direction } from "./context.ts";
import { checksumUpTo } from "./journal.ts";
import { networkSql } from "./limits.ts";
import { splitIntoSegments } from "./segments.ts";

/*
 * The statements run under the search path of the project, since the state tables may be there. So every operator,
 * function, type and collation is written with its schema.
 */

/** Everything that a script depends on. */
export interface Script {
  readonly settings: Settings;
  readonly state: ScriptTables;
  /** The schema that the data source names; without it the search path of the script decides. */
  readonly schema: string | undefined;
  readonly direction: Direction;
  /** The revisions that the script starts from. */
  readonly applied: readonly string[];
  /** The revisions that the script runs, in this order. */
  readonly loaded: readonly LoadedRevision[];
}

/** Sets how `psql` and the server read the script, with any settings of their own. */
export const PSQL_SETTINGS: readonly string[] = [
  "\\set ON_ERROR_STOP on",
  "\\set ON_ERROR_ROLLBACK off",
  "\\set AUTOCOMMIT on",
  "\\set SINGLELINE off",
  "\\set FETCH_COUNT 0",
  ...networkSql("SET").map((sql) => `${sql};`),
  "SET client_encoding = 'UTF8';",
  ...pinnedScriptSql("SESSION").map((sql) => `${sql};`),
];

/** The pause between two attempts to take the lock, in seconds. The script has a snapshot during the pause. */
const PAUSE_S = 0.1;

/**
 * Takes the migration lock for the session. It waits between transactions: a statement that waits has a snapshot, and a
 * concurrent build of the other session would wait for that snapshot.
 */
export function holdSql({ state, settings: { lockWait } }: Script): string {
  const timeout = `
    IF pg_catalog.clock_timestamp() OPERATOR(pg_catalog.>) (started OPERATOR(pg_catalog.+) interval '${lockWait} milliseconds') THEN
      RAISE EXCEPTION 'remodel: another session has had the lock of this history for ${lockWait} ms' USING ERRCODE = 'lock_not_available';
    END IF;`;
  return blockSql(`
DECLARE started pg_catalog.timestamptz := pg_catalog.clock_timestamp();
BEGIN
  WHILE NOT pg_catalog.pg_try_advisory_lock(${lockKey(state)}) LOOP${lockWait === 0 ? "" : timeout}
    COMMIT;
    PERFORM pg_catalog.pg_sleep(${PAUSE_S});
    COMMIT;
  END LOOP;
END`);
}

/** Releases the lock. */
export function releaseSql(state: ScriptTables): string {
  return `SELECT pg_catalog.pg_advisory_unlock(${lockKey(state)})`;
}

/** The first statement of each transaction. It stops the script in a session without the lock, as behind a pooler. */
export function beginSql(state: ScriptTables): string {
  return blockSql(
    `BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE ${isLockSql(state)} AND l.granted AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()) THEN RAISE EXCEPTION 'remodel: this session does not have the migration lock; connect directly to the server, not through a pooler'; END IF; END`,
  );
}

/**
 * Stops the script on a database with other revisions than it starts from, or with another revision that is half applied.
 * An interrupted script may continue.
 */
export function guardSql({ state, direction, applied, loaded }: Script): string {
  const upgrade = direction === "upgrade";
  return blockSql(`
DECLARE
  base pg_catalog.text[] := ${arraySql([...applied].sort())};
  todo pg_catalog.text[] := ${arraySql(loaded.map(({ revision }) => revision.id))};
  there pg_catalog.text[];
  wanted pg_catalog.text[];
  done integer;
  line record;
BEGIN
  SELECT coalesce(pg_catalog.array_agg(revision ORDER BY revision COLLATE pg_catalog."C"), '{}') INTO there FROM ${state.table};
  SELECT pg_catalog.count(*) INTO done FROM pg_catalog.unnest(todo) r WHERE ${upgrade ? "" : "NOT "}(r OPERATOR(pg_catalog.=) ANY (there));
  SELECT coalesce(pg_catalog.array_agg(r ORDER BY r COLLATE pg_catalog."C"), '{}') INTO wanted
  FROM (SELECT pg_catalog.unnest(base) ${upgrade ? "UNION" : "EXCEPT"} SELECT pg_catalog.unnest(todo[1:done])) x(r);
  IF there OPERATOR(pg_catalog.<>) wanted THEN
    RAISE EXCEPTION 'remodel: this script starts from (%), the database has (%)', pg_catalog.array_to_string(base, ', '), pg_catalog.array_to_string(there, ', ');
  END IF;
  FOR line IN SELECT l.* FROM ${state.log} l WHERE ${isActionSql("l", ["begin", "step", "batch"])} AND ${isOpenSql(state)} ORDER BY l.id LOOP
    IF (line.revision OPERATOR(pg_catalog.=) todo[done OPERATOR(pg_catalog.+) 1] AND line.direction OPERATOR(pg_catalog.=) ${textSql(direction)}) IS NOT TRUE THEN
      RAISE EXCEPTION 'remodel: the % of % was interrupted and is half done', line.direction, line.revision USING HINT = 'Finish it first.';
    END IF;
    IF line.action OPERATOR(pg_catalog.=) 'step'::pg_catalog.text AND line.position IS NOT NULL AND NOT EXISTS (SELECT FROM (VALUES ${listKnownStepsSql(loaded, direction)}) k(revision, step, position)
        WHERE k.revision OPERATOR(pg_catalog.=) line.revision AND k.step OPERATOR(pg_catalog.=) line.step AND k.position OPERATOR(pg_catalog.=) line.position) THEN
      RAISE EXCEPTION 'remodel: an earlier run completed % of the operations of %, and the file has other operations there now', line.step, line.revision;
    END IF;
  END LOOP;
END`);
}

/** The lines that the steps of the script write to the log. */
function listKnownStepsSql(loaded: readonly LoadedRevision[], direction: Direction): string {
  const rows = loaded.flatMap((one) => {
    const segments = splitIntoSegments(one, direction);
    const step = (end: number) =>
      `(${literal(one.revision.id)}, ${end}, ${literal(checksumUpTo({ loaded: one, direction }, end))})`;
    if (segments.length === 1) return [];
    return segments.map(({ end }) => step(end));
  });
  return ["(NULL::pg_catalog.text, NULL::pg_catalog.int4, NULL::pg_catalog.text)", ...rows].join(", ");
}

/** A condition: whether the line `l` of the log is newer than the last upgrade, downgrade or stamp of its revision. */
function isOpenSql(state: ScriptTables): string {
  return `l.id OPERATOR(pg_catalog.>) (SELECT coalesce(pg_catalog.max(d.id), 0::pg_catalog.int8) FROM ${state.log} d WHERE d.revision OPERATOR(pg_catalog.=) l.revision AND ${isActionSql("d", ["upgrade", "downgrade", "stamp"])})`;
}

/** A query of the newest such line of a revision with one action. */
function newestSql(what: string, action: LogEntry["action"], { revision }: LoadedRevision, script: Script): string {
  const { state, direction } = script;
  return `SELECT ${what} FROM ${state.log} l WHERE ${isActionSql("l", [action])} AND l.revision OPERATOR(pg_catalog.=) ${textSql(revision.id)} AND l.direction OPERATOR(pg_catalog.=) ${textSql(direction)} AND ${isOpenSql(state)} ORDER BY l.id DESC LIMIT 1`;
}

/** A query of `remodel_to_do`: whether the revision is still to be applied, or undone. */
export function isToDoSql({ revision }: LoadedRevision, { state, direction }: Script): string {
  const there = `EXISTS (SELECT FROM ${state.table} WHERE revision OPERATOR(pg_catalog.=) ${textSql(revision.id)})`;
  return joinTexts("SELECT ", direction === "upgrade" && "NOT ", `${there} AS remodel_to_do`);
}

/** A query of `remodel_to_do`: whether the steps up to a number are still to be done. */
export function isStepToDoSql(loaded: LoadedRevision, end: number, script: Script): string {
  return `SELECT coalesce((${newestSql("l.step", "step", loaded, script)}), 0) OPERATOR(pg_catalog.<) ${end} AS remodel_to_do`;
}

/**
 * A query of `remodel_fresh`, whether a step outside a transaction is not done, and `remodel_finished`, whether an earlier
 * attempt of the script has done it.
 * @param done see `Operation`
 */
export function isFinishedSql(done: string, loaded: LoadedRevision, end: number, script: Script): string {
  const begun = `coalesce((${newestSql("l.step", "begin", loaded, script)}), 0) OPERATOR(pg_catalog.=) ${end}`;
  return `SELECT NOT x.done AS remodel_fresh, x.done AND ${begun} AS remodel_finished FROM (SELECT coalesce((${done}), false)) x(done)`;
}

/** How a step that commits in batches reads and writes its position. */
export function batchNotes(loaded: LoadedRevision, end: number, script: Script): BatchNotes {
  const { state, direction } = script;
  const values = ["batch", loaded.revision.id, direction].map(literal).join(", ");
  return {
    read: newestSql(`CASE WHEN l.step OPERATOR(pg_catalog.=) ${end} THEN l.position END`, "batch", loaded, script),
    write: (position) =>
      `INSERT INTO ${state.log} (action, revision, direction, step, position) VALUES (${values}, ${end}, ${position})`,
  };
}

function arraySql(texts: readonly string[]): string {
  return `ARRAY[${texts.map(literal).join(", ")}]::pg_catalog.text[]`;
}

function textSql(text: string): string {
  return `${literal(text)}::pg_catalog.text`;
}

/** A condition: whether a line of the log has one of these actions. */
function isActionSql(line: string, actions: readonly LogEntry["action"][]): string {
  return `${line}.action OPERATOR(pg_catalog.=) ANY (${arraySql(actions)})`;
}
