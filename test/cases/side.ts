/** What `before.ts` or `after.ts` of a case exports. */
export interface Side {
  readonly [name: string]: unknown;
}

/** Its entities, and the options of the data source. */
export function projectOf(side: Side): { entities: unknown[]; options?: Record<string, unknown> } {
  const { options, lost: _, setup: __, given: ___, ...entities } = side;
  return {
    entities: Object.values(entities).filter(
      (value) => typeof value === "function" || (value as object)?.constructor?.name === "EntitySchema",
    ),
    ...(options !== undefined && { options: options as Record<string, unknown> }),
  };
}
