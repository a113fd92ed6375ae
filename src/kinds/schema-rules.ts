import type { Schema, Table, View } from "../schema/schema.ts";
import { parseName } from "../sql.ts";
import { checkConstraint, column, exclusion, foreignKey, index, primaryKey, unique } from "./arguments.ts";
import * as is from "./rules.ts";
import { optional, type Rule, shape } from "./rules.ts";

/** A part has its name, unlike in the arguments of an operation, where PostgreSQL may choose it. */
const parts = (rule: Rule): Rule => optional(is.every(is.whole(rule, (part) => "name" in part, "has no name")));

const path: Rule = (value, at) => is.text(value, at) ?? pathProblem(value as string, at);

function pathProblem(text: string, at: string): string | undefined {
  try {
    parseName(text);
    return undefined;
  } catch {
    return `${at} is not a name`;
  }
}

const named = shape({ name: is.text });

const table = shape<Table>({
  name: path,
  columns: is.every(column),
  primaryKey: optional(is.whole(primaryKey, (part) => "name" in part, "has no name")),
  uniques: parts(unique),
  checks: parts(checkConstraint),
  exclusions: parts(exclusion),
  indexes: parts(index),
  foreignKeys: parts(foreignKey),
  comment: optional(is.anyText),
});

const view = shape<View>({
  name: path,
  expression: is.text,
  materialized: optional(is.yes),
  indexes: parts(index),
});

const schema = shape<Omit<Schema, "extensions" | "sequences" | "typeormMetadata">>({
  schemas: optional(is.every(named)),
  enums: optional(is.every(shape({ name: path, values: is.every(is.anyText) }))),
  tables: optional(is.every(table)),
  views: optional(is.every(view)),
});

/**
 * Whether a value that comes from outside is a schema, as far as it can be compared and printed.
 * @returns what is wrong with it, or nothing
 */
export function schemaProblem(value: unknown): string | undefined {
  return schema(value, "schema");
}
