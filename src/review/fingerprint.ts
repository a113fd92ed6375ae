import { createHash } from "node:crypto";
import type { Operation } from "../schema/operation.ts";
import type { ReviewFinding } from "./finding.ts";

/** A finding that has no fingerprint yet. */
export type UnmarkedFinding = Omit<ReviewFinding, "fingerprint">;

/** A finding and what it is about, besides its table. */
export interface AboutFinding {
  readonly finding: UnmarkedFinding;
  /** The operation; the rule of an acceptance that accepts nothing. */
  readonly about?: Operation | string;
}

/**
 * Gives the findings of a revision what identifies them in the next run. It is the same wherever the line is, however the
 * text is worded, and in whichever order the operations are. Only what is the same in all that is counted.
 */
export function giveFingerprints(findings: readonly AboutFinding[]): readonly ReviewFinding[] {
  const seen = new Map<string, number>();
  return findings.map(({ finding, about }) => {
    const id = identify(finding, about);
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return { ...finding, fingerprint: count === 1 ? id : `${id}-${count}` };
  });
}

function identify({ rule, revision, table }: UnmarkedFinding, about: AboutFinding["about"]): string {
  return createHash("sha256")
    .update(JSON.stringify([rule, revision, table, typeof about === "object" ? describeObject(about) : about]))
    .digest("hex")
    .slice(0, 32);
}

/** What an operation is about; of a statement of a person its words, without the blanks between them. */
function describeObject({ name, target, sql }: Operation): readonly unknown[] {
  if (target === undefined) return [name, sql.join(";").split(/\s+/).filter(Boolean)];
  return [name, target.kind, target.table, target.name, target.to];
}
