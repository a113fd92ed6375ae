/** Where to connect: a URL, or the options of a TypeORM data source. It names no type of `pg`, which a project need not have types of. */
export type ConnectionTarget = string | Readonly<Record<string, unknown>>;
