/** Properties of which some may be `undefined`: those that may be are optional instead. */
export type WithoutUndefined<Properties> = {
  [Key in keyof Properties as undefined extends Properties[Key] ? never : Key]: Properties[Key];
} & {
  [Key in keyof Properties as undefined extends Properties[Key] ? Key : never]?: Exclude<Properties[Key], undefined>;
};

/** Leaves out the properties that are `undefined`, since absent means the default. */
export function dropUndefined<const Properties extends object>(properties: Properties): WithoutUndefined<Properties> {
  const given: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(properties)) if (value !== undefined) given[key] = value;
  return given as WithoutUndefined<Properties>;
}

/** What a function makes of a value, or `undefined` where there is none. */
export function mapGiven<Value, Result>(value: Value | undefined, make: (value: Value) => Result): Result | undefined {
  return value === undefined ? undefined : make(value);
}
