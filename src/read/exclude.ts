import { RemodelError } from "../errors.ts";
import { parseName, qualifiedName } from "../sql.ts";

/**
 * A configured name as `Schema` writes names: without the schema where that is the connection's own.
 * @param name as it is configured, with its schema or without
 * @param own the connection's own schema
 */
export function relativeName(name: string, own: string): string {
  const { schema, name: bare } = parseName(name);
  return qualifiedName(bare, schema === own ? undefined : schema);
}

/**
 * Whether a name matches one of the patterns.
 * @param patterns names, with their schema or without; `*` matches any characters
 * @param name as `Schema` writes it
 * @param own the connection's own schema
 */
export function excludes(patterns: readonly string[], name: string, own: string): boolean {
  return patterns.some((pattern) => matches(pattern, name, own));
}

/** The patterns that match none of these names. */
export function idlePatterns(patterns: readonly string[], names: readonly string[], own: string): readonly string[] {
  return patterns.filter((pattern) => !names.some((name) => matches(pattern, name, own)));
}

/** A pattern without a schema means the connection's own; one of which a part is open means every schema. */
function matches(pattern: string, name: string, own: string): boolean {
  const wanted = parsed(pattern);
  const { schema = own, name: bare } = parseName(name);
  if (wanted.schema !== undefined) return glob(wanted.schema, schema) && glob(wanted.name, bare);
  return glob(wanted.name, bare) && (schema === own || wanted.name.includes("*"));
}

/** A pattern that is not one or two names is taken as one. */
function parsed(pattern: string): { readonly schema?: string; readonly name: string } {
  try {
    return parseName(pattern);
  } catch (error) {
    if (error instanceof RemodelError) return { name: pattern };
    throw error;
  }
}

function glob(pattern: string, text: string): boolean {
  if (!pattern.includes("*")) return pattern === text;
  return new RegExp(`^${pattern.split("*").map(escapeRegExp).join(".*")}$`, "s").test(text);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
