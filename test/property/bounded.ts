/** A path to an input that was made smaller: fast-check tries all that come after it too, and these may be without end. */
const isReplay = process.env["REMODEL_PROPERTY_PATH"]?.includes(":") === true;

/**
 * Bounds how long fast-check makes a failing input smaller: after so many more inputs every one passes. The first failure
 * is printed at once.
 * @param body the property, which throws where it does not hold
 * @param tries how many inputs are tried once one has failed
 */
export function withBoundedShrinking<Input extends readonly unknown[]>(
  body: (...input: Input) => Promise<void>,
  tries = 60,
): (...input: Input) => Promise<void> {
  let left: number | undefined;
  let isFirst = true;
  return async (...input) => {
    if (left === 0 || (isReplay && !isFirst)) return;
    isFirst = false;
    if (left !== undefined) left -= 1;
    try {
      await body(...input);
    } catch (error) {
      if (left === undefined)
        console.log(`Fails, and is made smaller: ${error instanceof Error ? error.message : error}`);
      left ??= tries;
      throw error;
    }
  };
}
