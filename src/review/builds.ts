import { collect } from "../collect.ts";
import * as operations from "../kinds/operations.ts";
import { does } from "../kinds/targets.ts";
import type { Operation } from "../schema/operation.ts";
import type { Table } from "../schema/schema.ts";
import { blocking, findProbe, phraseBlock } from "./blocking.ts";
import { findTable, type ReviewedStep, type RuleFinding } from "./finding.ts";
import { buildFirst, buildIndexFirst } from "./recipes.ts";
import type { StepRule } from "./rule.ts";
import { listNullable } from "./scans.ts";
import { phraseDuration } from "./sizes.ts";

const UNIQUE_FIRST = "Build a unique index with `concurrently: true`, and make it the constraint with `usingIndex`.";

export const uniqueBuild = blocking(
  "build",
  { what: "PostgreSQL builds the index of the constraint under an ACCESS EXCLUSIVE lock.", instead: UNIQUE_FIRST },
  (step) => {
    const isPrimary = findProbe(step, "nulls") !== undefined;
    if (isPrimary) return undefined;
    return findKeyBuild(step, operations.createUniqueConstraint);
  },
);

export const primaryKeyBuild = blocking(
  "build",
  {
    what: "PostgreSQL builds the index of the primary key, and reads all rows if a column may have NULL, under an ACCESS EXCLUSIVE lock.",
    instead: UNIQUE_FIRST,
  },
  (step) => (findProbe(step, "nulls") === undefined ? undefined : findKeyBuild(step, operations.createPrimaryKey)),
);

function findKeyBuild(
  step: ReviewedStep,
  make: typeof operations.createUniqueConstraint | typeof operations.createPrimaryKey,
): RuleFinding | undefined {
  const probe = findProbe(step, "duplicates");
  if (probe?.finds !== "duplicates" || !does(step.operation, "create", "constraint")) return undefined;
  const { table, name = "", columns } = probe;
  const [, key] = step.operation.args;
  const text = `${phraseBlock(step, table, "build", `while the index of ${name} is built`)} Instead: a unique index built concurrently, then { usingIndex: … }.`;
  const nulls = findProbe(step, "nulls");
  const open = nulls?.finds === "nulls" ? listNullable(findTable(step, table), nulls.columns) : [];
  const first = buildFirst(
    step,
    { table, name, columns },
    (index) => make(table, { name, columns, ...Object(key) }, { usingIndex: index }),
    open,
  );
  return { tables: [table], text, ...first };
}

export const exclusionBuild = blocking(
  "build",
  {
    what: "PostgreSQL builds the index of the exclusion constraint under an ACCESS EXCLUSIVE lock.",
    instead: "There is no way to build it while others write. Choose a quiet time.",
  },
  (step) => {
    const probe = findProbe(step, "conflicts");
    if (probe === undefined) return undefined;
    const text = `${phraseBlock(step, probe.table, "build", `while the index of ${probe.name} is built`)} There is no way without that.`;
    return { tables: [probe.table], text };
  },
);

export const indexBlocksWrites = blocking(
  "build",
  {
    what: "PostgreSQL builds the index under a SHARE lock: others can read the table, but not write it.",
    instead: "Build it with `concurrently: true`, in a transaction of its own.",
    measured: { lock: "SHARE", work: ["build", "scan"] },
  },
  (step) => {
    const { operation } = step;
    const { target, args } = operation;
    if (!does(operation, "create", "index") || operation.outsideTransaction || target?.table === undefined)
      return undefined;
    const { table, name } = target;
    const time = phraseDuration(step.sizeOf(table), "build");
    const index = { name, columns: [], ...Object(args[1]) };
    return {
      tables: [table],
      text: `Writes to ${table} wait while ${name} is built${time}. Instead: { concurrently: true }.`,
      ...buildIndexFirst(step, table, index),
    };
  },
);

export const foreignKeyWithoutIndex: StepRule = {
  level: "warning by size",
  evidence: "schema",
  what: "No index begins with the columns of a foreign key.",
  long: "At each DELETE and UPDATE of a referenced row PostgreSQL reads the whole referencing table.",
  why: "PostgreSQL creates no index for a foreign key. That is noticed only when the referencing table has grown.",
  instead: "Create an index over the columns, concurrently, before the foreign key.",
  accept: "When referenced rows are never deleted and their keys never change.",
  measured: { work: ["scan"] },
  find: (step) => {
    const { probes = [], unchecked = [] } = step.operation;
    const [probe] = [...probes, ...unchecked].filter(({ finds }) => finds === "orphans");
    if (probe?.finds !== "orphans") return undefined;
    const { table, columns, references } = probe;
    const before = findTable(step, table);
    if (
      before === undefined ||
      hasIndex(before, columns) ||
      step.laterOn(table).some((one) => createsIndex(one, table, columns))
    )
      return undefined;
    return {
      tables: [table],
      text: `No index of ${table} begins with ${columns.join(", ")}: each DELETE in ${references.table} reads all of ${table}. Instead: op.createIndex first.`,
      recipe: [[operations.createIndex(table, { columns }, { concurrently: true })], [step.operation]],
      differs: true,
    };
  },
};

/** Whether an index of a table begins with columns. */
export function hasIndex({ primaryKey, uniques = [], indexes = [] }: Table, columns: readonly string[]): boolean {
  const whole = indexes.filter(({ where }) => where === undefined);
  return [...collect(primaryKey), ...uniques, ...whole].some((key) => beginsWith(key.columns, columns));
}

function beginsWith(key: readonly string[], columns: readonly string[]): boolean {
  return key.slice(0, columns.length).every((name) => columns.includes(name)) && key.length >= columns.length;
}

function createsIndex(operation: Operation, table: string, columns: readonly string[]): boolean {
  const { target, args } = operation;
  if (target?.table !== table || target.effect !== "create" || !["index", "constraint"].includes(target.kind))
    return false;
  const { columns: own, references }: { readonly columns?: readonly string[]; readonly references?: unknown } = Object(
    args[1],
  );
  return own !== undefined && references === undefined && beginsWith(own, columns);
}
