import { tokenize } from "../tokens.ts";
import { isKeyword, isSymbol, type NameNode, type QueryNode, readNodes } from "./query-nodes.ts";

/** The names in an expression over the columns of one table, by what they can mean there. */
export interface ExpressionNames {
  readonly columns: ReadonlySet<string>;
  /** The types of casts, without their schemas. */
  readonly types: ReadonlySet<string>;
  /** The functions that it calls, without their schemas. */
  readonly functions: ReadonlySet<string>;
}

/** Where the names are put. */
type Found = { readonly [Meaning in keyof ExpressionNames]: Set<string> };

/**
 * Reads the names in an expression: a check, a predicate, what is generated or excluded. What is in strings and comments is
 * none, and neither is a key word. A word that can be a column in one place or another counts as one.
 * @param sql one expression, or several with words between them
 */
export function readExpressionNames(sql: string): ExpressionNames {
  const found = { columns: new Set<string>(), types: new Set<string>(), functions: new Set<string>() };
  readLevel(readNodes(sql), found);
  return found;
}

/**
 * Reads every name in SQL of any meaning: each part of one with dots, key words too, and the names that strings are,
 * as in `nextval('shop_id_seq'::regclass)`.
 */
export function readAllNames(sql: string): ReadonlySet<string> {
  const inNodes = (nodes: readonly QueryNode[]): readonly string[] =>
    nodes.flatMap((node) => {
      if (node.kind === "group") return inNodes(node.nodes);
      return node.kind === "name" ? node.names : [];
    });
  return new Set([...inNodes(readNodes(sql)), ...readStringNames(sql)]);
}

/** What strings say that are names, without their schemas. */
export function readStringNames(sql: string): readonly string[] {
  const strings = tokenize(sql).filter(({ kind, open }) => kind === "string" && open !== true);
  return strings.flatMap(({ text }) => {
    const [only, ...others] = readNodes(text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'"));
    return only?.kind === "name" && others.length === 0 ? only.names.slice(-1) : [];
  });
}

function readLevel(nodes: readonly QueryNode[], found: Found): void {
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at];
    if (node?.kind === "group") readLevel(node.nodes, found);
    if (node?.kind !== "name") continue;
    const meaning = meaningOf(nodes, at, node);
    if (meaning !== undefined) found[meaning].add(node.names.at(-1) ?? "");
    if (meaning === "types") at += countTypeWords(nodes, at, node);
  }
}

/**
 * What a name can mean in an expression.
 * @param nodes the names and symbols around it
 * @param at its place among them
 * @param node the name
 * @returns `undefined` for a key word and for a part of a phrase
 */
export function meaningOf(nodes: readonly QueryNode[], at: number, node: NameNode): keyof ExpressionNames | undefined {
  const [before, next] = [nodes[at - 1], nodes[at + 1]];
  if (isSymbol(before, "::") || isKeyword(before, "as")) return "types";
  if (isKeyword(node, ...RESERVED) || isPartOfPhrase(nodes, at)) return undefined;
  if (isSymbol(next, "")) return "types";
  return next?.kind === "group" && !next.isSubscript ? "functions" : "columns";
}

/** A field after parentheses, a collation, what of a time is taken, and AT TIME ZONE. */
function isPartOfPhrase(nodes: readonly QueryNode[], at: number): boolean {
  const [node, before, next] = [nodes[at], nodes[at - 1], nodes[at + 1]];
  if (isSymbol(before, ".") || isKeyword(before, "collate") || (at === 0 && isKeyword(next, "from"))) return true;
  const start = at - ["at", "time", "zone"].findIndex((word) => isKeyword(node, word));
  return start <= at && ["at", "time", "zone"].every((word, place) => isKeyword(nodes[start + place], word));
}

/** The words that a type may have after its first one: `timestamp with time zone`, `character varying`. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  timestamp: ["with", "without", "time", "zone"],
  time: ["with", "without", "time", "zone"],
  character: ["varying"],
  bit: ["varying"],
  double: ["precision"],
  interval: ["year", "month", "day", "hour", "minute", "second", "to"],
};

/**
 * How many nodes more belong to a type; a length may be among them.
 * @param nodes the nodes around it
 * @param at the place of its first word
 * @param type its first word
 */
export function countTypeWords(nodes: readonly QueryNode[], at: number, type: NameNode): number {
  const words = MORE[type.names.at(-1) ?? ""] ?? [];
  const rest = nodes.slice(at + 1);
  const end = rest.findIndex((node) => node.kind !== "group" && !isKeyword(node, ...words));
  return end < 0 ? rest.length : end;
}

/** Without quotes, PostgreSQL takes none of these for a column; those that an expression can have. */
const RESERVED = [
  ...["all", "and", "any", "array", "as", "asc", "both", "case", "cast", "collate", "current_date", "current_role"],
  ...[
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "desc",
    "distinct",
    "else",
    "end",
    "except",
    "false",
  ],
  ...["for", "from", "group", "having", "ilike", "in", "intersect", "is", "isnull", "leading", "like", "limit"],
  ...["localtime", "localtimestamp", "not", "notnull", "null", "offset", "on", "only", "or", "order", "overlaps"],
  ...["select", "session_user", "similar", "some", "symmetric", "table", "then", "trailing", "true", "union", "user"],
  ...["using", "when", "where", "window", "with"],
];
