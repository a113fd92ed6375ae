import type { ServerInfo } from "../read/server-info.ts";
import { literal, parseName, qualifiedName } from "../sql.ts";

/**
 * Lists names as SQL tuples of schema and bare name, for `IN (VALUES …)`. PostgreSQL reads a plain list as a nested
 * expression, which is too deep for PGlite with some hundred names, and compares each row with each name.
 * @param names names as `Schema` writes them
 * @param server its schema is that of names without one
 * @returns a tuple that equals nothing if there are no names
 */
export function tuplesSql(names: Iterable<string>, { schema: own }: ServerInfo): string {
  const tuples = [...names]
    .map(parseName)
    .map(({ schema = own, name }) => `(${literal(schema)}, ${literal(name)})`)
    .join(", ");
  return tuples || "(NULL::text, NULL::text)";
}

/** Writes a name of the catalog as `Schema` does: without its schema if that is the connection's own. */
export function qualifyName({ schema: own }: ServerInfo, schema: string, name: string): string {
  return qualifiedName(name, schema === own ? undefined : schema);
}
