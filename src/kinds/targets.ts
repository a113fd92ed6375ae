import type { Operation, OperationTarget } from "../schema/operation.ts";

type Targeted = Pick<Operation, "target">;

/** Whether an operation has an effect on something of a kind, or of any kind. */
export function does(
  { target }: Targeted,
  effect: OperationTarget["effect"],
  kind: OperationTarget["kind"] | undefined = target?.kind,
): boolean {
  return target !== undefined && target.effect === effect && target.kind === kind;
}

/** Whether an operation may write rows: statements and code of a person may do anything. */
export function mayWriteRows(operation: Pick<Operation, "target" | "custom">): boolean {
  return operation.custom !== undefined || does(operation, "insert") || does(operation, "update");
}
