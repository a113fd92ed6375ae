import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";
import type { ReviewRun } from "../author/choose-reviewed.ts";
import { replaceFile } from "../author/replace.ts";
import { RemodelError } from "../errors.ts";
import { phraseOperation } from "../kinds/operation-text.ts";
import { printableLine } from "../printable.ts";
import type { ReviewedRevision } from "../review/finding.ts";
import type { LeftAlone, Rewriting } from "../review/rewrite.ts";
import { printCall } from "../revision/literal.ts";
import { type CommandContext, plural, type Result } from "./command.ts";

/** The revisions of a review, before rules are applied to them. */
export interface ChosenRevisions {
  readonly revisions: readonly ReviewedRevision[];
  readonly chosen: ReviewRun["revisions"];
}

/** What `review --fix --json` prints. */
export interface FixOutput {
  readonly files: readonly FixedFile[];
}

/** What was rewritten in a file, and what was not. */
export interface FixedFile {
  readonly revision: string;
  readonly file: string;
  readonly fixed: readonly Described[];
  readonly left: readonly LeftAlone[];
}

/** An operation that was rewritten, by its line before. */
export interface Described extends Pick<LeftAlone, "rule" | "line" | "operation"> {
  /** The calls that do the same now. */
  readonly instead: readonly string[];
}

/** Rewrites the files of revisions: operations that block others for long become those of their recipe. */
export async function fixRevisions(
  { revisions, chosen }: ChosenRevisions,
  { cwd }: Pick<CommandContext, "cwd">,
): Promise<Result<FixOutput>> {
  const { findRewritings } = await import("../review/rewrite.ts");
  const { fixText } = await import("../review/fix.ts");
  const morph = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  const files: FixedFile[] = [];
  for (const reviewed of revisions) {
    const { found, left } = findRewritings(reviewed);
    const own = chosen.find(({ loaded }) => loaded.revision.id === reviewed.revision);
    const path = own?.loaded.revision.file ?? "";
    const before = readFileSync(path, "utf8");
    const fixed = fixText(before, found, morph);
    if (fixed.done.length > 0 && own?.isApplied) throw appliedError(reviewed.revision, relative(cwd, path));
    if (fixed.done.length > 0) replaceFile(path, before, fixed.text);
    files.push({
      revision: reviewed.revision,
      file: path,
      fixed: fixed.done.map(describeRewriting),
      left: [...left, ...fixed.left],
    });
  }
  const text =
    files.length === 0 ? "There is no revision to rewrite." : files.map((one) => printFixed(one, cwd)).join("\n\n");
  return { code: 0, text, data: { files } };
}

/** What a database has done cannot be done otherwise afterwards. */
function appliedError(revision: string, file: string): RemodelError {
  return new RemodelError("USAGE", `${revision} is applied in this database, so ${file} was not rewritten.`, {
    hint: `To change it, undo it first: remodel downgrade ${revision}@${revision}-1`,
    details: { revision },
  });
}

/** Says in words what was rewritten. */
export function describeRewriting({ rule, step, instead }: Rewriting): Described {
  return {
    rule,
    line: step.line,
    operation: phraseOperation(step.operation),
    instead: instead.map(({ name, args }) => printCall(`op.${name}`, args, 0)),
  };
}

function printFixed({ revision, file, fixed, left }: FixedFile, cwd: string): string {
  const head = fixed.length === 0 ? "nothing to rewrite." : `rewrote ${plural(fixed.length, "operation")}.`;
  const next = fixed.length === 0 ? [] : [`Look at it: remodel review ${revision}`];
  return [`${relative(cwd, file)}: ${head}`, ...fixed.flatMap(printRewriting), ...left.map(printLeft), ...next]
    .map(printableLine)
    .join("\n");
}

/** The lines about an operation that was rewritten. */
export function printRewriting({ rule, operation, instead }: Described): readonly string[] {
  const calls = instead.flatMap((call) => call.split("\n"));
  return [`  ${operation} (${rule}) is now:`, ...calls.map((line) => `    ${line}`)];
}

/** The line about an operation that stays. */
export function printLeft({ rule, operation, why }: LeftAlone): string {
  return `  ${operation} (${rule}) stays as it is: ${why}.`;
}
