import { joinTexts } from "../collect.ts";
import { plural } from "../words.ts";
import type { ReviewFinding } from "./finding.ts";
import type { Level } from "./level.ts";

const LEVELS: readonly Level[] = ["error", "warning", "info"];

/** Counts findings by level: `2 errors, 1 warning, 0 infos; 1 accepted.` */
export function countFindings(findings: readonly ReviewFinding[]): string {
  const open = findings.filter(({ accepted }) => accepted === undefined);
  const counts = LEVELS.map((level) => plural(open.filter((one) => one.level === level).length, level));
  const accepted = findings.length - open.length;
  return joinTexts(counts.join(", "), accepted !== 0 && `; ${accepted} accepted`, ".");
}
