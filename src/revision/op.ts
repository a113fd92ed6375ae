import { RemodelError } from "../errors.ts";
import { checkArguments } from "../kinds/arguments.ts";
import * as operations from "../kinds/operations.ts";
import type { Operation } from "../schema/operation.ts";
import { findNearestWords } from "../words.ts";

/**
 * What a revision may say: every operation, as the function that makes it. It is that function's own type, since an
 * editor finds no documentation for one that is derived.
 */
export interface Operations extends AllOperations {}

type AllOperations = typeof operations;

/** A recorded operation, and where in the revision file it was called. */
export interface Recorded {
  readonly operation: Operation;
  /** The stack of the call, to find file and line when they are needed. */
  readonly stack: string;
}

/**
 * Runs the `upgrade` or `downgrade` of a revision; nothing happens but that its operations are noted down.
 * @param write the function of the revision file
 * @param onLate is told of a call after the function has returned; without it such a call throws
 * @returns the operations in their order
 * @throws RemodelError `OPERATION_INVALID` if there is no such operation, or it does not take what it is given
 */
export function record(
  write: (op: Operations) => unknown,
  onLate: (call: Recorded) => void = refuseLate,
): readonly Recorded[] {
  const recorded: Recorded[] = [];
  let returned = false;
  const methods = Object.entries(operations).map(([name, make]) => [
    name,
    (...args: unknown[]): Operation => {
      checkArguments(name, args);
      const operation = (make as (...args: unknown[]) => Operation)(...args);
      if (returned) onLate(recording(operation));
      else recorded.push(recording(operation));
      return operation;
    },
  ]);
  const op = new Proxy(Object.fromEntries(methods), { get: methodOf });
  const result = write(op as unknown as Operations);
  returned = true;
  refuseUnfinishedCall(result);
  return recorded;
}

function refuseLate({ operation }: Recorded): never {
  throw new RemodelError("OPERATION_INVALID", `op.${operation.name} was called after the function returned.`);
}

/** An async function goes on after it has returned; a generator has not even begun. */
function refuseUnfinishedCall(result: unknown): void {
  const { then, next } = Object(result) as { then?: unknown; next?: unknown };
  if (typeof then !== "function" && typeof next !== "function") return;
  Promise.resolve(result).catch(() => undefined);
  throw new RemodelError(
    "REVISION_INVALID",
    `\`upgrade\` and \`downgrade\` only record operations and cannot be ${typeof then === "function" ? "async" : "generators"}.`,
    { hint: "Move what needs await into op.run(async (db) => { … })." },
  );
}

/** The stack becomes text only when somebody reads it, which takes longer than everything else here. */
function recording(operation: Operation): Recorded {
  const here = new Error("recorded");
  return {
    operation,
    get stack() {
      return here.stack ?? "";
    },
  };
}

function methodOf(methods: Readonly<Record<string, unknown>>, name: string | symbol): unknown {
  if (typeof name === "symbol" || name in methods) return methods[name as string];
  const names = Object.keys(methods).sort();
  const near = findNearestWords(name, names).map((one) => `op.${one}`);
  throw new RemodelError("OPERATION_INVALID", `There is no operation op.${name}.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `Operations: ${names.join(", ")}.`,
  });
}
