import { RemodelError } from "../errors.ts";
import type { Filling } from "./backfill.ts";
import type { ColumnChanges } from "./column-operations.ts";
import type { NotValid } from "./constraints.ts";
import type { EnumPlace, EnumUse } from "./enum-operations.ts";
import type { Concurrently } from "./indexes.ts";
import {
  checkConstraint,
  column,
  exclusion,
  foreignKey,
  identity,
  index,
  optionalName,
  primaryKey,
  unique,
} from "./item-rules.ts";
import type { UsingIndex } from "./keys.ts";
import type { IfExists, IfNotExists } from "./kind.ts";
import type * as operations from "./operations.ts";
import type { ColumnPlace } from "./rebuild.ts";
import type { InsertOptions } from "./rows.ts";
import * as is from "./rules.ts";
import { nullable, optional, type Rule, shape } from "./rules.ts";
import type { SequenceChanges } from "./sequences.ts";
import type { TableBody } from "./tables.ts";
import type { TypeormMetadataKey } from "./typeorm-metadata.ts";

const values = is.distinct(is.every(is.anyText));
const ifExists = optional(shape<IfExists>({ ifExists: optional(is.yes) }));
const ifNotExists = optional(shape<IfNotExists>({ ifNotExists: optional(is.yes) }));
const notValid = optional(shape<NotValid>({ notValid: optional(is.yes) }));
const usingIndex = optional(shape<UsingIndex>({ usingIndex: optional(is.text) }));
const concurrently = { concurrently: optional(is.yes) };

const changes = is.whole(
  is.whole(
    shape<ColumnChanges>({
      type: optional(is.text),
      sequence: optional(is.text),
      using: optional(is.text),
      collation: optional(is.text),
      nullable: optional(is.flag),
      default: optional(is.nullable(is.text)),
      generatedIdentity: optional(is.nullable(identity)),
      continueAfter: optional(is.text),
      setGenerated: optional(identity),
      asExpression: optional(is.nothing),
    }),
    (value) => Object.keys(value).length > 0,
    "has nothing to change",
  ),
  (value) => "type" in value || !("using" in value || "collation" in value || "sequence" in value),
  "needs a type together with using, collation or sequence",
);

const body = shape<TableBody>({
  columns: is.nonEmptyList(column),
  primaryKey: optional(primaryKey),
  uniques: optional(is.nonEmptyList(unique)),
  checks: optional(is.nonEmptyList(checkConstraint)),
  exclusions: optional(is.nonEmptyList(exclusion)),
  comment: optional(is.text),
});

const place = is.whole(
  shape<EnumPlace>({ before: optional(is.anyText), after: optional(is.anyText), commit: optional(is.yes) }),
  (value) => !("before" in value && "after" in value),
  "has both before and after",
);

const columnPlace = optional(
  is.whole(
    shape<ColumnPlace & IfNotExists>({
      before: optional(is.text),
      after: optional(is.text),
      ifNotExists: optional(is.yes),
    }),
    (value) => !("before" in value && "after" in value),
    "has both before and after",
  ),
);

const sequence = {
  name: is.text,
  type: optional(is.oneOf("smallint", "integer", "bigint")),
  start: optional(is.wholeText),
  increment: optional(is.wholeText),
};

const metadata = shape<TypeormMetadataKey>({
  type: is.oneOf("VIEW", "MATERIALIZED_VIEW", "GENERATED_COLUMN"),
  table: optionalName,
  name: is.text,
  keptIn: optionalName,
});

/** What every operation takes, parameter by parameter. */
const ARGUMENTS: Readonly<Record<keyof typeof operations, Readonly<Record<string, Rule>>>> = {
  addColumn: { table: is.text, column, options: columnPlace },
  addEnumValue: { type: is.text, value: is.anyText, where: optional(place) },
  addTypeormMetadata: { key: metadata, value: is.anyText },
  alterColumn: { table: is.text, column: is.text, changes },
  alterSequence: {
    sequence: is.whole(
      shape<SequenceChanges>({
        ...sequence,
        minimum: optional(is.nullable(is.wholeText)),
        maximum: optional(is.nullable(is.wholeText)),
        cycle: optional(is.flag),
        restart: optional(is.wholeText),
        ownedBy: optional(is.nullable(shape<{ table: string; column: string }>({ table: is.text, column: is.text }))),
      }),
      (value) => Object.keys(value).length > 1,
      "has nothing to change",
    ),
  },
  backfill: {
    table: is.text,
    filling: shape<Filling>({
      set: is.entries(is.text),
      where: optional(is.text),
      batch: optional(is.positiveInteger),
    }),
  },
  commentOnColumn: { table: is.text, column: is.text, comment: is.nullable(is.anyText) },
  commentOnTable: { table: is.text, comment: is.nullable(is.anyText) },
  commit: {},
  createCheckConstraint: { table: is.text, check: checkConstraint, options: notValid },
  createEnum: { name: is.text, values, options: ifNotExists },
  createExclusionConstraint: { table: is.text, exclusion },
  createExtension: { name: is.text },
  createForeignKey: { table: is.text, key: foreignKey, options: notValid },
  createIndex: {
    table: is.text,
    index,
    options: optional(shape<Concurrently & IfNotExists>({ ...concurrently, ifNotExists: optional(is.yes) })),
  },
  createPrimaryKey: { table: is.text, key: primaryKey, options: usingIndex },
  createSchema: { name: is.text, options: ifNotExists },
  createSequence: {
    sequence: shape({
      ...sequence,
      minimum: optional(is.wholeText),
      maximum: optional(is.wholeText),
      cycle: optional(is.yes),
    }),
    options: ifNotExists,
  },
  createTable: { table: is.text, body, options: ifNotExists },
  createUniqueConstraint: { table: is.text, unique, options: usingIndex },
  createView: {
    view: is.text,
    body: shape({ expression: is.text, materialized: optional(is.yes), indexes: optional(is.nonEmptyList(index)) }),
  },
  dropColumn: { table: is.text, column: is.text, options: ifExists },
  dropConstraint: { table: is.text, name: is.text, options: ifExists },
  dropEnum: { name: is.text, options: ifExists },
  dropExtension: { name: is.text, options: ifExists },
  dropIndex: {
    table: is.text,
    name: is.text,
    options: optional(shape<Concurrently & IfExists>({ ...concurrently, ifExists: optional(is.yes) })),
  },
  dropSchema: { name: is.text, options: ifExists },
  dropSequence: { name: is.text, options: ifExists },
  dropTable: { table: is.text, options: ifExists },
  dropView: {
    view: is.text,
    options: optional(shape({ materialized: optional(is.yes), ifExists: optional(is.yes) })),
  },
  insertRows: {
    table: is.text,
    rows: is.nonEmptyList(is.entries(optional(is.constant))),
    options: optional(
      shape<InsertOptions>({
        types: optional(is.entries(is.text)),
        sequenceOf: optional(is.text),
        batch: optional(is.positiveInteger),
      }),
    ),
  },
  irreversible: { why: is.text },
  moveEnumToSchema: { name: is.text, schema: optional(is.text) },
  moveToSchema: { table: is.text, schema: optional(is.text) },
  removeTypeormMetadata: { key: metadata },
  renameColumn: { table: is.text, from: is.text, to: is.text },
  renameConstraint: { table: is.text, from: is.text, to: is.text },
  renameEnum: { from: is.text, to: is.text },
  renameEnumValue: { type: is.text, from: is.anyText, to: is.anyText },
  renameIndex: { table: is.text, from: is.text, to: is.text },
  renameSchema: { from: is.text, to: is.text },
  renameSequence: { from: is.text, to: is.text, options: ifExists },
  renameTable: { from: is.text, to: is.text },
  replaceEnum: {
    type: is.text,
    values,
    columns: is.every(
      shape<EnumUse>({
        table: is.text,
        column: is.text,
        array: optional(is.yes),
        default: optional(nullable(is.text)),
      }),
    ),
  },
  run: { step: is.code },
  sql: { text: is.statement, values: optional(is.constants) },
  todo: { text: is.text, query: optional(is.text) },
  validateConstraint: { table: is.text, name: is.text },
};

/**
 * Refuses what an operation does not take, before anything is run.
 * @param operation the method on `op`
 * @param args the arguments of the call
 * @throws RemodelError `OPERATION_INVALID`
 */
export function checkArguments(operation: string, args: readonly unknown[]): void {
  const rules = Object.entries(ARGUMENTS[operation as keyof typeof ARGUMENTS]);
  const problems = rules.map(([parameter, rule], at) => rule(args[at], parameter));
  const surplus = args.length > rules.length ? `there are ${args.length} arguments` : undefined;
  const problem = surplus ?? problems.find((one) => one !== undefined);
  if (problem !== undefined)
    throw new RemodelError("OPERATION_INVALID", `op.${operation}: ${problem}.`, {
      hint: `Write op.${operation}(${rules.map(([parameter]) => parameter).join(", ")}). See docs/operations.md in the package.`,
    });
}
