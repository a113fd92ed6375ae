import { RemodelError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { anyText, every, optional, type Rule, shape, text } from "../kinds/rules.ts";
import { schemaProblem } from "../kinds/schema-rules.ts";
import type { Schema } from "../schema/schema.ts";
import { hashJson } from "./hash-json.ts";

/** A schema in the state table, with what has to be read to compare it with the database. */
export interface SavedSchema {
  /** The schema of the connection. */
  readonly own: string;
  /** The schemas that were read. */
  readonly schemas: readonly string[];
  /** The tables that were excluded; absent in a row of an earlier version. */
  readonly exclude?: readonly string[];
  readonly schema: Schema;
  /** `server_version_num` of the server that printed it. Another major version may print the same schema differently. */
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
 * Reads a saved schema. Any role that may write the table may have written it. So it is only compared as data: no part of
 * it is sent to the server as SQL.
 * @param source the text in the row
 * @param row the row, with its fingerprint
 * @throws RemodelError `STATE_DAMAGED`
 */
export function parseSavedSchema(
  source: string,
  row: { readonly stateTable: string; readonly revision: string; readonly fingerprint: string },
): SavedSchema {
  const value = parseJson(source);
  if (value === undefined) throw damagedError(row, "it is not JSON");
  refuseDamaged(value, row);
  if (computeFingerprint(value.schema) !== row.fingerprint)
    throw damagedError(row, "the schema does not match its fingerprint");
  return value;
}

function refuseDamaged(
  value: unknown,
  row: { readonly stateTable: string; readonly revision: string },
): asserts value is SavedSchema {
  const problem = savedSchemaProblem(value, "it");
  if (problem !== undefined) throw damagedError(row, problem);
}

/** A short hash of a schema. Equal schemas have equal fingerprints. */
export function computeFingerprint(schema: Schema): string {
  return hashJson(schema);
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
