import { createTwoFilesPatch } from "diff";
import { checkSql } from "../kinds/checks.ts";
import { columnSql } from "../kinds/column-operations.ts";
import { exclusionSql } from "../kinds/exclusions.ts";
import { createForeignKey } from "../kinds/foreign-keys.ts";
import { createIndex } from "../kinds/indexes.ts";
import { primaryKeySql } from "../kinds/primary-keys.ts";
import { uniqueSql } from "../kinds/uniques.ts";
import type { Schema, Table } from "../schema/schema.ts";

/** How long a text diff may be searched for before it is given up, in milliseconds. */
const LONGEST_MS = 5000;

/** A schema as a person reads it: one line for each column, key, constraint and index. */
export function schemaText(schema: Schema): string {
  return [
    ...(schema.extensions ?? []).map(({ name }) => `extension ${name}`),
    ...(schema.schemas ?? []).map(({ name }) => `schema ${name}`),
    ...(schema.enums ?? []).map(
      ({ name, values }) => `enum ${name} (${values.map((value) => `'${value}'`).join(", ")})`,
    ),
    ...(schema.tables ?? []).map(tableText),
    ...(schema.views ?? []).map(
      (view) =>
        `${view.materialized ? "materialized " : ""}view ${view.name}\n  ${view.expression.split("\n").join("\n  ")}`,
    ),
  ]
    .map((block) => `${block}\n`)
    .join("\n");
}

function tableText(table: Table): string {
  const lines = [
    ...table.columns.flatMap((column) => [columnSql(column), ...commentOf(column.comment)]),
    ...(table.primaryKey ? [primaryKeySql(table.primaryKey)] : []),
    ...(table.uniques ?? []).map(uniqueSql),
    ...(table.checks ?? []).map(checkSql),
    ...(table.exclusions ?? []).map(exclusionSql),
    ...(table.indexes ?? []).map((index) => createIndex(table.name, index).sql.join(" ")),
    ...(table.foreignKeys ?? []).map((key) =>
      createForeignKey(table.name, key).sql[0]!.replace(/^ALTER TABLE .*? ADD /, ""),
    ),
  ];
  return [`table ${table.name}`, ...commentOf(table.comment), ...lines].join("\n  ");
}

function commentOf(comment: string | undefined): readonly string[] {
  return comment === undefined ? [] : comment.split("\n").map((line) => `  -- ${line}`);
}

/**
 * The unified diff of two texts.
 * @returns an empty text where they are equal
 */
export function unifiedDiff(before: string, after: string, names: readonly [string, string], context = 3): string {
  if (before === after) return "";
  const patch = createTwoFilesPatch(names[0], names[1], before, after, undefined, undefined, {
    context,
    timeout: LONGEST_MS,
    headerOptions: undefined,
  } as never) as string | undefined;
  if (patch === undefined) return `--- ${names[0]}\n+++ ${names[1]}\n(too different to compare line by line)\n`;
  return patch.replace(/^=+\n/, "");
}
