import { type GroupNode, isKeyword, isSymbol, type NameNode, type QueryNode, readNodes } from "./query-nodes.ts";
import { makeCall, makeReference, type Reference } from "./reference.ts";

/** What a query refers to. */
export interface QueryReferences {
  /** What it reads: the names after FROM, JOIN, TABLE and commas, and the types of casts. */
  readonly relations: readonly Reference[];
  /**
   * Those of which PostgreSQL lists the columns when it creates a view of the query: `*`, `shop.*`, `NATURAL JOIN`. A
   * function is among them, too.
   */
  readonly expanded: readonly Reference[];
}

/** Reads what a query refers to, without asking a server. Names of WITH are left out. */
export function readReferences(sql: string): QueryReferences {
  const found: Found = { relations: [], calls: [], expanded: [] };
  readQuery(readNodes(sql), { ctes: new Set(), sources: [] }, found);
  const { relations, expanded } = found;
  return { relations, expanded };
}

interface Found {
  readonly relations: Reference[];
  readonly calls: Reference[];
  readonly expanded: Reference[];
}

/** What names mean at one place. */
interface Scope {
  /** The names that WITH gives. */
  readonly ctes: ReadonlySet<string>;
  /** What the FROM clause has, as far as it is read. */
  readonly sources: Source[];
  readonly outer?: Scope;
}

/** One member of a FROM clause. */
interface Source {
  readonly aliases: readonly string[];
  /** The tables and functions whose columns it has: none for a subquery, which has its own `*`. */
  readonly relations: readonly Reference[];
}

/** A query, or an expression that may have queries in it. */
function readQuery(nodes: readonly QueryNode[], outer: Scope, found: Found): void {
  const { ctes, rest } = readCtes(nodes, outer, found);
  for (const part of splitBySetOperators(rest)) readSelect(part, { ctes, sources: [], outer }, found);
}

/** Reads WITH. A query sees the ones before it, and with RECURSIVE all of them. */
function readCtes(
  nodes: readonly QueryNode[],
  outer: Scope,
  found: Found,
): { readonly ctes: ReadonlySet<string>; readonly rest: readonly QueryNode[] } {
  if (!isKeyword(nodes[0], "with")) return { ctes: outer.ctes, rest: nodes };
  const isRecursive = isKeyword(nodes[1], "recursive");
  const { queries, rest } = splitCtes(nodes.slice(isRecursive ? 2 : 1));
  const ctes = new Set([...outer.ctes, ...(isRecursive ? queries.map(({ name }) => name) : [])]);
  for (const { name, body } of queries) {
    readQuery(body.nodes, { ctes: new Set(ctes), sources: [], outer }, found);
    ctes.add(name);
  }
  return { ctes, rest };
}

interface Cte {
  readonly name: string;
  readonly body: GroupNode;
}

/** Splits `a AS (…), b (x) AS MATERIALIZED (…) SELECT …` into its queries and what follows them. */
function splitCtes(nodes: readonly QueryNode[]): {
  readonly queries: readonly Cte[];
  readonly rest: readonly QueryNode[];
} {
  const queries: Cte[] = [];
  let at = 0;
  for (let cte = readCte(nodes, at); cte !== undefined; cte = readCte(nodes, at)) {
    queries.push(cte);
    const { end } = cte;
    // SEARCH and CYCLE may follow, with lists of columns.
    const next = nodes.findIndex(
      (_, position) => position >= end && (isNextCte(nodes, position) || isMain(nodes, position)),
    );
    if (next < 0 || isMain(nodes, next)) return { queries, rest: nodes.slice(end) };
    at = next + 1;
  }
  return { queries, rest: nodes.slice(at) };
}

/** Reads `a AS (…)` from a position on. */
function readCte(nodes: readonly QueryNode[], at: number): (Cte & { readonly end: number }) | undefined {
  const name = nodes[at];
  const as = nodes.findIndex((node, position) => position > at && isKeyword(node, "as"));
  const start = nodes.findIndex((node, position) => position > as && node.kind === "group");
  const body = nodes[start];
  if (as < 0 || name?.kind !== "name" || body?.kind !== "group") return undefined;
  return { name: name.names[0] ?? "", body, end: start + 1 };
}

function isNextCte(nodes: readonly QueryNode[], at: number): boolean {
  const after = nodes[at + 2];
  return isSymbol(nodes[at], ",") && (isKeyword(after, "as") || after?.kind === "group");
}

function isMain(nodes: readonly QueryNode[], at: number): boolean {
  return nodes[at]?.kind === "group" || isKeyword(nodes[at], "select", "values", "table");
}

function splitBySetOperators(nodes: readonly QueryNode[]): readonly (readonly QueryNode[])[] {
  const parts: QueryNode[][] = [[]];
  for (const node of nodes)
    if (isKeyword(node, "union", "intersect", "except")) parts.push([]);
    else parts.at(-1)?.push(node);
  return parts;
}

/** FROM is read first: it says what the names before it mean. */
function readSelect(nodes: readonly QueryNode[], scope: Scope, found: Found): void {
  const { list, from, rest } = splitClauses(nodes);
  const isTable = nodes.some((node) => isKeyword(node, "table"));
  readFrom(from, scope, found);
  if (isTable || list.some((node, at) => isStar(node, list[at + 1]))) expand(scope.sources, found);
  expandNames(list, scope, found);
  readExpression(list, scope, found);
  readExpression(rest, scope, found);
}

/** A product has a second factor. */
function isStar(node: QueryNode, next: QueryNode | undefined): boolean {
  return isSymbol(node, "*") && isEnd(next);
}

/** Whether a member of a list ends before a node. */
const isEnd = (next: QueryNode | undefined): boolean => next === undefined || isSymbol(next, ",");

interface Clauses {
  readonly list: readonly QueryNode[];
  readonly from: readonly QueryNode[];
  readonly rest: readonly QueryNode[];
}

const AFTER_FROM = ["where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"];

function splitClauses(nodes: readonly QueryNode[]): Clauses {
  const clauses: Record<keyof Clauses, QueryNode[]> = { list: [], from: [], rest: [] };
  let clause: keyof Clauses = "rest";
  for (const [at, node] of nodes.entries()) {
    const next = startsClause(nodes, at, clause);
    if (next === undefined) clauses[clause].push(node);
    clause = next ?? clause;
  }
  return clauses;
}

/** The clause that begins at a node. FROM is also part of `IS DISTINCT FROM`, and in functions such as `extract`. */
function startsClause(nodes: readonly QueryNode[], at: number, clause: keyof Clauses): keyof Clauses | undefined {
  const node = nodes[at];
  if (isKeyword(node, "select")) return "list";
  if (isKeyword(node, "table")) return "from";
  if (clause === "list" && isKeyword(node, "from") && !isComparison(nodes, at)) return "from";
  return clause !== "rest" && isKeyword(node, ...AFTER_FROM) ? "rest" : undefined;
}

function isComparison(nodes: readonly QueryNode[], at: number): boolean {
  return isKeyword(nodes[at - 1], "distinct") && isKeyword(nodes[at - 2], "is", "not");
}

/** Reads the members of a FROM clause into the scope. */
function readFrom(nodes: readonly QueryNode[], scope: Scope, found: Found): void {
  const others: QueryNode[] = [];
  let isExpected = true;
  for (let at = 0; at < nodes.length; at++) {
    const [node, next] = [nodes[at], nodes[at + 1]];
    if (node === undefined || (isExpected && isPrefix(node, next))) continue;
    if (isExpected) {
      const aliases = findAliases(nodes, at);
      readSource(node, next, aliases, scope, found);
      isExpected = false;
    } else if (isSymbol(node, ",") || isKeyword(node, "join")) isExpected = true;
    else others.push(node);
  }
  if (others.some((node) => isKeyword(node, "natural"))) expand(scope.sources, found);
  readExpression(others, scope, found);
}

/** The words before a member: `ONLY shop`, `LATERAL (…)`, `ROWS FROM (…)`. */
function isPrefix(node: QueryNode, next: QueryNode | undefined): boolean {
  return isKeyword(node, "only", "lateral", "from") || (isKeyword(node, "rows") && isKeyword(next, "from"));
}

/** The words that may follow a member without an alias; PostgreSQL takes none of them for one. */
const NO_ALIAS = ["join", "inner", "left", "right", "full", "cross", "natural", "on", "using", "tablesample", "with"];

/** The alias after a member, or after the arguments of a function. */
function findAliases(nodes: readonly QueryNode[], at: number): readonly string[] {
  const rest = nodes.slice(at + 1).filter((node) => !isSymbol(node, "*"));
  const isCall = nodes[at]?.kind === "name" && rest[0]?.kind === "group";
  const [first, second] = isCall ? rest.slice(1) : rest;
  const alias = isKeyword(first, "as") ? second : first;
  return alias?.kind === "name" && !isKeyword(alias, ...NO_ALIAS) ? alias.names.slice(0, 1) : [];
}

function readSource(
  node: QueryNode,
  next: QueryNode | undefined,
  aliases: readonly string[],
  scope: Scope,
  found: Found,
): void {
  const { sources } = scope;
  if (node.kind === "name" && next?.kind === "group") {
    // A function may return rows of a type that its arguments have: `jsonb_populate_recordset(NULL::shop, …)`.
    const relations = [makeCall(node.names), ...listReferences(next.nodes, scope)];
    sources.push({ aliases: aliases.length > 0 ? aliases : node.names.slice(-1), relations });
  } else if (node.kind === "name") {
    sources.push(readRelation(node, aliases, scope, found));
  } else if (node.kind === "group" && isSubquery(node)) {
    readQuery(node.nodes, scope, found);
    sources.push({ aliases, relations: [] });
  } else if (node.kind === "group") {
    const first = sources.length;
    readFrom(node.nodes, scope, found);
    sources.push({ aliases, relations: sources.slice(first).flatMap(({ relations }) => relations) });
  }
}

function readRelation({ names }: NameNode, aliases: readonly string[], { ctes }: Scope, found: Found): Source {
  const relation = makeReference(names);
  const own = aliases.length > 0 ? aliases : [relation.name];
  if (relation.qualifier === undefined && ctes.has(relation.name)) return { aliases: own, relations: [] };
  found.relations.push(relation);
  return { aliases: own, relations: [relation] };
}

/** Whether parentheses in a FROM clause have a query in them, and no join. */
function isSubquery({ nodes }: GroupNode): boolean {
  const [first] = nodes;
  if (first?.kind === "group") return isSubquery(first) && !nodes.some((node) => isKeyword(node, "join"));
  return isKeyword(first, "select", "with", "values", "table");
}

/** Reads the queries and the types in an expression, and the rows that it takes apart into columns. */
function readExpression(nodes: readonly QueryNode[], scope: Scope, found: Found): void {
  for (const [at, node] of nodes.entries()) {
    const next = nodes[at + 1];
    if (isSymbol(node, "::") && next?.kind === "name") found.relations.push(makeReference(next.names));
    if (node.kind === "name" && next?.kind === "group") found.calls.push(makeCall(node.names));
    if (node.kind !== "group") continue;
    readQuery(node.nodes, scope, found);
    if (isKeyword(nodes[at - 1], "cast")) readCast(node, found);
    if (isKeyword(nodes[at - 1], "row")) expandNames(node.nodes, scope, found);
    if (node.hasStar) expandGroup(node, scope, found);
  }
}

/** `CAST (… AS shop)` */
function readCast({ nodes }: GroupNode, found: Found): void {
  const type = nodes[nodes.findIndex((node) => isKeyword(node, "as")) + 1];
  if (type?.kind === "name") found.relations.push(makeReference(type.names));
}

function expand(sources: readonly Source[], found: Found): void {
  found.expanded.push(...sources.flatMap(({ relations }) => relations));
}

/** `shop.*` in a list, and not `shop.*::text`, which PostgreSQL writes for a whole row. */
function expandNames(nodes: readonly QueryNode[], scope: Scope, found: Found): void {
  for (const [at, node] of nodes.entries())
    if (node.kind === "name" && node.hasStar && isEnd(nodes[at + 1])) expandName(node.names, scope, found);
}

function expandName(names: readonly string[], scope: Scope, found: Found): void {
  const { name, qualifier } = makeReference(names);
  const isMeant = ({ aliases, relations }: Source) =>
    qualifier === undefined
      ? aliases.includes(name)
      : relations.some((relation) => relation.name === name && relation.qualifier === qualifier);
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    const source = at.sources.find(isMeant);
    if (source === undefined) continue;
    expand([source], found);
    return;
  }
}

/** `(shop).*`, `(NULL::shop).*` */
function expandGroup(group: GroupNode, scope: Scope, found: Found): void {
  const [only, ...others] = group.nodes;
  if (only?.kind === "name" && others.length === 0) expandName(only.names, scope, found);
  else found.expanded.push(...listReferences(group.nodes, scope));
}

function listReferences(nodes: readonly QueryNode[], scope: Scope): readonly Reference[] {
  const found: Found = { relations: [], calls: [], expanded: [] };
  readQuery(nodes, scope, found);
  return [...found.relations, ...found.calls];
}
