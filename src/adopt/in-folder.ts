import type { Settings } from "../config.ts";
import { buildGraph } from "../history/graph.ts";
import { readFiles, readHeaders } from "../revision/folder.ts";
import { once } from "../state/once.ts";
import { createStateReaders, type Session } from "../state/session.ts";

/** A session whose revisions are in another folder, which is read again; with other settings, where some are given. */
export function inFolder(session: Session, folder: string, changed: Partial<Settings> = {}): Session {
  const files = once(() => readFiles(folder));
  const graph = once(() => buildGraph(readHeaders(files())));
  const settings = { ...session.settings, ...changed };
  const parts = { ...session, folder, files, graph, settings };
  return { ...parts, ...createStateReaders(parts) };
}
