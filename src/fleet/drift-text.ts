import type { Drift } from "../compare/drift.ts";
import type { OperationTarget } from "../schema/operation.ts";

/** The first change of a drift in a few words: `shop has a column note`. */
export function describeDriftBriefly({ changes }: Pick<Drift, "changes">): string {
  const targets = changes.flatMap(({ operations }) => operations.flatMap(({ target }) => target ?? []));
  const [first, ...others] = targets;
  if (first === undefined) return "the schema was changed outside of remodel";
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return `${describeChange(first)}${more}`;
}

function describeChange({ kind, table, name, effect, to }: OperationTarget): string {
  const what = `${kind} ${name}`;
  const owner = table ?? "the database";
  if (effect === "create") return `${owner} has a ${what}`;
  if (effect === "drop") return `${owner} lacks the ${what}`;
  const place = table === undefined ? what : `${table}: ${what}`;
  return to === undefined ? `${place} differs` : `${place} is now ${to}`;
}
