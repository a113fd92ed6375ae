import { joinTexts } from "../collect.ts";
import type { Drift } from "../compare/drift.ts";
import { phraseChange } from "../kinds/operation-text.ts";
import type { OperationTarget } from "../schema/operation.ts";
import type { TenantDifference } from "./check-classes.ts";

/** An object that differs, of any kind. */
export type DifferentTarget = Pick<OperationTarget, "table" | "effect" | "to"> & {
  readonly kind: string;
  readonly name: string;
};

/** The changes of a drift in a few words each: `shop has a column note`. */
export function listDrift({ changes }: Pick<Drift, "changes">): readonly string[] {
  const targets = changes.flatMap(({ operations }) => operations.flatMap(({ target }) => target ?? []));
  return [...new Set(targets.map(describeDifferent))];
}

/** The first of them, and how many more there are. */
export function describeDriftBriefly(drift: Pick<Drift, "changes">): string {
  return firstOf(listDrift(drift)) ?? "the schema was changed outside of remodel";
}

/** The first of several differences, and how many more there are. */
export function firstOf([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined || others.length === 0) return first;
  return `${first}, and ${others.length} more`;
}

/** What a comparison found, in a few words: the drift, else the first change to the models. */
export function describeDifferenceBriefly({ drift, changes }: TenantDifference): string {
  if (drift !== undefined) return describeDriftBriefly(drift);
  const [first = "", ...others] = changes.flatMap(phraseChange).filter((line) => !line.startsWith(" "));
  return joinTexts(`the models ${first}`, others.length > 0 && `, and ${others.length} more`);
}

/** A difference of one object: `shop has a column note`. */
export function describeDifferent({ kind, table, name, effect, to }: DifferentTarget): string {
  const what = `${kind} ${name}`;
  const owner = table ?? "the database";
  if (effect === "create") return `${owner} has ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}`;
  if (effect === "drop") return `${owner} lacks the ${what}`;
  const place = table === undefined ? what : `${table}: ${what}`;
  if (to === undefined) return `${place} differs`;
  return `${place} is now ${to}`;
}
