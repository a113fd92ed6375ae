import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import type { ColumnChanges } from "../kinds/column-operations.ts";
import { isSerial } from "../kinds/column-types.ts";
import * as operations from "../kinds/operations.ts";
import { does } from "../kinds/targets.ts";
import { findTypeWork, type TypeWork } from "../kinds/type-changes.ts";
import type { Column, Table } from "../schema/schema.ts";
import { id } from "../sql.ts";
import { hasWord } from "../words.ts";
import { blocking, findProbe, phraseBlock } from "./blocking.ts";
import { hasIndex } from "./builds.ts";
import { findTable, type ReviewedStep, type RuleFinding } from "./finding.ts";
import { EXPAND_AND_CONTRACT, fillFirst, identityFirst, type Recipe, serialFirst } from "./recipes.ts";
import type { StepRule } from "./rule.ts";

interface Retype {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly from: string;
  readonly work: TypeWork;
  readonly isRecollated: boolean;
  /** The table before. */
  readonly before: Table;
}

/** What a change of a type does to the table of the column. */
function findRetype(step: ReviewedStep): Retype | undefined {
  const probe = findProbe(step, "values");
  if (probe?.finds !== "values") return undefined;
  const { table, column, type, using } = probe;
  const before = findTable(step, table);
  const old = before?.columns.find(({ name }) => name === column);
  if (before === undefined || old === undefined) return undefined;
  const { type: from } = old;
  const { collation = "default" } = Object(step.operation.args[2]);
  const isRecollated = collation !== (old.collation ?? "default");
  return { table, column, type, from, before, isRecollated, work: findTypeWork(id(column), from, type, using) };
}

export const typeRewrite = blocking(
  "rewrite",
  {
    what: "PostgreSQL writes the whole table and its indexes again, under an ACCESS EXCLUSIVE lock.",
    instead: EXPAND_AND_CONTRACT,
  },
  (step) => {
    const found = findRetype(step);
    if (found?.work !== "rewrite") return undefined;
    const { table, column, type, from } = found;
    const why = `while it is rewritten: ${column} becomes ${type}, from ${from}`;
    return {
      tables: [table],
      text: `${phraseBlock(step, table, "rewrite", why)} Instead: expand and contract, in two revisions with a second column.`,
    };
  },
);

export const typeScan = blocking(
  "scan",
  {
    what: "The new type keeps the rows as they are, but a check uses the column: PostgreSQL checks all rows under an ACCESS EXCLUSIVE lock.",
    instead: "Drop the check before, and add it again with `notValid: true` after; validate it in another transaction.",
  },
  (step) => {
    const found = findRetype(step);
    if (found === undefined || found.work === "rewrite") return undefined;
    const { table, column, before } = found;
    const checks = (before.checks ?? []).filter(({ expression }) => hasWord(expression, column));
    const [check] = checks;
    if (check === undefined) return undefined;
    const text = `${phraseBlock(step, table, "scan", `while its rows are checked against ${check.name} again`)} Instead: drop the check first and add it with { notValid: true }.`;
    return { tables: [table], text };
  },
);

export const typeIndexRebuild = blocking(
  "build",
  {
    what: "The new type or collation keeps the rows as they are, but PostgreSQL builds indexes over the column again, under an ACCESS EXCLUSIVE lock. An index with a condition on the column, or over it with a condition, is always built again.",
    instead: "Drop the indexes before, and build them concurrently after.",
  },
  (step) => {
    const found = findRetype(step);
    if (found === undefined || found.work === "rewrite") return undefined;
    const { table } = found;
    const names = listRebuilt(found);
    if (names.length === 0) return undefined;
    const text = `${phraseBlock(step, table, "build", `while ${names.join(", ")} is built again`)} Instead: drop it first and build it concurrently after.`;
    return { tables: [table], text };
  },
);

/** The indexes that a change of a type or collation builds again although it keeps the rows (indexcmds.c, CheckIndexCompatible). */
function listRebuilt({ column, work, before, isRecollated }: Retype): readonly string[] {
  const { primaryKey, uniques = [], indexes = [] } = before;
  const partial = indexes.filter(
    ({ where, columns }) => where !== undefined && (columns.includes(column) || hasWord(where, column)),
  );
  const whole = [...collect(primaryKey), ...uniques, ...indexes.filter((index) => !partial.includes(index))];
  const over = whole.filter(({ columns }) => columns.includes(column));
  const rebuilt = work === "index rebuild" || isRecollated ? [...over, ...partial] : partial;
  return rebuilt.map(({ name }) => name);
}

/** The column that an operation adds at the end of a table. */
function readAdded({ operation }: ReviewedStep): { table: string; column: Column } | undefined {
  const { target, args } = operation;
  if (!does(operation, "create", "column") || target?.table === undefined) return undefined;
  const { type = "", ...rest }: Partial<Column> = Object(args[1]);
  return { table: target.table, column: { ...rest, type, name: target.name } };
}

const LARGEST =
  "For a column that exists, build an index that begins with it first: else PostgreSQL looks for its largest value in all rows, under the same lock.";
const FILL_LATER =
  "Add the column as nullable without a default, set the default, fill the rows in batches with op.backfill, then set NOT NULL.";

/** Whether a column gets a value of its own in every row. */
type Filled = (column: Column, step: ReviewedStep) => boolean;

/** A rule about a new column that gets a value of its own in every row. */
function filling(
  what: string,
  instead: string,
  isIt: Filled,
  hint: string,
  makeRecipe?: (step: ReviewedStep, table: string, column: Column) => Recipe | undefined,
): StepRule {
  return blocking(
    "rewrite",
    { what: `${what} PostgreSQL writes the whole table again, under an ACCESS EXCLUSIVE lock.`, instead },
    (step) => {
      const added = readAdded(step);
      if (added === undefined) return findNumbered(step, isIt);
      if (!isIt(added.column, step)) return undefined;
      const { table, column } = added;
      const why = `while every row gets a value for the new column ${column.name}`;
      const recipe = makeRecipe?.(step, table, column);
      const text = `${phraseBlock(step, table, "rewrite", why)} ${hint}`;
      return { tables: [table], text, ...dropUndefined({ recipe }) };
    },
  );
}

/** A column that becomes serial or an identity column: PostgreSQL looks for its largest value, in all rows without an index. */
function findNumbered(step: ReviewedStep, isIt: Filled): RuleFinding | undefined {
  const { operation } = step;
  const { target, args } = operation;
  if (!does(operation, "alter", "column") || target?.table === undefined) return undefined;
  const { type = "", generatedIdentity, continueAfter }: ColumnChanges = Object(args[2]);
  const { table, name } = target;
  const before = findTable(step, table);
  if (continueAfter !== undefined || (before !== undefined && hasIndex(before, [name]))) return undefined;
  const isNumbered = isIt({ name, type, ...(generatedIdentity && { generatedIdentity }) }, step);
  if (!isNumbered) return undefined;
  const text = `${phraseBlock(step, table, "scan", `while the largest value of ${name} is looked for in all rows`)} Instead: an index over ${name} first.`;
  return { tables: [table], text };
}

export const defaultRewrite = filling(
  "A new column has a volatile default, such as gen_random_uuid().",
  FILL_LATER,
  ({ default: value }, step) => value !== undefined && step.about.isVolatile(value),
  "Instead: add it as nullable, set the default, and fill it with op.backfill.",
  fillFirst,
);

export const generatedRewrite = filling(
  "A new column is generated and stored.",
  "There is no way to add it while others write. On PostgreSQL 18 a virtual column needs no rewrite.",
  ({ asExpression, generatedType }) => asExpression !== undefined && generatedType !== "VIRTUAL",
  "There is no way without that for a stored column.",
);

export const serialRewrite = filling(
  "A new column is serial.",
  `Add a nullable integer column, make a sequence its default, fill the rows in batches with op.backfill, then set NOT NULL. ${LARGEST}`,
  ({ type }) => isSerial(type),
  "Instead: a nullable integer with a sequence, filled with op.backfill.",
  serialFirst,
);

export const identityRewrite = filling(
  "A new column is an identity column.",
  `Add a nullable integer column, fill its rows in batches with op.backfill from a sequence, and make it an identity column with \`continueAfter\` at the end. ${LARGEST}`,
  ({ generatedIdentity }) => generatedIdentity !== undefined,
  "Instead: a nullable integer with a sequence, filled with op.backfill, that becomes an identity column at the end.",
  identityFirst,
);

export const columnPlaced = blocking(
  "rewrite",
  {
    what: "PostgreSQL only adds columns at the end. For another place the table and everything that belongs to it is built again.",
    instead: "Leave out `before` and `after`: then the column is added at the end, in a moment.",
    measured: { lock: "ACCESS EXCLUSIVE", work: ["rewrite", "build"] },
  },
  (step) => {
    const added = readAdded(step);
    const { before, after } = Object(step.operation.args[2]);
    if (added === undefined || (before === undefined && after === undefined)) return undefined;
    const { table, column } = added;
    const text = `${phraseBlock(step, table, "rewrite", `while it is built again with ${column.name} in its place`)} Instead: leave out before and after.`;
    return { tables: [table], text, recipe: [[operations.addColumn(table, column)]], differs: true };
  },
);

export const enumReplaced = blocking(
  "rewrite",
  {
    what: "An enum type gets another list of values: PostgreSQL writes each table that uses it again, under an ACCESS EXCLUSIVE lock.",
    instead: "To add values only, use op.addEnumValue, which takes a moment. Leave unused values in the type.",
  },
  (step) => {
    const type = step.operation.target?.name;
    if (!does(step.operation, "alter", "enum type") || type === undefined) return undefined;
    const tables = [...new Set((step.operation.probes ?? []).map(({ table }) => table))];
    return tables.map((table) => ({
      tables: [table],
      text: `${phraseBlock(step, table, "rewrite", `while it is rewritten with the new ${type}`)} Instead: op.addEnumValue, where values are only added.`,
    }));
  },
);
