import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as Morph from "ts-morph";
import { dropUndefined } from "../given.ts";
import { isRelative, resolveName } from "../history/names.ts";
import type { Revision } from "../history/revision.ts";
import { syntaxError } from "../revision/syntax.ts";
import { findTodos, loadRevisions, type OpenTodo } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { readKnownIds } from "../state/unknown-revisions.ts";

/**
 * Lists the questions that are still open.
 * @param session the project; its database is asked only for names that are relative to it
 * @param name one revision; by default all revisions
 */
export async function openTodos(session: Session, name?: string): Promise<readonly OpenTodo[]> {
  const revisions = await resolveRevisions(session, name);
  const loaded = await loadRevisions(session.loader, name === undefined ? revisions.filter(mayAsk) : revisions);
  return loaded.flatMap(findTodos);
}

/**
 * Whether a file may have a question: it contains `todo`, or it cannot be read, which loading it says. Old files without it
 * do not have to be loaded.
 */
function mayAsk({ file }: Revision): boolean {
  const text = readFileSync(file, "utf8");
  return /\btodo\b/.test(text) || !isReadable(file, text);
}

function isReadable(file: string, text: string): boolean {
  const { ts }: typeof Morph = createRequire(import.meta.url)("ts-morph");
  return syntaxError(ts, ts.createSourceFile(file, text, ts.ScriptTarget.ESNext)) === undefined;
}

/** The revisions of a name; all revisions if there is no name. */
export async function resolveRevisions(session: Session, name?: string): Promise<readonly Revision[]> {
  const graph = session.graph();
  if (name === undefined) return [...graph.revisions.values()];
  const current = isRelative(name) ? await readKnownIds(session) : undefined;
  const ids = resolveName(graph, name, dropUndefined({ current }));
  return ids.map((id) => graph.revisions.get(id)!);
}
