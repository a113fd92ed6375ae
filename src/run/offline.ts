import { RemodelError } from "../errors.ts";
import { valueSql } from "../kinds/values.ts";
import { offlinePlan } from "../revision/plan.ts";
import { literal, path } from "../sql.ts";
import type { Direction } from "./context.ts";
import { type LoadedRevision, loadRevisions, refuseUnfinished } from "./revisions.ts";
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
  const { stateTable } = session.settings;
  const { applied, revisions } = offlinePlan(session.graph(), direction, range, options);
  const loaded = await loadRevisions(session.loader, revisions);
  refuseUnfinished(loaded);
  const parts = [
    `-- remodel ${direction} --sql ${range}`,
    ...stateSql(stateTable).map((sql) => `${sql};`),
    guardSql(stateTable, applied),
    ...loaded.map((one) => revisionSql(one, direction, stateTable)),
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
END $remodel$;`;
}

function revisionSql(loaded: LoadedRevision, direction: Direction, stateTable: string): string {
  const { revision, checksum } = loaded;
  const steps = loaded[direction].flatMap(({ operation }) => {
    if (operation.run && operation.sql.length === 0)
      throw new RemodelError("USAGE", `Revision ${revision.id} has a step in code (op.run); it has no SQL.`, {
        hint: "Run it online: remodel upgrade",
        details: { revision: revision.id, file: revision.file },
      });
    return operation.sql.map((sql) => ({
      sql: operation.values === undefined ? sql : withValues(sql, operation.values),
      inside: revision.transaction !== false && !operation.outsideTransaction,
    }));
  });
  const note = { revision: revision.id, direction, action: direction };
  const state =
    direction === "upgrade" ? appliedSql(stateTable, revision, checksum, 0) : forgottenSql(stateTable, revision.id);
  const all = [...steps, ...[state, loggedSql(stateTable, note)].map((sql) => ({ sql, inside: true }))];
  const settings = [
    ["lock_timeout", loaded.timeouts.lockTimeout],
    ["statement_timeout", loaded.timeouts.statementTimeout],
  ].filter(([, value]) => value !== undefined);
  const lines: string[] = [
    `-- ${direction} ${revision.id} ${revision.message.replaceAll("\n", " ")}`,
    ...settings.map(([name, value]) => `SET ${name} = ${value};`),
  ];
  let open = false;
  for (const { sql, inside } of all) {
    if (inside !== open) lines.push(inside ? "BEGIN;" : "COMMIT;");
    open = inside;
    lines.push(ended(sql));
  }
  return [...lines, "COMMIT;", ...settings.map(([name]) => `RESET ${name};`)].join("\n");
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
