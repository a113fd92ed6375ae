import { dropUndefined } from "../given.ts";
import type { Lock, Operation } from "../schema/operation.ts";
import { RULE_NAMES, type RuleName } from "../schema/rule-names.ts";
import type { Acceptance, RecipeStep, ReviewedRevision, ReviewedStep, ReviewFinding, RuleFinding } from "./finding.ts";
import { type AboutFinding, giveFingerprints, type UnmarkedFinding } from "./fingerprint.ts";
import type { Level } from "./level.ts";
import { judgeMeasured } from "./measured.ts";
import { listOpenQuestions, type UnansweredQuestion } from "./open-questions.ts";
import { endTransactions } from "./recipes.ts";
import type { ReviewRule } from "./rule.ts";
import { RULES } from "./rules.ts";
import { judgeSize, type TableSize } from "./sizes.ts";

/** Where sizes come from. */
export type SizesFrom = "database" | "file" | "none";

/** What `remodel review` found. */
export interface Review {
  /** The ids of the revisions. */
  readonly revisions: readonly string[];
  readonly sizes: SizesFrom;
  readonly findings: readonly ReviewFinding[];
  /** What a person has to answer before the revisions can run; absent if there is nothing. */
  readonly openQuestions?: readonly ReviewQuestion[];
}

/** A question that a revision still asks. */
export interface ReviewQuestion extends UnansweredQuestion {
  readonly revision: string;
  readonly file: string;
}

/** A finding with the operation that it is about. */
interface Placed {
  readonly finding: UnmarkedFinding;
  readonly step?: ReviewedStep;
  /** The table is new or empty, so nothing is said. */
  readonly isHidden?: boolean;
  /** It may be accepted in `downgrade` too. */
  readonly isAboutDowngrade?: boolean;
}

/**
 * Applies every rule to every operation.
 * @param revisions the revisions, in the order in which they run
 * @param sizes where the sizes of tables come from
 */
export function reviewRevisions(revisions: readonly ReviewedRevision[], sizes: SizesFrom): Review {
  const openQuestions = revisions.flatMap((one) =>
    listOpenQuestions(one).map((question) => ({ revision: one.revision, file: one.file, ...question })),
  );
  return {
    revisions: revisions.map(({ revision }) => revision),
    sizes,
    findings: revisions.flatMap(reviewRevision),
    ...(openQuestions.length > 0 && { openQuestions }),
  };
}

function reviewRevision(revision: ReviewedRevision): readonly ReviewFinding[] {
  const placed = [
    ...RULE_NAMES.flatMap((name) => findInRevision(revision, name)),
    ...revision.steps.flatMap((step) => RULE_NAMES.flatMap((name) => findInStep(revision, step, name))),
  ];
  return giveFingerprints(acceptFindings(revision, placed));
}

function findInRevision(revision: ReviewedRevision, name: RuleName): readonly Placed[] {
  const rule = RULES[name];
  if (!("findInRevision" in rule)) return [];
  const found = rule.findInRevision(revision);
  const [first] = revision.steps;
  if (found === undefined) return [];
  const sizes = found.tables.map((table) => first?.sizeOf(table));
  const { isAboutDowngrade = false } = found;
  return [{ finding: makeFinding(revision, name, rule, found, sizes), isAboutDowngrade }];
}

function findInStep(revision: ReviewedRevision, step: ReviewedStep, name: RuleName): readonly Placed[] {
  const rule = RULES[name];
  return findWithRule(step, rule).map((found) => {
    const [table] = found.tables;
    const sizes = found.tables.map((one) => step.sizeOf(one));
    const isNew = table !== undefined && step.isNew(table);
    const isEmpty = sizes[0]?.rows === 0;
    const given = isEmpty ? { ...found, level: "info" as const } : found;
    const finding = { ...makeFinding(revision, name, rule, given, sizes), ...describeStep(step) };
    return { finding, step, isHidden: isNew || (isEmpty && name !== "drop-table") };
  });
}

/** What a rule finds in an operation, and what a measurement adds or clears. */
function findWithRule(step: ReviewedStep, rule: ReviewRule): readonly RuleFinding[] {
  const found = "find" in rule ? judgeMeasured(step, rule, listFound(rule.find(step))) : [];
  const measured = "findMeasured" in rule ? (rule.findMeasured?.(step) ?? []) : [];
  const isNew = ({ tables: [table] }: RuleFinding) => !found.some((one) => one.tables[0] === table);
  return [...found, ...measured.filter(isNew).map((one) => ({ ...one, evidence: "measured" as const }))];
}

function listFound(found: RuleFinding | readonly RuleFinding[] | undefined): readonly RuleFinding[] {
  if (found === undefined) return [];
  return isList(found) ? found : [found];
}

function isList(found: RuleFinding | readonly RuleFinding[]): found is readonly RuleFinding[] {
  return Array.isArray(found);
}

function makeFinding(
  { revision, file, line }: ReviewedRevision,
  name: RuleName,
  rule: ReviewRule,
  found: RuleFinding,
  sizes: readonly (TableSize | undefined)[],
): UnmarkedFinding {
  const [table] = found.tables;
  const largest = findLargest(sizes);
  return {
    rule: name,
    level: found.level ?? judge(rule.level, sizes.length === 0 ? undefined : largest),
    ...dropUndefined({ table }),
    revision,
    file,
    line: found.line ?? line,
    direction: "upgrade",
    locks: [],
    ...(largest !== undefined && { size: { rows: largest.rows, bytes: largest.bytes } }),
    evidence: found.evidence ?? rule.evidence,
    text: found.text,
    ...(found.recipe !== undefined && {
      recipe: endTransactions(found.recipe).map((list) => list.map(describeOperation)),
    }),
    docs: `docs/rules.md#${name}`,
  };
}

/** The largest size; unknown if one of them is. */
function findLargest(sizes: readonly (TableSize | undefined)[]): TableSize | undefined {
  const known = sizes.filter((size) => size !== undefined);
  if (known.length < sizes.length) return undefined;
  return known.reduce<TableSize | undefined>((a, b) => (a === undefined || b.bytes > a.bytes ? b : a), undefined);
}

function judge(level: ReviewRule["level"], size: TableSize | undefined): Level {
  if (level === "size") return judgeSize(size);
  if (level !== "warning by size") return level;
  return judgeSize(size) === "info" ? "info" : "warning";
}

function describeOperation({ name, args, sql }: Operation): RecipeStep {
  return { name, args, sql };
}

function describeStep({
  operation,
  line,
  measured,
}: ReviewedStep): Pick<ReviewFinding, "operation" | "line" | "locks"> {
  const locks = (operation.locks ?? measured?.locks ?? []).filter(({ onDependents }) => !onDependents);
  return { operation: operation.name, line, locks: locks.map(({ mode, on }: Lock) => ({ mode, on })) };
}

/**
 * Gives findings the reasons with which a person accepted them, and finds acceptances of nothing. A table that is empty in
 * this database may have rows in another one, so a reason for what is not said here still belongs to something.
 */
function acceptFindings(revision: ReviewedRevision, placed: readonly Placed[]): readonly AboutFinding[] {
  const { acceptances } = revision;
  const used = new Set<unknown>();
  const findings = placed.flatMap((one) => {
    const { finding, isHidden, step } = one;
    const accepting = acceptances.find((acceptance) => accepts(acceptance, one));
    if (accepting !== undefined) used.add(accepting);
    if (isHidden) return [];
    const about = dropUndefined({ about: step?.operation });
    if (accepting === undefined) return { finding, ...about };
    return { finding: { ...finding, accepted: accepting.reason }, ...about };
  });
  const unused = acceptances.filter((one) => !used.has(one));
  const rule = RULES["unused-acceptance"];
  return [
    ...findings,
    ...unused.map(({ rule: name, line, direction }) => {
      const found = { tables: [], text: `op.accept("${name}") accepts nothing. Instead: remove it.` };
      return {
        finding: { ...makeFinding(revision, "unused-acceptance", rule, found, []), line, direction },
        about: name,
      };
    }),
  ];
}

function accepts(
  { rule, direction, isFirst, operation }: Acceptance,
  { finding, step, isAboutDowngrade }: Placed,
): boolean {
  if (rule !== finding.rule) return false;
  if (step !== undefined) return operation === step.operation;
  return isFirst && (direction === "upgrade" || isAboutDowngrade === true);
}

/** Whether a finding has the level of a large table because the size of its table is not known. */
export function countsAsLarge({ rule, size, accepted }: ReviewFinding): boolean {
  return size === undefined && accepted === undefined && RULES[rule].level.endsWith("size");
}

const ORDER: readonly Level[] = ["info", "warning", "error"];

/** Whether a finding is open and at least of a level. */
export function isOpen({ level, accepted }: ReviewFinding, least: Level): boolean {
  return accepted === undefined && ORDER.indexOf(level) >= ORDER.indexOf(least);
}
