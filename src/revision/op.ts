import { RemodelError } from "../errors.ts";
import { checkArguments } from "../kinds/arguments.ts";
import * as operations from "../kinds/operations.ts";
import type { Operation } from "../schema/operation.ts";
import { RULE_NAMES, type RuleName } from "../schema/rule-names.ts";
import { findNearestWords } from "../words.ts";

/** The operations that a revision can call. */
export interface Operations extends AllOperations {
  /**
   * Accepts what `remodel review` finds about the next operation. What it finds about the revision as a whole is accepted
   * before its first operation.
   * @param rule the rule, as the finding names it
   * @param reason why it is right here
   * @example op.accept("index-blocks-writes", "shop is read-only at night")
   */
  accept(rule: RuleName, reason: string): void;
}

/** Each method has the type of the function that makes its operation: an editor would show no documentation for a derived type. */
type AllOperations = typeof operations;

/** A recorded operation, and the place in the revision file that called it. */
export interface Recorded {
  readonly operation: Operation;
  /** The stack of the call, to find file and line when they are needed. */
  readonly stack: string;
  /** The calls of `op.accept` directly before it. They belong to it, and are no operations of the revision. */
  readonly acceptances?: readonly Recorded[];
}

/**
 * Runs the `upgrade` or `downgrade` of a revision, which only records its operations.
 * @param write the function of the revision file
 * @param onLate receives a call that comes after the function has returned; by default such a call throws
 * @returns the operations in their order
 * @throws RemodelError `OPERATION_INVALID` if there is no such operation, or it does not take what it is given
 */
export function record(
  write: (op: Operations) => unknown,
  onLate: (call: Recorded) => void = refuseLate,
): readonly Recorded[] {
  const recorded: Recorded[] = [];
  let accepted: Recorded[] = [];
  let returned = false;
  const makeMethod =
    (name: string, make: Maker) =>
    (...args: unknown[]): Operation => {
      checkArguments(name, args);
      const operation: Operation = Reflect.apply(make, undefined, args);
      const call = captureStack(operation, accepted);
      if (returned) onLate(call);
      else {
        recorded.push(call);
        accepted = [];
      }
      return operation;
    };
  const acceptNext = (rule: unknown, reason: unknown) => {
    const call = captureStack(acceptance(rule, reason), []);
    if (returned) onLate(call);
    else accepted.push(call);
  };
  const op: Operations = offerMethods(makeMethod, acceptNext);
  const result = write(op);
  returned = true;
  refuseUnfinishedCall(result);
  return [...recorded, ...accepted];
}

/** An acceptance changes nothing. It is recorded like an operation only where no operation comes after it. */
function acceptance(rule: unknown, reason: unknown): Operation {
  if (!RULE_NAMES.some((name) => name === rule))
    throw new RemodelError("OPERATION_INVALID", `op.accept: there is no rule ${JSON.stringify(rule)}.`, {
      hint: "The rules are in docs/rules.md, and each finding of remodel review names its rule.",
    });
  if (typeof reason !== "string" || reason.trim() === "")
    throw new RemodelError("OPERATION_INVALID", `op.accept(${JSON.stringify(rule)}) needs a reason.`, {
      hint: 'Write why it is right here: op.accept("drop-table", "the rows are in the archive").',
    });
  return { name: "accept", args: [rule, reason], note: "acceptance", sql: [], locks: [] };
}

function refuseLate({ operation }: Recorded): never {
  throw new RemodelError("OPERATION_INVALID", `op.${operation.name} was called after the function returned.`);
}

/** An async function continues after it has returned, and a generator has not begun yet. */
function refuseUnfinishedCall(result: unknown): void {
  const { then, next } = Object(result);
  const isAsync = typeof then === "function";
  if (!isAsync && typeof next !== "function") return;
  Promise.resolve(result).catch(() => undefined);
  throw new RemodelError(
    "REVISION_INVALID",
    `\`upgrade\` and \`downgrade\` only record operations and cannot be ${isAsync ? "async" : "generators"}.`,
    { hint: "Move what needs await into op.run(async (db) => { … })." },
  );
}

/** The stack is turned into text only when it is read, because that takes longer than everything else here. */
function captureStack(operation: Operation, accepted: readonly Recorded[]): Recorded {
  const here = new Error("recorded");
  return {
    operation,
    ...(accepted.length > 0 && { acceptances: accepted }),
    get stack() {
      return here.stack ?? "";
    },
  };
}

type Maker = (typeof operations)[keyof typeof operations];

const MAKERS: ReadonlyMap<string | symbol, Maker> = new Map(Object.entries(operations));
/** What `op` seems to be to code that lists its methods. */
const LISTED: Operations = { ...operations, accept: () => undefined };

/**
 * Makes an object with all methods. Each is made when it is first asked for: a recorded call keeps its `op`, by its stack, and
 * a long history has thousands of them.
 */
function offerMethods(makeMethod: (name: string, make: Maker) => unknown, accept: Operations["accept"]): Operations {
  const methods = new Map<string | symbol, unknown>([["accept", accept]]);
  const find = (all: Operations, name: string | symbol) => {
    const make = MAKERS.get(name);
    if (methods.has(name)) return methods.get(name);
    if (make === undefined || typeof name === "symbol") return findOther(all, name);
    const method = makeMethod(name, make);
    methods.set(name, method);
    return method;
  };
  return new Proxy(LISTED, { get: find, set: (_, name, value) => Boolean(methods.set(name, value)) });
}

function findOther(all: Operations, name: string | symbol): unknown {
  if (typeof name === "symbol" || name in all) return Reflect.get(all, name);
  const names = [...MAKERS.keys()].sort();
  const near = findNearestWords(name, Object.keys(all).sort()).map((one) => `op.${one}`);
  throw new RemodelError("OPERATION_INVALID", `There is no operation op.${name}.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `Operations: ${names.join(", ")}.`,
  });
}
