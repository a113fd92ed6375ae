/** What a recorded call's error is called; see `src/revision/op.ts`. */
const RECORDED = "recorded";

type Prepare = NonNullable<typeof Error.prepareStackTrace>;

let prepare: Prepare | undefined;

/**
 * Lets the stacks of recorded calls be as Node prints them. Vitest would look up the source of each line of each, which is
 * a fifteenth of the time of tests that record revisions, and no revision is one of its modules.
 */
export function keepRecordedStacksPlain(): void {
  const before = Error.prepareStackTrace;
  if (before === undefined || before === prepare) return;
  prepare = (error, calls) =>
    error.message === RECORDED
      ? `Error: ${RECORDED}${calls.map((call) => `\n    at ${call}`).join("")}`
      : before(error, calls);
  Error.prepareStackTrace = prepare;
}
