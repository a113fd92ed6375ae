import { createHash } from "node:crypto";
import { RemodelError } from "../errors.ts";
import { anyText, every, optional, type Rule, shape, text } from "../kinds/rules.ts";
import { schemaProblem } from "../kinds/schema-rules.ts";
import type { Schema } from "../schema/schema.ts";

/** A schema as it is kept: what it was read from tells what to read when it is compared. */
export interface SavedSchema {
  readonly own: string;
  readonly schemas: readonly string[];
  /** The tables that were not looked at; absent in what earlier versions kept. */
  readonly exclude?: readonly string[];
  readonly schema: Schema;
  /** `server_version_num` of the server that printed it: another major version may print the same in another way. */
  readonly version?: number;
}

const whole: Rule = (value) => schemaProblem(value);
const version: Rule = (value, at) => (Number.isInteger(value) ? undefined : `${at} is not a number`);
const savedSchemaProblem = shape<SavedSchema>({
  own: text,
  schemas: every(anyText),
  exclude: optional(every(anyText)),
  schema: whole,
  version: optional(version),
});

/**
 * Reads a kept schema. The row may have been written by any role that may write the table, so it is only ever compared
 * as data: no part of it goes to the server.
 * @param source what the row has
 * @param row the row it is in, and its fingerprint
 * @throws RemodelError `STATE_DAMAGED`
 */
export function parseSavedSchema(
  source: string,
  row: { readonly stateTable: string; readonly revision: string; readonly fingerprint: string },
): SavedSchema {
  const value = parseJson(source);
  const problem = value === undefined ? "it is not JSON" : savedSchemaProblem(value, "it");
  if (problem !== undefined) throw damagedError(row, problem);
  if (computeFingerprint((value as SavedSchema).schema) !== row.fingerprint)
    throw damagedError(row, "the schema does not match its fingerprint");
  return value as SavedSchema;
}

/** A short value that two equal schemas have in common. */
export function computeFingerprint(schema: Schema): string {
  return createHash("sha256").update(JSON.stringify(schema)).digest("hex").slice(0, 32);
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

function damagedError(row: { readonly stateTable: string; readonly revision: string }, problem: string): RemodelError {
  return new RemodelError(
    "STATE_DAMAGED",
    `The row of revision ${row.revision} in ${row.stateTable} has a damaged schema: ${problem}.`,
    {
      hint: "Find out who changed the row. To save the current schema of the database instead, run: remodel stamp current",
    },
  );
}
