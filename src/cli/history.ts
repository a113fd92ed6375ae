import { relative } from "node:path";
import { dropUndefined } from "../given.ts";
import type { Graph } from "../history/graph.ts";
import type { Revision } from "../history/revision.ts";
import type { Session } from "../state/session.ts";
import type { SyncStatus } from "../state/sync-status.ts";
import { readFlag, readText, TEXT } from "./args.ts";
import { type Command, type CommandContext, table } from "./command.ts";

/** What `history --json` prints. */
export interface HistoryOutput extends Partial<Pick<SyncStatus, "halfApplied">> {
  /** Newest first. */
  readonly revisions: readonly HistoryRevision[];
}

/** A revision as `history --json` prints it. */
export interface HistoryRevision extends Pick<Revision, "message" | "branchLabels" | "dependsOn" | "file"> {
  readonly revision: string;
  /** The revisions it follows: none for a base, several for a merge. */
  readonly downRevision: readonly string[];
  /** What is special about it: `head`, `base`, `merge`, `branch point`; with `-i` also `current`, `half applied`. */
  readonly marks: readonly string[];
}

/** Shows the history, newest first. */
export const historyCommand: Command<HistoryOutput> = {
  usage: "history",
  describe: "show the history, newest first",
  examples: [
    ["remodel history -i", "with what is applied"],
    ["remodel history -r 7c1f:head", "only a range"],
  ],
  options: (yargs) =>
    yargs
      .option("range", { ...TEXT, alias: "r", describe: "only the range A:B, including A and B" })
      .option("verbose", {
        alias: "v",
        type: "boolean",
        describe: "also show what each revision follows, and its file",
      })
      .option("indicate-current", {
        alias: "i",
        type: "boolean",
        describe: "mark the current revisions of the database",
      }),
  async run(args, context) {
    const session = await context.session();
    const graph = session.graph();
    const range = readText(args, "range");
    const status = await readStatus(session, range, readFlag(args, "indicateCurrent"), context);
    const { listHistory } = await import("../history/plan.ts");
    const revisions = listHistory(graph, range, status === undefined ? {} : { current: status.applied });
    const listMarks = await marksIn(graph, status);
    const shown = revisions.map((revision) => ({ revision, marks: listMarks(revision) }));
    const rows = shown.map((one) => (readFlag(args, "verbose") ? verboseRow(one, context.cwd) : shortRow(one)));
    const data = {
      revisions: shown.map(revisionData),
      ...dropUndefined({ halfApplied: status?.halfApplied }),
    };
    return { code: 0, text: table(rows) || "The history is empty.", data };
  },
};

/** A revision, and what is special about it: `head`, `merge` … */
interface Shown {
  readonly revision: Revision;
  readonly marks: readonly string[];
}

/** Reads the database if the range or `--indicate-current` needs it. */
async function readStatus(
  session: Session,
  range: string | undefined,
  indicateCurrent: boolean,
  { note }: CommandContext,
): Promise<SyncStatus | undefined> {
  const { isRelativeRange } = await import("../history/plan.ts");
  const isRelative = range !== undefined && isRelativeRange(range);
  if (!isRelative && !indicateCurrent) return undefined;
  const { readSyncStatus } = await import("../state/sync-status.ts");
  const { refuseUnknown, noteUnknownRevisions } = await import("../state/unknown-revisions.ts");
  const { describeHalfApplied } = await import("../state/half-applied.ts");
  const status = await readSyncStatus(session);
  if (isRelative) refuseUnknown(session.graph(), status.unknown);
  const unknown = noteUnknownRevisions(session.graph(), status.unknown);
  for (const text of [...unknown, ...status.halfApplied.map(describeHalfApplied)]) note(text);
  return status;
}

async function marksIn(graph: Graph, status?: SyncStatus): Promise<(revision: Revision) => readonly string[]> {
  const { heads } = await import("../history/graph.ts");
  const ends = new Set(heads(graph).map(({ id }) => id));
  const { current = [], halfApplied = [] } = status ?? {};
  return ({ id, down }) => {
    const marks: readonly (readonly [mark: string, holds: boolean])[] = [
      ["head", ends.has(id)],
      ["base", down.length === 0],
      ["merge", down.length > 1],
      ["branch point", (graph.followers.get(id) ?? []).length > 1],
      ["current", current.includes(id)],
      ["half applied", halfApplied.some(({ revision }) => revision === id)],
    ];
    return marks.filter(([, holds]) => holds).map(([mark]) => mark);
  };
}

function shortRow({ revision, marks }: Shown): readonly string[] {
  return [revision.id, describeRevision(revision, marks)];
}

function verboseRow({ revision, marks }: Shown, cwd: string): readonly string[] {
  const { id, down, file } = revision;
  return [id, `follows ${down.join(", ") || "nothing"}`, relative(cwd, file), describeRevision(revision, marks)];
}

function describeRevision({ message, branchLabels = [] }: Revision, marks: readonly string[]): string {
  const all = [...marks, ...branchLabels];
  if (all.length === 0) return message;
  return `${message} (${all.join(", ")})`;
}

function revisionData({ revision, marks }: Shown): HistoryRevision {
  const { id, down, message, branchLabels, dependsOn, file } = revision;
  return {
    revision: id,
    downRevision: down,
    message,
    ...dropUndefined({ branchLabels, dependsOn }),
    marks,
    file,
  };
}
