import { currentHeads } from "../revision/current.ts";
import { stampPlan } from "../revision/plan.ts";
import type { Session } from "./session.ts";
import { appliedSql, ensureState, forgottenSql, loggedSql, readState } from "./state.ts";

/**
 * Declares which revisions a database has, without running anything: this is how a database is adopted.
 * @param session the project and the database
 * @param names the revisions it is at; `base` for none
 * @param options `purge`: forget first what it says, even revisions that the folder lacks
 */
export async function stamp(
  session: Session,
  names: readonly string[],
  options: { readonly purge?: boolean } = {},
): Promise<{ readonly applied: readonly string[]; readonly current: readonly string[] }> {
  const { stateTable } = session.settings;
  const graph = session.graph();
  const db = await session.connection();
  const before = (await readState(db, stateTable)).map(({ revision }) => revision);
  const { applied } = stampPlan(graph, options.purge ? [] : before, names);
  await ensureState(db, stateTable);
  const gone = before.filter((id) => !applied.includes(id));
  const come = applied.filter((id) => !before.includes(id));
  const statements = [
    ...gone.map((id) => forgottenSql(stateTable, id)),
    ...come.map((id) => appliedSql(stateTable, graph.revisions.get(id)!, undefined, 0)),
    ...[...gone, ...come].map((revision) => loggedSql(stateTable, { action: "stamp", revision })),
  ];
  if (statements.length > 0) await db.query(["BEGIN", ...statements, "COMMIT"].join(";\n"));
  return { applied, current: currentHeads(graph, applied) };
}
