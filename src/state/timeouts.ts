import { RemodelError } from "../errors.ts";
import type { Revision } from "../history/revision.ts";

/** Timeouts that a revision file exports instead of those of the configuration, in milliseconds; 0 = no limit. */
export interface Timeouts {
  readonly lockTimeout?: number;
  readonly statementTimeout?: number;
  readonly idleTimeout?: number;
}

/** Reads the timeouts among the exports of a revision file. @throws RemodelError `REVISION_INVALID` */
export function readTimeouts(exports: Readonly<Record<string, unknown>>, { id, file }: Revision): Timeouts {
  const given = ["lockTimeout", "statementTimeout", "idleTimeout"].filter((name) => exports[name] !== undefined);
  const wrong = given.find((name) => !Number.isInteger(exports[name]) || Number(exports[name]) < 0);
  if (wrong !== undefined)
    throw new RemodelError("REVISION_INVALID", `${file}: ${wrong} must be a whole number of milliseconds.`, {
      hint: `Write export const ${wrong} = 10_000; 0 = no limit.`,
      details: { revision: id, file },
    });
  return Object.fromEntries(given.map((name) => [name, exports[name]]));
}
