/**
 * Where to connect: a URL, the options of a TypeORM data source, or those of a client of `pg`. It uses no type of `pg`: a
 * project need not have them.
 */
export type ConnectionTarget = string | Readonly<Record<string, unknown>>;
