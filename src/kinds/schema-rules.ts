import { schemaKinds } from "./all.ts";
import { ruleLists } from "./item-rules.ts";
import { shape } from "./rules.ts";

/**
 * Whether a value that comes from outside is a schema that can be compared and printed. It has only items of kinds with
 * a {@link Kind.rule}.
 * @returns what is wrong with it, or nothing
 */
export function schemaProblem(value: unknown): string | undefined {
  return shape(ruleLists(schemaKinds))(value, "schema");
}
