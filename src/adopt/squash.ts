import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { writeFormatted } from "../author/write-formatted.ts";
import type { Settings } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";
import { addRevision } from "../history/add.ts";
import type { Graph } from "../history/graph.ts";
import type { Direction, Revision } from "../history/revision.ts";
import { findSquashed, headOf, type SquashRange } from "../history/squash-range.ts";
import { commit } from "../kinds/operations.ts";
import { does } from "../kinds/targets.ts";
import { fileName, newId, refuseBuilt } from "../revision/folder.ts";
import { type Draft, renderRevision } from "../revision/render.ts";
import type { Change, Operation } from "../schema/operation.ts";
import { type LoadedRevision, loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { proveSquash } from "./prove-squash.ts";

/** How revisions are squashed. */
export interface SquashOptions {
  readonly message?: string;
  readonly revisionId?: string;
  /** Where it is proved: `pglite`, or the URL of a server. */
  readonly on?: string;
  /** Write nothing. */
  readonly dryRun?: boolean;
  /** Aborted: the proof ends at once, and nothing is written. */
  readonly signal?: AbortSignal;
}

/** A revision that replaces others. */
export interface Squashed {
  readonly revision: string;
  readonly file: string;
  readonly replaces: readonly string[];
  readonly proved: boolean;
  /** Where it was proved. */
  readonly on: string;
}

/**
 * Writes one revision that does what many do, and proves it in throwaway databases. The files of the many stay.
 * @param range `BASE:REV`: what comes after BASE, up to REV
 * @throws RemodelError `SQUASH_REFUSED`, `SQUASH_UNPROVED`, `EXTENSION_MISSING`, `CANCELLED`, `USAGE`, or what `resolveName` throws
 */
export async function squash(session: Session, range: string, options: SquashOptions = {}): Promise<Squashed> {
  refuseBuilt(session.folder);
  const graph = session.graph();
  const found = findSquashed(graph, range);
  const loaded = await loadRevisions(session.loader, found.revisions);
  for (const one of loaded) refuseUncopied(one);
  const draft = { ...draftOf(graph, found, loaded, options), timeouts: longest(loaded, session.settings) };
  const name = fileName(draft.id, draft.message, session.settings.fileTemplate);
  const file = join(session.folder, name);
  const { revision: added } = addRevision(graph, { ...headerOf(draft), file }, { splice: true });
  const morph = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  const text = renderRevision(draft, morph);
  const on = await prove(session, { added, text, found }, options);
  if (!options.dryRun) writeFormatted(session, name, text);
  return { revision: draft.id, file, replaces: draft.replaces ?? [], proved: true, on };
}

/** A text of a revision that is not written yet. */
interface Written {
  readonly added: Revision;
  readonly text: string;
  readonly found: SquashRange;
}

async function prove(
  session: Session,
  { added, text, found }: Written,
  { on, signal }: SquashOptions,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "remodel-squash-"));
  try {
    const file = join(folder, basename(added.file));
    writeFileSync(file, text);
    const { base, last } = found;
    const place = dropUndefined({ from: base, on, signal });
    return await proveSquash(session, { ...added, file }, { text, to: last, ...place });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function headerOf({
  upgrade: _,
  downgrade: __,
  timeouts: ___,
  ...header
}: Draft): Omit<Draft, "upgrade" | "downgrade" | "timeouts"> {
  return header;
}

function draftOf(
  graph: Graph,
  found: SquashRange,
  loaded: readonly LoadedRevision[],
  { revisionId: id = newId(), message }: SquashOptions,
): Draft {
  const head = headOf(graph, found);
  return {
    ...head,
    id,
    message: message ?? `Does what ${head.replaces.length} revisions up to ${found.last} do`,
    upgrade: concatenate(loaded, "upgrade"),
    downgrade: concatenate([...loaded].reverse(), "downgrade"),
  };
}

/** The longest of each timeout that a file sets; 0 is none, and a file that sets none has that of the configuration. */
function longest(loaded: readonly LoadedRevision[], settings: Settings): Readonly<Record<string, number>> {
  const names = ["lockTimeout", "statementTimeout", "idleTimeout"] as const;
  const set = names.filter((name) => loaded.some(({ timeouts }) => timeouts[name] !== undefined));
  return Object.fromEntries(
    set.map((name) => {
      const all = loaded.map(({ timeouts }) => timeouts[name] ?? settings[name]);
      return [name, all.includes(0) ? 0 : Math.max(...all)];
    }),
  );
}

/** PostgreSQL does not allow a new value of an enum type in the transaction that adds it. */
function concatenate(loaded: readonly LoadedRevision[], direction: Direction): readonly Change[] {
  const lists = loaded.map((one) =>
    one[direction].flatMap(({ operation, acceptances = [] }) => [
      ...acceptances.map((call) => call.operation),
      operation,
    ]),
  );
  const filled = lists.flatMap((list, at) => (list.length === 0 ? [] : [{ list, of: loaded[at]?.revision }]));
  return filled.flatMap(({ list, of }, at): readonly Change[] => {
    const heading = of === undefined ? "" : `${of.id}: ${of.message}`;
    const ends = at < filled.length - 1 && list.some((one) => does(one, "create", "enum value"));
    return [{ operations: ends ? [...list, commit()] : list, heading }];
  });
}

/** What cannot be copied into another file. */
const UNCOPIED: readonly (readonly [is: (operation: Operation) => boolean, why: string])[] = [
  [({ args }) => args.some((one) => typeof one === "function"), "runs code of its file"],
  [({ note }) => note === "question", "has an open question"],
];

function refuseUncopied({ revision, upgrade, downgrade }: LoadedRevision): void {
  const operations = [...upgrade, ...downgrade].map(({ operation }) => operation);
  const [, why] = UNCOPIED.find(([is]) => operations.some(is)) ?? [];
  const [base = "REV"] = revision.down;
  const reason = why ?? (revision.transaction === false ? "has transaction = false" : undefined);
  if (reason === undefined) return;
  throw new RemodelError("SQUASH_REFUSED", `${revision.file} ${reason}, so its operations cannot be copied.`, {
    hint: `To replace what comes after it, run: remodel squash ${revision.id}:REV\nTo replace what comes before it, run: remodel squash BASE:${base}`,
    details: { revision: revision.id, file: revision.file },
  });
}
