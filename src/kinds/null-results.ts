import { countTypeWords, meaningOf } from "./expression-names.ts";
import { type GroupNode, isKeyword, isSymbol, type NameNode, type QueryNode, readNodes } from "./query-nodes.ts";

/** Whether an expression is NULL: never, if a column is, or that is not known. */
type Nullness = "never" | "with a column" | "unknown";

/** Whether a column may have NULL. */
type IsNullable = (column: string) => boolean;

/**
 * Whether an expression may be NULL because a column is. It is not where `coalesce(…)`, `IS NULL` and the like, or the
 * branches of CASE make another value of it. Where that is not clear, it may.
 * @param sql the expression
 * @param isNullable whether a column may have NULL
 */
export function mayGiveNull(sql: string, isNullable: IsNullable): boolean {
  return judgeList(readNodes(sql), isNullable) === "with a column";
}

/** Expressions with commas between them. */
function judgeList(nodes: readonly QueryNode[], isNullable: IsNullable): Nullness {
  return worst(split(foldCases(nodes), isComma).map((part) => judgeConditions(part, isNullable)));
}

function worst(all: readonly Nullness[]): Nullness {
  if (all.includes("with a column")) return "with a column";
  return all.includes("unknown") ? "unknown" : "never";
}

function split(
  nodes: readonly QueryNode[],
  isBetween: (node: QueryNode) => boolean,
): readonly (readonly QueryNode[])[] {
  const ends = nodes.flatMap((node, at) => (isBetween(node) ? [at] : []));
  return [...ends, nodes.length].map((end, at) => nodes.slice(at === 0 ? 0 : (ends[at - 1] ?? 0) + 1, end));
}

function isComma(node: QueryNode): boolean {
  return isSymbol(node, ",");
}

/** AND and OR bind less than IS. */
function judgeConditions(nodes: readonly QueryNode[], isNullable: IsNullable): Nullness {
  const parts = split(nodes, (node) => isKeyword(node, "and", "or"));
  return worst(parts.filter((part) => !testsForNull(part)).map((part) => judgeOperands(part, isNullable)));
}

/** Whether the result of `IS NULL`, `IS NOT TRUE`, `IS DISTINCT FROM …` and the like is that of all the nodes. */
function testsForNull(nodes: readonly QueryNode[]): boolean {
  const at = nodes.findLastIndex((node) => isKeyword(node, "is"));
  const after = nodes.slice(at + 1).filter((node) => !isKeyword(node, "not"));
  if (at >= 0 && isKeyword(after[0], "distinct")) return true;
  if (isKeyword(nodes.at(-1), "isnull", "notnull")) return true;
  return at >= 0 && after.length === 1 && isKeyword(after[0], "null", "true", "false", "unknown");
}

function judgeOperands(nodes: readonly QueryNode[], isNullable: IsNullable): Nullness {
  const found: Nullness[] = [];
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at];
    if (node === undefined) continue;
    const meaning = node.kind === "name" ? meaningOf(nodes, at, node) : undefined;
    const [call, args] = [node, nodes[at + 1]];
    if (meaning === "functions" && call.kind === "name" && args?.kind === "group") {
      found.push(judgeCall(call, args, isNullable));
      at += 1;
    } else if (meaning === "types" && call.kind === "name") at += countTypeWords(nodes, at, call);
    else found.push(judgeOperand(node, nodes[at - 1], meaning === "columns", isNullable));
  }
  return worst(found);
}

/** What is between such symbols is NULL only if one of them is. */
const PLAIN = new Set(["", "::", ..."+-*/%|=.0123456789"]);

function judgeOperand(
  node: QueryNode,
  before: QueryNode | undefined,
  isColumn: boolean,
  isNullable: IsNullable,
): Nullness {
  if (node.kind === "symbol") return PLAIN.has(node.text) || /^\d+$/.test(node.text) ? "never" : "unknown";
  if (node.kind === "group") return judgeGroup(node, before, isNullable);
  if (isColumn) return node.hasStar || isNullable(node.names.at(-1) ?? "") ? "with a column" : "never";
  return isKeyword(node, "null") ? "unknown" : "never";
}

/** An array is not NULL if its elements are; an element of an array may be NULL. */
function judgeGroup(
  { nodes, isSubscript }: GroupNode,
  before: QueryNode | undefined,
  isNullable: IsNullable,
): Nullness {
  if (isSubscript) return isKeyword(before, "array") ? "never" : worst(["unknown", judgeList(nodes, isNullable)]);
  return judgeList(nodes, isNullable);
}

const FIRST_VALUE = ["coalesce", "greatest", "least"];
const NEVER_NULL = [
  ...["concat", "num_nulls", "num_nonnulls", "row"],
  ...["json_build_object", "jsonb_build_object", "json_build_array", "jsonb_build_array"],
];
/** NULL only if the first argument is. */
const BY_FIRST = ["concat_ws", "format"];

function judgeCall({ names }: NameNode, { nodes }: GroupNode, isNullable: IsNullable): Nullness {
  const name = names.at(-1) ?? "";
  if (NEVER_NULL.includes(name)) return "never";
  const args = split(foldCases(nodes), isComma).map((part) => judgeConditions(part, isNullable));
  if (BY_FIRST.includes(name)) return args[0] ?? "unknown";
  if (FIRST_VALUE.includes(name)) return args.includes("never") ? "never" : worst(args);
  return worst([...args, "unknown"]);
}

/** Puts the results of each CASE in the place of it, with NULL where there is no ELSE. */
function foldCases(nodes: readonly QueryNode[]): readonly QueryNode[] {
  const end = nodes.findIndex((node) => isKeyword(node, "end"));
  const start = nodes.slice(0, Math.max(end, 0)).findLastIndex((node) => isKeyword(node, "case"));
  if (start < 0) return nodes;
  const results = readResults(nodes.slice(start + 1, end));
  const folded: GroupNode = { kind: "group", nodes: results };
  return foldCases([...nodes.slice(0, start), folded, ...nodes.slice(end + 1)]);
}

const NULL: NameNode = { kind: "name", names: ["null"], keyword: "null" };
const COMMA: QueryNode = { kind: "symbol", text: "," };

/** The results of a CASE, with commas between them. */
function readResults(nodes: readonly QueryNode[]): readonly QueryNode[] {
  const branches = split(nodes, (node) => isKeyword(node, "when", "else")).slice(1);
  const results = branches.map((branch) => branch.slice(branch.findIndex((node) => isKeyword(node, "then")) + 1));
  const all = nodes.some((node) => isKeyword(node, "else")) ? results : [...results, [NULL]];
  return all.flatMap((result, at) => (at === 0 ? result : [COMMA, ...result]));
}
