import { RemodelError } from "../errors.ts";
import { offlinePlan } from "../history/plan.ts";
import { findMetadataTables } from "../kinds/typeorm-metadata.ts";
import { scriptPathText } from "../read/server-info.ts";
import type { Operation } from "../schema/operation.ts";
import { id } from "../sql.ts";
import { refuseEmpty } from "../state/empty-history.ts";
import {
  createsSchema,
  type LoadedRevision,
  loadRevisions,
  refuseIrreversible,
  refuseUnfinished,
  shareExtensions,
} from "../state/revisions.ts";
import { ensureStateSql, nameScriptTables } from "../state/script-tables.ts";
import type { Session } from "../state/session.ts";
import { deleteRevisionSql, insertRevisionSql, logSql } from "../state/state.ts";
import type { Direction } from "./context.ts";
import { addChecks, CHECK_ROWS } from "./deferred.ts";
import { checksumUpTo } from "./journal.ts";
import { OUTSIDE_LOCK_TIMEOUT_MS } from "./limits.ts";
import {
  batchNotes,
  beginSql,
  guardSql,
  holdSql,
  isFinishedSql,
  isStepToDoSql,
  isToDoSql,
  PSQL_SETTINGS,
  releaseSql,
  type Script,
} from "./script-guards.ts";
import { needsNoTransaction, scriptProblem, splitStatements, toOneLine, writeScriptSql } from "./script-text.ts";
import { type Segment, splitIntoSegments } from "./segments.ts";

/** Where a script creates extensions that several schemas of a database use. */
const SHARED_SCHEMA = "public";

/**
 * Writes a script for `psql` that does what a run would do. It reads no database: the script itself takes the migration
 * lock, and stops on a database with other revisions than it starts from. A script that was interrupted can be run again,
 * or continued by a run.
 * @param session the project
 * @param range `FROM:TO`, such as `base:head`; for an upgrade from the beginning also only `TO`
 * @throws RemodelError `REVISION_UNFINISHED`, and `USAGE` for steps that no script can contain, such as code
 */
export async function offlineSql(
  session: Session,
  direction: Direction,
  range: string,
  options: { readonly withDependents?: boolean } = {},
): Promise<string> {
  const { settings } = session;
  refuseEmpty(session);
  const { applied, revisions } = offlinePlan(session.graph(), direction, range, options);
  const written = await loadRevisions(session.loader, revisions);
  const loaded = session.givenSchema === undefined ? written : shareExtensions(written, SHARED_SCHEMA);
  refuseUnfinished(loaded);
  refuseIrreversible(loaded, direction);
  for (const one of loaded) refuseCommands(one, direction);
  const schema = await session.schema();
  const state = nameScriptTables(settings.stateTable, schema);
  const script: Script = { settings, state, schema, direction, applied, loaded };
  const parts = [
    `-- remodel ${direction} --sql ${toOneLine(range)}\n-- Run it with: psql -X -f FILE`,
    [...PSQL_SETTINGS, scriptPathText(schema), PATH_TEXT].join("\n"),
    writeScriptSql(holdSql(script)),
    // In one transaction, so that the script changes nothing on a database on which it stops.
    writeTransaction([...schemaSql(script), ownTablesSql(script), guardSql(script)]),
    ...loaded.map((one) => writeRevision(one, script)),
    writeScriptSql(releaseSql(script.state)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function refuseCommands(loaded: LoadedRevision, direction: Direction): void {
  const { id, file } = loaded.revision;
  const details = { revision: id, file };
  for (const { operation } of loaded[direction]) {
    if (operation.run !== undefined && operation.sql.length === 0)
      throw new RemodelError("USAGE", `Revision ${id} has a step in code (op.run), which a script cannot contain.`, {
        hint: `Run it online: remodel ${direction}`,
        details,
      });
    const problem = operation.custom === "statement" ? operation.sql.map(scriptProblem).find(Boolean) : undefined;
    if (problem !== undefined)
      throw new RemodelError("USAGE", `Revision ${id} has an op.sql that a script cannot contain: ${problem}.`, {
        hint: `Change it, or run it online: remodel ${direction}`,
        details,
      });
  }
}

/** The same steps as in a run, in the same transactions, with the same lines for the log. */
function writeRevision(loaded: LoadedRevision, script: Script): string {
  const { revision } = loaded;
  const segments = splitIntoSegments(loaded, script.direction);
  const parts = segments.map((segment, at) => {
    if (at === segments.length - 1) return writeInside(segment, revisionNotesSql(loaded, script), loaded, script);
    const write = needsToRunOutside(segment) ? writeOutside : writeStep;
    const text = write(segment, loaded, script);
    return writeIf(isStepToDoSql(loaded, segment.end, script), "remodel_to_do", text);
  });
  const heading = `-- ${script.direction} ${toOneLine(revision.id)} ${toOneLine(revision.message)}`;
  return `${heading}\n${writeIf(isToDoSql(loaded, script), "remodel_to_do", parts.join("\n"))}`;
}

/** Whether a step cannot share a transaction with its line for the log. */
function needsToRunOutside({ steps }: Segment): boolean {
  return steps.some(
    ({ operation }) =>
      operation.script !== undefined || operation.sql.some((sql) => splitStatements(sql).some(needsNoTransaction)),
  );
}

function revisionNotesSql(loaded: LoadedRevision, { direction, state }: Script): readonly string[] {
  const { revision, checksum } = loaded;
  return [
    direction === "upgrade" ? insertRevisionSql(state, revision, checksum, 0) : deleteRevisionSql(state, revision.id),
    logSql(state, { action: direction, revision: revision.id, direction }),
  ];
}

function stepNoteSql(
  loaded: LoadedRevision,
  { direction, state }: Script,
  action: "begin" | "step",
  step: number,
): string {
  const position = checksumUpTo({ loaded, direction }, step);
  return logSql(state, { action, revision: loaded.revision.id, direction, step, position });
}

function writeStep(segment: Segment, loaded: LoadedRevision, script: Script): string {
  return writeInside(segment, [stepNoteSql(loaded, script, "step", segment.end)], loaded, script);
}

function writeInside(segment: Segment, notes: readonly string[], { timeouts }: LoadedRevision, script: Script): string {
  const { settings } = script;
  const { lockTimeout, statementTimeout, idleTimeout } = { ...settings, ...timeouts };
  const before = [
    beginSql(script.state),
    `SET LOCAL lock_timeout = ${lockTimeout}`,
    `SET LOCAL statement_timeout = ${statementTimeout}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${idleTimeout}`,
  ];
  const checks = CHECK_ROWS.map((sql) => writeScriptSql(sql));
  const steps = addChecks(segment.steps.map(({ operation }) => operation));
  const texts = steps.flatMap((one) => (one === "check" ? checks : writeOperation(one)));
  if (segment.steps.some(({ operation }) => operation.custom === "statement")) texts.push(PATH_TEXT);
  return writeTransaction(before, texts, notes);
}

/** Sets the search path again. SQL of a person may have changed it, as a dump does. */
const PATH_TEXT = "SELECT pg_catalog.set_config('search_path', :'remodel_path', false) AS remodel_path \\gset";

/** The state tables belong in the schema of the data source. If a revision creates that schema, the script creates it first. */
function schemaSql({ schema, loaded }: Script): readonly string[] {
  if (schema === undefined || !loaded.some((one) => createsSchema(one, schema))) return [];
  return [`CREATE SCHEMA IF NOT EXISTS ${id(schema)}`];
}

/** Creates and checks the state tables, and the tables of TypeORM that the script writes. */
function ownTablesSql({ settings, schema, direction, loaded }: Script): string {
  const operations = loaded.flatMap((one) => one[direction].map(({ operation }) => operation));
  return ensureStateSql(settings.stateTable, schema, findMetadataTables(operations));
}

function writeOperation({ sql, values }: Operation): readonly string[] {
  return sql.map((text) => writeScriptSql(text, values)).filter((text) => text !== "");
}

function writeTransaction(
  before: readonly string[],
  texts: readonly string[] = [],
  after: readonly string[] = [],
): string {
  const own = (list: readonly string[]) => list.map((sql) => writeScriptSql(sql));
  return ["BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;", ...own(before), ...texts, ...own(after), "COMMIT;"].join(
    "\n",
  );
}

/** A step that PostgreSQL refuses in a transaction, or that commits in batches. */
function writeOutside({ steps, end }: Segment, loaded: LoadedRevision, script: Script): string {
  const { settings } = script;
  const { lockTimeout = OUTSIDE_LOCK_TIMEOUT_MS, statementTimeout = settings.statementTimeout } = loaded.timeouts;
  return [
    `SET lock_timeout = ${lockTimeout};`,
    `SET statement_timeout = ${statementTimeout};`,
    "SET default_transaction_read_only = off;",
    ...steps.map(({ operation }) => writeUnlessDone(operation, end, loaded, script)),
    PATH_TEXT,
    "RESET lock_timeout;",
    "RESET statement_timeout;",
    "RESET default_transaction_read_only;",
    writeTransaction([beginSql(script.state)], [], [stepNoteSql(loaded, script, "step", end)]),
  ].join("\n");
}

/** If the script was interrupted between such a step and its line for the log, the database shows whether the step is done. */
function writeUnlessDone(operation: Operation, end: number, loaded: LoadedRevision, script: Script): string {
  const texts = operation.script
    ? writeScriptSql(operation.script(batchNotes(loaded, end, script)))
    : writeOperation(operation).join("\n");
  if (operation.done === undefined) return texts;
  const begin = writeTransaction([beginSql(script.state)], [], [stepNoteSql(loaded, script, "begin", end)]);
  return [
    `${isFinishedSql(operation.done, loaded, end, script)} \\gset`,
    `\\if :remodel_fresh\n${begin}\n\\endif`,
    `\\if :remodel_finished\n\\else\n${texts}\n\\endif`,
  ].join("\n");
}

function writeIf(query: string, name: string, text: string): string {
  return `${query} \\gset\n\\if :${name}\n${text}\n\\endif`;
}
