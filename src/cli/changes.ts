import type { Change, Operation } from "../schema/operation.ts";

/** Changes as `--json` prints them. */
export function changesData(changes: readonly Change[]): unknown {
  const data = ({ name, args, sql, hazards = [] }: Operation) => ({ name, args, sql, hazards });
  return changes.map(({ operations, question, otherwise }) => ({
    operations: operations.map(data),
    ...(question && { question }),
    ...(otherwise && { otherwise: otherwise.map(data) }),
  }));
}

/** A change in one line. */
export function changeText({ operations, question }: Change): string {
  const calls = operations.map(
    ({ name, args }) =>
      `${name} ${args
        .map(subject)
        .filter((text) => text !== "")
        .join(" ")}`,
  );
  return `  ${calls.join(", ")}${question === undefined ? "" : "  (asks)"}`;
}

function subject(arg: unknown): string {
  if (typeof arg === "string") return arg;
  const { name } = (arg ?? {}) as { name?: unknown };
  return typeof name === "string" ? name : "";
}
