/** Where to connect: a URL, or the options of a TypeORM data source. It uses no type of `pg`: a project need not have them. */
export type ConnectionTarget = string | Readonly<Record<string, unknown>>;
