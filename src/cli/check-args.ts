import { RemodelError } from "../errors.ts";
import type { CommandGroup } from "./command.ts";
import { FLEET_ONCE } from "./fleet.ts";
import { LIMIT_FLAGS } from "./limits.ts";

/** Options that may be given only once. */
const ONCE = [
  "dataSource",
  "env",
  "url",
  "migrations",
  "schema",
  "message",
  "rev-id",
  "range",
  "answers",
  "onto",
  ...LIMIT_FLAGS,
  ...FLEET_ONCE,
  "base",
  "sizes",
  "format",
  "out",
  "fail-on",
];

/**
 * Refuses an option that is given twice: yargs makes a list of its values.
 * @throws RemodelError `USAGE`
 */
export function refuseTwice(args: Readonly<Record<string, unknown>>): true {
  const twice = ONCE.find((name) => Array.isArray(args[name]));
  if (twice === undefined) return true;
  throw new RemodelError("USAGE", `--${twice} is given twice.`, { hint: "Give it once." });
}

/**
 * Refuses `--schema` for a fleet, which has a schema for each tenant.
 * @throws RemodelError `USAGE`
 */
export function refuseSchemaOfGroup(
  { _: [word], schema }: Readonly<Record<string, unknown>> & { readonly _: readonly unknown[] },
  groups: readonly CommandGroup[],
): true {
  if (schema === undefined || groups.every(({ name }) => name !== word)) return true;
  throw new RemodelError("USAGE", "--schema is for the commands of one database.", {
    hint: "Select tenants: --select NAME",
  });
}
