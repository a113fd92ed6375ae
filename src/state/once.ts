/** A value that is made when it is asked for first. */
export interface Once<Result> {
  (): Result;
  /** Whether it was asked for. */
  used(): boolean;
}

/** Makes a value when it is asked for first, and keeps it. */
export function once<Result>(make: () => Result): Once<Result> {
  let made: { readonly result: Result } | undefined;
  const get = () => {
    made ??= { result: make() };
    return made.result;
  };
  return Object.assign(get, { used: () => made !== undefined });
}
