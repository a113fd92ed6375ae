import type { Hazard, Operation } from "../schema/operation.ts";

/** What the operations may do to tables that were there before; what the same revision creates is no hazard. */
export function hazardsOf(operations: readonly Operation[]): readonly Hazard[] {
  const created = new Set(operations.filter(({ name }) => name === "createTable").map(({ args }) => args[0]));
  return operations.flatMap(({ hazards = [] }) =>
    hazards.filter(({ table }) => table === undefined || !created.has(table)),
  );
}
