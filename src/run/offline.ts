import type { Settings } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { valueSql } from "../kinds/values.ts";
import { searchPathSql } from "../read/catalog.ts";
import { offlinePlan } from "../revision/plan.ts";
import type { Revision } from "../revision/revision.ts";
import type { Operation } from "../schema/operation.ts";
import { literal, path } from "../sql.ts";
import type { Direction } from "./context.ts";
import { OUTSIDE_LOCK_TIMEOUT_MS } from "./limits.ts";
import { type LoadedRevision, loadRevisions, refuseUnfinished } from "./revisions.ts";
import { segmentsOf } from "./segments.ts";
import type { Session } from "./session.ts";
import { appliedSql, forgottenSql, loggedSql, stateSql } from "./state.ts";

/**
 * A script that does what a run would do, for `psql -v ON_ERROR_STOP=1`. No database is asked; the script itself stops
 * on a database that is not where it starts from.
 * @param session the project
 * @param direction which way
 * @param range `FROM:TO`, see `offlinePlan`
 * @throws RemodelError `REVISION_UNFINISHED`, and `USAGE` for a revision with a step in code
 */
export async function offlineSql(
  session: Session,
  direction: Direction,
  range: string,
  options: { readonly withDependents?: boolean } = {},
): Promise<string> {
  const { settings } = session;
  const { stateTable } = settings;
  const { applied, revisions } = offlinePlan(session.graph(), direction, range, options);
  const loaded = await loadRevisions(session.loader, revisions);
  refuseUnfinished(loaded);
  const script = { settings, schema: await session.schema(), direction };
  const parts = [
    `-- remodel ${direction} --sql ${range}`,
    // Together, so that a database which it stops on stays as it was.
    ["BEGIN", ...stateSql(stateTable), guardSql(stateTable, applied), "COMMIT"].map((sql) => `${sql};`).join("\n"),
    ...loaded.map((one) => revisionSql(one, script)),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Stops the script on a database that has other revisions than it starts from. */
function guardSql(stateTable: string, applied: readonly string[]): string {
  const wanted = [...applied].sort().join(", ");
  return `DO $remodel$
DECLARE there text;
BEGIN
  SELECT coalesce(string_agg(revision, ', ' ORDER BY revision COLLATE "C"), '') INTO there FROM ${path(stateTable)};
  IF there <> ${literal(wanted)} THEN
    RAISE EXCEPTION 'remodel: this script starts from (%), the database has (%)', ${literal(wanted)}, there;
  END IF;
END $remodel$`;
}

interface Script {
  readonly settings: Settings;
  /** The one that the data source names; else names mean what they mean to whoever runs the script. */
  readonly schema: string | undefined;
  readonly direction: Direction;
}

/** The same steps in the same transactions as a run, with the same notes, so that a run can go on where a script broke off. */
function revisionSql(loaded: LoadedRevision, script: Script): string {
  const { direction, settings } = script;
  const { revision, checksum } = loaded;
  const { stateTable } = settings;
  const note = { revision: revision.id, direction };
  const done = [
    direction === "upgrade" ? appliedSql(stateTable, revision, checksum, 0) : forgottenSql(stateTable, revision.id),
    loggedSql(stateTable, { action: direction, ...note }),
  ];
  const segments = segmentsOf(loaded, direction);
  const parts = segments.map(({ transaction, steps, end }, at) => {
    const noted = at < segments.length - 1 ? [loggedSql(stateTable, { action: "step", ...note, step: end })] : done;
    const sql = [...steps.flatMap(({ operation }) => operationSql(operation, revision)), ...noted];
    return transaction === "shared" ? inTransaction(sql, loaded, script) : outside(sql, loaded, script);
  });
  const heading = `-- ${direction} ${revision.id} ${revision.message.replaceAll("\n", " ")}`;
  return [heading, ...parts.flat().map(ended)].join("\n");
}

function operationSql({ run, sql, values }: Operation, { id, file }: Revision): readonly string[] {
  if (run !== undefined && sql.length === 0)
    throw new RemodelError("USAGE", `Revision ${id} has a step in code (op.run); it has no SQL.`, {
      hint: "Run it online: remodel upgrade",
      details: { revision: id, file },
    });
  return values === undefined ? sql : sql.map((text) => withValues(text, values));
}

function inTransaction(sql: readonly string[], { timeouts }: LoadedRevision, { settings, schema }: Script): string[] {
  const { lockTimeout, statementTimeout } = { ...settings, ...timeouts };
  return [
    "BEGIN",
    `SET LOCAL lock_timeout = ${lockTimeout}`,
    `SET LOCAL statement_timeout = ${statementTimeout}`,
    ...(schema === undefined ? [] : [searchPathSql(schema)]),
    ...sql,
    "COMMIT",
  ];
}

function outside(sql: readonly string[], { timeouts }: LoadedRevision, { settings, schema }: Script): string[] {
  const { lockTimeout = OUTSIDE_LOCK_TIMEOUT_MS, statementTimeout = settings.statementTimeout } = timeouts;
  return [
    `SET lock_timeout = ${lockTimeout}`,
    `SET statement_timeout = ${statementTimeout}`,
    ...(schema === undefined ? [] : [searchPathSql(schema).replace("SET LOCAL", "SET")]),
    ...sql,
    "RESET lock_timeout",
    "RESET statement_timeout",
    ...(schema === undefined ? [] : ["RESET search_path"]),
  ];
}

/** The statement with its semicolon, which a comment in the last line would hide. */
function ended(sql: string): string {
  const text = sql.replace(/[;\s]+$/, "");
  return text.slice(text.lastIndexOf("\n") + 1).includes("--") ? `${text}\n;` : `${text};`;
}

/** The statement with its values in it; `$1` inside quotes or comments is not one of them. */
function withValues(sql: string, values: readonly unknown[]): string {
  const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)/g;
  return sql.replace(tokens, (token, _tag: string | undefined, number: string | undefined) =>
    number === undefined ? token : valueSql(values[Number(number) - 1]),
  );
}
