import { collect } from "../collect.ts";
import { dropUndefined, mapGiven } from "../given.ts";
import { dropsValues } from "../kinds/hazards.ts";
import { does } from "../kinds/targets.ts";
import type { Note } from "../schema/dependencies.ts";
import type { Alternative, Operation, OperationTarget } from "../schema/operation.ts";
import type { Question, QuestionSubject } from "../schema/question.ts";
import type { Guess } from "./guess.ts";
import { renameSteps } from "./rename-steps.ts";
import { nameAfter, type Rename } from "./renames.ts";

/**
 * The question whether a guess is right.
 * @param guess the guess
 * @param ifNo the operations that run if the answer is no
 * @param notes what these operations do to objects that models do not declare
 */
export function renameQuestion(
  { renames, reason }: Guess,
  ifNo: readonly Operation[],
  notes: readonly Note[] = [],
): Question<"rename"> {
  const [first, ...also] = renames;
  if (first === undefined) throw new Error("A guess has no renames.");
  const { list, table, from, to } = first;
  const [second] = also;
  const computed = ifNo.filter(addsGenerated);
  const losing = ifNo.filter((one) => dropsValues(one) && !computed.some((other) => isAbout(one, other)));
  return {
    about: "rename",
    asks: "rename",
    subject: { kind: list === "tables" ? "table" : "column", ...dropUndefined({ table }), name: from },
    from,
    to,
    also: also.map((one) => ({ from: one.from, to: one.to })),
    ...(second?.to === from && second.from === to && { isSwap: true }),
    reason,
    loses: losing.flatMap(({ target }) => (target === undefined ? [] : lostObject(target))),
    ...(notes.length > 0 && { notes }),
  };
}

/** PostgreSQL computes the values of a generated column again. */
function addsGenerated(operation: Operation): boolean {
  const [, column] = operation.args;
  return does(operation, "create", "column") && Object(column).asExpression !== undefined;
}

function isAbout(one: Operation, other: Operation): boolean {
  return one.target?.table === other.target?.table && one.target?.name === other.target?.name;
}

function lostObject({ kind, table, name }: OperationTarget): QuestionSubject {
  return { kind, ...dropUndefined({ table }), name };
}

/**
 * The other names that it could have got, as lines to keep instead.
 * @param renamed what has got another name by then, such as its table
 */
export function alternativesTo(
  { renames: [first], others }: Guess,
  renamed: readonly Rename[],
): readonly Alternative[] {
  if (first === undefined) return [];
  const table = mapGiven(first.table, (name) => nameAfter(renamed, "tables", name));
  return others.flatMap(({ to, reason }) => {
    const rename = { ...first, ...dropUndefined({ table }), to };
    const [operation] = renameSteps([rename]).flatMap(({ change }) => change.operations);
    return collect(operation !== undefined && { when: "or" as const, operation, reason });
  });
}
