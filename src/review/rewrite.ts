import { mapGiven } from "../given.ts";
import { phraseOperation } from "../kinds/operation-text.ts";
import type { Change, Operation } from "../schema/operation.ts";
import { RULE_NAMES, type RuleName } from "../schema/rule-names.ts";
import type { ReviewedRevision, ReviewedStep, RuleFinding } from "./finding.ts";
import { endTransactions } from "./recipes.ts";
import { RULES } from "./rules.ts";
import { judgeSize } from "./sizes.ts";

/** An operation that blocks others for long, with those that do the same and do not. */
export interface Rewriting {
  readonly rule: RuleName;
  readonly step: ReviewedStep;
  readonly instead: readonly Operation[];
  /** Earlier operations that go: `instead` has them. */
  readonly without: readonly ReviewedStep[];
  /** Where a person accepted other findings about the operation. */
  readonly accepted: readonly AcceptedAbove[];
}

/** A call of `op.accept` above an operation that is rewritten. */
export interface AcceptedAbove {
  readonly line: number;
  /** The step of the recipe that it is about now; -1 if it is about the whole revision, and so above all steps. */
  readonly at: number;
}

/** An operation that blocks others for long and stays as it is. */
export interface LeftAlone {
  readonly rule: RuleName;
  readonly line: number;
  /** In plain words, such as `add index IDX_shop_code of shop`. */
  readonly operation: string;
  readonly why: string;
  /** It can be rewritten once its question is answered. */
  readonly waits?: true;
}

/** What can be rewritten in a revision, and what cannot. */
export interface Rewritings {
  readonly found: readonly Rewriting[];
  readonly left: readonly LeftAlone[];
}

/** Why an operation under a question stays: the lines below a question may still change. */
export const HAS_QUESTION = "its question is open; answer it first";

/** Finds the operations of a revision that have a recipe. What a person accepted stays. */
export function findRewritings(revision: ReviewedRevision): Rewritings {
  const found: Rewriting[] = [];
  const left: LeftAlone[] = [];
  for (const step of revision.steps) {
    const [first, ...others] = findBlocking(revision, step);
    if (first === undefined) continue;
    const { rule, finding } = [first, ...others].find((one) => one.finding.recipe !== undefined) ?? first;
    const why = findReason(revision, step, finding);
    if (why === undefined) found.push(makeRewriting(revision, step, rule, finding));
    else left.push(leaveAlone(rule, step, why));
  }
  return { found, left };
}

/** What the rules say about an operation that blocks others for as long as its table is large. */
function findBlocking(
  { acceptances }: ReviewedRevision,
  step: ReviewedStep,
): readonly { readonly rule: RuleName; readonly finding: RuleFinding }[] {
  return RULE_NAMES.flatMap((name) => {
    const rule = RULES[name];
    if (rule.level !== "size" || !("find" in rule)) return [];
    if (acceptances.some((one) => one.rule === name && one.operation === step.operation)) return [];
    const findings = [rule.find(step) ?? []].flat();
    return findings
      .filter(({ tables: [table] }) => table === undefined || !step.isNew(table))
      .map((finding) => ({ rule: name, finding }));
  });
}

function findReason(
  { acceptances }: ReviewedRevision,
  step: ReviewedStep,
  { recipe, differs, tables, without = [] }: RuleFinding,
): string | undefined {
  if (recipe === undefined) return "there is no recipe for it";
  if (differs) return "its recipe gives another schema; choose it by hand";
  if (acceptances.some(({ operation }) => operation !== undefined && without.includes(operation)))
    return "op.accept accepts a finding about what it replaces; rewrite it by hand";
  const [table] = tables;
  const size = mapGiven(table, (name) => step.sizeOf(name));
  return judgeSize(size) === "info" ? `${table} is small` : undefined;
}

function makeRewriting(
  { steps, acceptances }: ReviewedRevision,
  step: ReviewedStep,
  rule: RuleName,
  { recipe = [], without = [] }: RuleFinding,
): Rewriting {
  const instead = endTransactions(recipe).flat();
  return {
    rule,
    step,
    instead,
    without: without.length === 0 ? [] : steps.filter(({ operation }) => without.includes(operation)),
    accepted: acceptances
      .filter(({ operation }) => operation === step.operation)
      .map((one) => ({ line: one.line, at: findAccepted(one, step, instead) })),
  };
}

/** Finds the step of a recipe in which the rule still finds something, or which does what the operation did. */
function findAccepted(
  { rule, isFirst }: ReviewedRevision["acceptances"][number],
  step: ReviewedStep,
  instead: readonly Operation[],
): number {
  const name = RULE_NAMES.find((one) => one === rule);
  const about = name && RULES[name];
  if (about !== undefined && "findInRevision" in about) return isFirst ? -1 : findOwnStep(instead, step.operation);
  const isFound = (operation: Operation) =>
    about !== undefined && "find" in about && [about.find({ ...step, operation }) ?? []].flat().length > 0;
  const own = findOwnStep(instead, step.operation);
  const found = instead.findIndex(isFound);
  return found < 0 || isFound(instead[own] ?? step.operation) ? own : found;
}

/** The step that does what the operation did. */
function findOwnStep(instead: readonly Operation[], { name, target }: Operation): number {
  const same = instead.findLastIndex((one) => one.name === name && one.target?.name === target?.name);
  return same < 0
    ? Math.max(
        0,
        instead.findLastIndex((one) => one.name === name),
      )
    : same;
}

/** Says that an operation stays as it is. */
export function leaveAlone(rule: RuleName, { line, operation }: ReviewedStep, why: string): LeftAlone {
  return { rule, line, operation: phraseOperation(operation), why, ...(why === HAS_QUESTION && { waits: true }) };
}

/**
 * Rewrites the changes of a new revision.
 * @param changes the changes; those with a question stay as they are
 * @param rewritings what to rewrite in them
 * @returns the changes, and what stays
 */
export function rewriteChanges(
  changes: readonly Change[],
  { found, left }: Rewritings,
): { readonly changes: readonly Change[]; readonly done: readonly Rewriting[]; readonly left: readonly LeftAlone[] } {
  const asked = new Set(changes.flatMap(({ question, operations: own }) => (question === undefined ? [] : own)));
  const isAsked = ({ step, without }: Rewriting) => [step, ...without].some(({ operation }) => asked.has(operation));
  const done = found.filter((one) => !isAsked(one));
  const instead = new Map(done.map((one) => [one.step.operation, one.instead]));
  const gone = new Set(done.flatMap(({ without }) => without.map(({ operation }) => operation)));
  const rewritten = changes.map((change) => ({
    ...change,
    operations: change.operations.flatMap((one) => (gone.has(one) ? [] : (instead.get(one) ?? [one]))),
  }));
  return {
    changes: rewritten.filter(({ operations: own, question }) => own.length > 0 || question !== undefined),
    done,
    left: [...left, ...found.filter(isAsked).map(({ rule, step }) => leaveAlone(rule, step, HAS_QUESTION))],
  };
}
