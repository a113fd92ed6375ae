import type { LeftAlone, Rewriting } from "../review/rewrite.ts";
import type { Change } from "../schema/operation.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { type Described, describeRewriting, printLeft } from "./fix.ts";

/** What `revision --online` did, as `--json` prints it. */
export interface OnlineData {
  readonly fixed: readonly Described[];
  readonly left: readonly LeftAlone[];
}

/** `revision --online`: what it rewrites in the changes of a new revision, and what it did. */
export interface Online {
  readonly rewrite: (upgrade: readonly Change[]) => Promise<readonly Change[]>;
  readonly done: () => OnlineData;
  /** What a person should know of the operations that stay as they are. */
  readonly listNotes: (revision: string) => readonly string[];
}

/** Prepares to write steps that block reads and writes only for a moment. */
export function createOnline(session: Session): Online {
  let done: readonly Rewriting[] = [];
  let left: readonly LeftAlone[] = [];
  return {
    rewrite: async (upgrade) => {
      const rewritten = await rewriteUpgrade(session, upgrade);
      done = rewritten.done;
      left = rewritten.left;
      return rewritten.changes;
    },
    done: () => ({ fixed: done.map(describeRewriting), left }),
    listNotes: (revision) => {
      const next = left.some(({ waits }) => waits) ? [`After the answers, run: remodel review --fix ${revision}`] : [];
      return left.length === 0
        ? []
        : ["These operations block others as long as they work:", ...left.map(printLeft), ...next];
    },
  };
}

async function rewriteUpgrade(session: Session, upgrade: readonly Change[]) {
  const { readLive } = await import("../compare/live-schema.ts");
  const { readDatabase } = await import("../library/review.ts");
  const { prepareRevisions } = await import("../review/prepare.ts");
  const { findRewritings, rewriteChanges } = await import("../review/rewrite.ts");
  const operations = upgrade.flatMap((change) => change.operations);
  const known = await readDatabase(session, await readLive(session), operations);
  const loaded: LoadedRevision = {
    revision: { id: "", down: [], message: "", file: "" },
    upgrade: operations.map((operation) => ({ operation, stack: "" })),
    downgrade: [],
    late: [],
    checksum: "",
    timeouts: {},
    findLine: () => undefined,
  };
  const revision = { loaded, isReviewed: true, runs: true };
  const found = prepareRevisions([revision], { ...known, asIfLarge: true, showPath: (file) => file }).map(
    findRewritings,
  );
  return rewriteChanges(upgrade, {
    found: found.flatMap((one) => one.found),
    left: found.flatMap((one) => one.left),
  });
}
