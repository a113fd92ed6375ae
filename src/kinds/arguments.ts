import { RemodelError } from "../errors.ts";
import { backfillParameters } from "./backfill.ts";
import { checkParameters } from "./checks.ts";
import { columnParameters } from "./column-operations.ts";
import { commentParameters } from "./comments.ts";
import { constraintParameters } from "./constraints.ts";
import { enumParameters } from "./enum-operations.ts";
import { exclusionParameters } from "./exclusions.ts";
import { extensionParameters } from "./extensions.ts";
import { foreignKeyParameters } from "./foreign-keys.ts";
import { indexParameters } from "./indexes.ts";
import type * as operations from "./operations.ts";
import { primaryKeyParameters } from "./primary-keys.ts";
import { rowParameters } from "./rows.ts";
import type { ParameterRules } from "./rules.ts";
import { schemaParameters } from "./schemas.ts";
import { sequenceParameters } from "./sequences.ts";
import { valueParameters } from "./set-values.ts";
import { statementParameters } from "./statements.ts";
import { tableParameters } from "./tables.ts";
import { metadataParameters } from "./typeorm-metadata.ts";
import { uniqueParameters } from "./uniques.ts";
import { viewParameters } from "./views.ts";

/** What every operation takes, parameter by parameter. */
const ARGUMENTS: Readonly<Record<keyof typeof operations, ParameterRules>> = {
  ...backfillParameters,
  ...checkParameters,
  ...columnParameters,
  ...commentParameters,
  ...constraintParameters,
  ...enumParameters,
  ...exclusionParameters,
  ...extensionParameters,
  ...foreignKeyParameters,
  ...indexParameters,
  ...primaryKeyParameters,
  ...rowParameters,
  ...schemaParameters,
  ...sequenceParameters,
  ...statementParameters,
  ...tableParameters,
  ...metadataParameters,
  ...uniqueParameters,
  ...valueParameters,
  ...viewParameters,
};

/**
 * Refuses what an operation does not take, before anything is run.
 * @param operation the method on `op`
 * @param args the arguments of the call
 * @throws RemodelError `OPERATION_INVALID`
 */
export function checkArguments(operation: string, args: readonly unknown[]): void {
  const problem = findArgumentProblem(operation, args);
  if (problem === undefined) return;
  const parameters = Object.keys(rulesOf(operation)).join(", ");
  throw new RemodelError("OPERATION_INVALID", `op.${operation}: ${problem}.`, {
    hint: `Write op.${operation}(${parameters}). See docs/operations.md in the package.`,
  });
}

/** What is wrong with the arguments of a call; nothing if the operation takes them. */
export function findArgumentProblem(operation: string, args: readonly unknown[]): string | undefined {
  const rules = Object.entries(rulesOf(operation));
  if (args.length > rules.length) return `there are ${args.length} arguments`;
  return rules.map(([parameter, rule], at) => rule(args[at], parameter)).find((one) => one !== undefined);
}

function rulesOf(operation: string): ParameterRules {
  return ARGUMENTS[operation as keyof typeof ARGUMENTS];
}
