import { resolve } from "../revision/target.ts";
import { loadRevisions, type OpenTodo, todosOf } from "./revisions.ts";
import type { Session } from "./session.ts";
import { readState } from "./state.ts";

/**
 * The questions that are still open.
 * @param session the project; its database is asked only for names that are relative to it
 * @param name one revision; by default all revisions
 */
export async function openTodos(session: Session, name?: string): Promise<readonly OpenTodo[]> {
  const graph = session.graph();
  const relative = name !== undefined && /current|^[+-]/.test(name);
  const current = relative
    ? (await readState(await session.connection(), session.settings.stateTable)).map(({ revision }) => revision)
    : undefined;
  const ids =
    name === undefined ? [...graph.revisions.keys()] : resolve(graph, name, current === undefined ? {} : { current });
  const loaded = await loadRevisions(
    session.loader,
    ids.map((id) => graph.revisions.get(id)!),
  );
  return loaded.flatMap(todosOf);
}
