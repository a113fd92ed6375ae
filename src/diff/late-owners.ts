import type { Operation } from "../schema/operation.ts";
import type { Step } from "./order.ts";

/**
 * Gives views that are created again their owners only after the last materialized view: PostgreSQL fills that with the
 * rights of the owners of the views that it reads, and an owner may no longer read the tables. What follows the owner, such
 * as grants, stays behind it.
 * @param steps the steps in their order, with what gives back facts
 */
export function giveOwnersLast(steps: readonly Step[]): readonly Step[] {
  const last = steps.findLastIndex((step) => hasStatement(step, FILLED));
  const late: Operation[] = [];
  const kept = steps.map((step, at) => {
    const { change } = step;
    const from = at < last && hasStatement(step, VIEW) ? change.operations.findIndex(isOwner) : -1;
    if (from < 0) return step;
    late.push(...change.operations.slice(from));
    return { ...step, change: { ...change, operations: change.operations.slice(0, from) } };
  });
  if (late.length === 0) return steps;
  return kept.map((step, at) => {
    if (at !== last) return step;
    return { ...step, change: { ...step.change, operations: [...step.change.operations, ...late] } };
  });
}

const FILLED = /^CREATE MATERIALIZED VIEW /;
const VIEW = /^CREATE VIEW /;
const OWNER = /^ALTER TABLE .* OWNER TO /s;

function hasStatement({ change: { operations } }: Step, form: RegExp): boolean {
  return operations.some(({ sql }) => sql.some((statement) => form.test(statement)));
}

function isOwner({ custom, sql }: Operation): boolean {
  return custom === "statement" && sql.some((statement) => OWNER.test(statement));
}
