import type { Graph } from "../history/graph.ts";
import type { SyncStatus } from "../state/sync-status.ts";
import { readFlag } from "./args.ts";
import { type Command, table } from "./command.ts";

/** What `current --json` prints. */
export type CurrentOutput = Omit<SyncStatus, "applied">;

/** Shows the topmost applied revisions. */
export const currentCommand: Command<CurrentOutput> = {
  usage: "current",
  describe: "show the current revisions of the database",
  options: (yargs) =>
    yargs.option("check-heads", { type: "boolean", describe: "exit 1 unless the database is at every head" }),
  async run(args, context) {
    const { readSyncStatus } = await import("../state/sync-status.ts");
    const { noteUnknownRevisions } = await import("../state/unknown-revisions.ts");
    const { describeHalfApplied } = await import("../state/half-applied.ts");
    const session = await context.session();
    const status = await readSyncStatus(session);
    const { current, heads, pending, missing, unknown, halfApplied } = status;
    const notes = [...noteUnknownRevisions(session.graph(), unknown), ...halfApplied.map(describeHalfApplied)];
    for (const note of notes) context.note(note);
    const isBehind = pending.length > 0 || missing.length > 0 || halfApplied.length > 0 || heads.length === 0;
    const rows = current.map((id) => [id, describeCurrent(id, status, session.graph())]);
    return {
      code: readFlag(args, "checkHeads") && isBehind ? 1 : 0,
      text: table(rows) || "The database has no revision yet.",
      data: { current, heads, pending, missing, unknown, halfApplied },
    };
  },
};

function describeCurrent(id: string, { unknown, halfApplied, heads }: SyncStatus, { given }: Graph): string {
  const known = given.get(id) ?? unknown.find(({ revision }) => revision === id);
  const marks: readonly (readonly [mark: string, holds: boolean])[] = [
    ["not in this folder", !given.has(id)],
    ["half downgraded", halfApplied.some(({ revision }) => revision === id)],
    ["head", heads.includes(id)],
  ];
  const shown = marks.filter(([, holds]) => holds).map(([mark]) => ` (${mark})`);
  return `${known?.message}${shown.join("")}`;
}
