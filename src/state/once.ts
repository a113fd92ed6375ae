/** A function that makes a value at its first call and returns the same value from then on. */
export interface Once<Result> {
  (): Result;
  /** Whether it was called. */
  used(): boolean;
}

/** Makes a value at the first call only. */
export function once<Result>(make: () => Result): Once<Result> {
  let made: { readonly result: Result } | undefined;
  const get = () => {
    made ??= { result: make() };
    return made.result;
  };
  return Object.assign(get, { used: () => made !== undefined });
}
