import { RemodelError } from "../errors.ts";
import type { CommandGroup } from "./command.ts";
import { FLEET_ONCE } from "./fleet.ts";
import { LIMIT_FLAGS } from "./limits.ts";

/** Options that may be given only once, and not without a value. */
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
 * Refuses an option whose value is empty, as a variable of the shell that is not set leaves it: an empty folder would be
 * the folder at hand.
 * @throws RemodelError `USAGE`
 */
export function refuseEmptyValue(args: Readonly<Record<string, unknown>>): true {
  const empty = ONCE.find((name) => args[name] === "");
  if (empty === undefined) return true;
  throw new RemodelError("USAGE", `--${empty} is empty.`, {
    hint: `If a shell variable should fill it, set the variable. Or leave out --${empty}.`,
  });
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
