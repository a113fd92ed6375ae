import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { ts } from "ts-morph";
import { lineAt, nodesOf, parse } from "../../scripts/measure.mjs";

/** A source file: its path below `src/` and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

interface Import {
  readonly line: number;
  readonly specifier: string;
  /** The path below `src/` where it is a file of ours. */
  readonly target?: string;
}

interface File {
  readonly path: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

/** Rooms in the order of reading and of imports. Those of one step know nothing of one another. */
const ORDER = [
  ["schema"],
  ["kinds", "history"],
  ["load"],
  ["read", "revision", "diff", "connection"],
  ["questions"],
  ["state"],
  ["compare"],
  ["run"],
  ["author", "doctor"],
  ["shadow"],
  ["adopt"],
  ["review"],
  ["fleet"],
  ["library"],
  ["cli"],
];
const ROOMS = ORDER.flat();
const ROOT_FILES = [
  "code-units.ts",
  "collect.ts",
  "errors.ts",
  "file-errors.ts",
  "json.ts",
  "database.ts",
  "sql.ts",
  "config.ts",
  "durations.ts",
  "fleet-config.ts",
  "group-by.ts",
  "given.ts",
  "index-by-name.ts",
  "printable.ts",
  "result-rows.ts",
  "timings.ts",
  "tokens.ts",
  "html.ts",
  "words.ts",
];
const ENTRY = "index.ts";
/** The module for Nest, which finds providers by their classes. */
const NEST = "nest.ts";
/** Only these may touch files, servers, the clock or the process. */
const OUTWARD =
  /^((load|read|connection|state|run|author|doctor|shadow|adopt|fleet|library|cli)\/|revision\/folder\.ts$)/;
const WORLDLY =
  "load, read, connection, revision/folder.ts, state, run, author, doctor, shadow, adopt, fleet, library and cli";
const PRINTER = "cli/print.ts";
const WORLD = /\b(process|console|Date|Math)\b/;
const PURE_MODULES = ["crypto", "path", "util"];
const BANNED_NAMES = /(^|\/)(utils?|helpers?|common|types)(\.ts$|\/)/;

/**
 * Files that may send statements to the server by themselves, and why. All others use `ask` and `askText`, which set the
 * search path of our own queries; under another one, what a query calls may be made by another role.
 */
const SENDERS: Readonly<Record<string, string>> = {
  "database.ts": "ask and askText themselves",
  "connection/connect.ts": "the connection itself",
  "connection/create-database.ts": "CREATE DATABASE, which runs in no transaction",
  "connection/transaction.ts": "begins and ends transactions",
  "connection/snapshot.ts": "begins and ends transactions",
  "kinds/backfill.ts": "a step of a revision; its operators and functions have a schema",
  "read/server-info.ts": "asks for the search path itself; it has no operator, and its functions have a schema",
  "read/fetched.ts": "sets the path between the lookup of names and the printing",
  "compare/ask-again.ts": "asks again what was asked before, as it was asked",
  "connection/noted-questions.ts": "passes on what it notes",
  "compare/probe.ts": "texts of the project are read under its search path",
  "compare/planner.ts": "texts of the project are read under its search path",
  "compare/trial.ts": "creates temporary objects under the search path of the project",
  "compare/printer.ts": "texts of the project are read under its search path",
  "compare/spell-types.ts": "a type of the project is looked up under its search path; the functions have a schema",
  "compare/count-rows.ts": "queries of questions have names of the project; it sets the path for all others",
  "state/lock.ts": "takes the lock in a transaction of a run; the functions have a schema",
  "state/state.ts": "writes the state in a transaction with our own path",
  "state/state-tables.ts": "creates the state in a transaction with our own path",
  "author/stamp.ts": "writes the state in a transaction with our own path",
  "run/hooks.ts": "hands the connection to functions of the configuration; rolls back what they left open",
  "run/steps.ts": "statements of revisions",
  "run/row-checks.ts": "checks rows between the steps of a revision",
  "run/stray.ts": "statements of revisions",
  "run/single-transaction.ts": "writes the state in a transaction with our own path",
  "run/multi-transaction.ts": "statements of revisions, and notes in their transactions",
  "run/same-transaction.ts": "asks between the steps of a revision; its operators and functions have a schema",
  "run/hold-lock.ts": "settings, and the lock; the functions have a schema",
  "shadow/sight.ts":
    "leaves the search path alone, since a person's code may have set one; its operators and functions have a schema",
  "fleet/boss.ts": "a statement of pg-boss, which names its schema",
  "fleet/create-tenant.ts": "CREATE SCHEMA",
  "shadow/server-throwaways.ts": "creates and drops databases; the statements name nothing else",
  "shadow/build-history.ts": "prepares an empty database of its own",
  "fleet/inventory-sources.ts": "the query of a control database is the user's own, under its own search path",
  "fleet/read-tenant.ts": "asks for the search path itself; before it sets its own, it has no operator",
  "shadow/measure-revisions.ts": "uses the sequences of a database of its own",
  "shadow/fill.ts": "inserts rows into an empty database of its own",
  "shadow/fill-keys.ts": "reads the rows of a database of its own",
  "shadow/raise-sequences.ts": "sets the sequences of a database of its own",
  "shadow/set-references.ts": "updates the rows of a database of its own",
  "shadow/leave-out-rows.ts": "deletes rows of a database of its own",
  "shadow/observe-code.ts": "tries statements of the project's code under its own search path",
  "shadow/copy-live.ts": "creates a schema in an empty database of its own, under the project's search path",
  "shadow/content.ts": "reads the rows of a database of its own",
  "shadow/losses.ts": "asks how PostgreSQL reads a value in another type",
  "shadow/seed.ts": "runs the project's rows in a database of its own",
  "load/typeorm-runner.ts": "statements of TypeORM's migrations, in the transaction of a revision",
  "adopt/lookup-rows.ts": "reads rows of the project's tables under its search path",
  "adopt/prove-baseline.ts": "creates roles in an embedded database of its own",
  "run/journal.ts": "writes notes in a transaction with our own path",
};
/** The methods of a `Database`, and what else has members of these names. */
const SENDING = /\.(?:query|read|readOne)\b/;
const NO_DATABASES = ["cache", "sources", "question", "block"];

/** What breaks the rules of the architecture in these files, as `src/file.ts:line: what and why`. */
export function complaints(sources: readonly Source[]): string[] {
  const files = sources.map(({ path, text }): File => {
    const { tree } = parse(path, text);
    return { path, tree, imports: importsOf(path, tree) };
  });
  const found = files.flatMap((file) => [
    ...placeComplaints(file),
    ...importComplaints(file),
    ...entryComplaints(file),
    ...worldComplaints(file),
    ...classComplaints(file),
    ...queryComplaints(file),
  ]);
  return [...found, ...cycleComplaints(files)];
}

function importsOf(path: string, tree: ts.SourceFile): Import[] {
  return nodesOf(tree).flatMap((literal) => {
    if (!ts.isStringLiteral(literal) || !isImported(literal)) return [];
    const specifier = literal.text;
    const line = lineOf(literal);
    if (!specifier.startsWith(".")) return [{ line, specifier }];
    const target = posix.normalize(posix.join(posix.dirname(path), specifier)).replace(/\.js$/, ".ts");
    return [{ line, specifier, target }];
  });
}

/** `import … from ""`, `export … from ""`, `import("")`, also as a type. */
function isImported({ parent }: ts.Node): boolean {
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return true;
  if (ts.isCallExpression(parent)) return parent.expression.kind === ts.SyntaxKind.ImportKeyword;
  return ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent);
}

function placeComplaints({ path }: File): string[] {
  const [folder = ""] = path.split("/");
  const known = path.includes("/") ? ROOMS.includes(folder) : [...ROOT_FILES, ENTRY, NEST].includes(path);
  return [
    ...(known
      ? []
      : [
          `src/${path}:1: is not in a folder of the order ${ORDER.map((rooms) => rooms.join(", ")).join(" → ")}, nor a known root file`,
        ]),
    ...(BANNED_NAMES.test(path)
      ? [`src/${path}:1: is named after nothing; name it by a short description of the revision`]
      : []),
  ];
}

function importComplaints({ path, imports }: File): string[] {
  return imports.flatMap(({ line, specifier, target }) => {
    const reason = target === undefined ? packageReason(path, specifier) : fileReason(path, target);
    return reason ? [`src/${path}:${line}: imports ${specifier}, ${reason}`] : [];
  });
}

function packageReason(path: string, specifier: string): string | undefined {
  if (!isBuiltin(specifier) || OUTWARD.test(path)) return undefined;
  if (PURE_MODULES.includes(specifier.replace(/^node:/, ""))) return undefined;
  return `but only ${WORLDLY} touch the world`;
}

function fileReason(path: string, target: string): string | undefined {
  if (target === ENTRY) return "but src/index.ts is for others; import from the file itself";
  if (path === ENTRY || path === NEST || ROOT_FILES.includes(target)) return undefined;
  if (target.startsWith("..")) return "which is not below src/";
  if (!path.includes("/")) return "but root files import only root files";
  const [from, to] = [roomOf(path), roomOf(target)];
  const [own, other] = [stepOf(from), stepOf(to)];
  if (from === to || other < own) return undefined;
  return other > own ? `but ${to} is to the right of ${from}` : `but ${to} and ${from} know nothing of each other`;
}

function roomOf(path: string): string {
  return path.split("/")[0]!;
}

function stepOf(room: string): number {
  return ORDER.findIndex((rooms) => rooms.includes(room));
}

function entryComplaints({ path, tree }: File): string[] {
  if (path !== ENTRY) return [];
  return tree.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier) return [];
    return [`src/${path}:${lineOf(statement)}: is no re-export, and src/index.ts only re-exports`];
  });
}

/** The clock, chance, the process and the terminal. */
function worldComplaints({ path, tree }: File): string[] {
  if (!WORLD.test(tree.text)) return [];
  return nodesOf(tree).flatMap((node) => {
    const use = ts.isIdentifier(node) && worldUse(node);
    if (!use || (use === "console" ? path === PRINTER : OUTWARD.test(path))) return [];
    const owner = use === "console" ? PRINTER : WORLDLY;
    return [`src/${path}:${lineOf(node)}: uses ${use}, but only ${owner} may`];
  });
}

/** The part of the world that an identifier reaches for, if any. */
function worldUse(identifier: ts.Identifier): string | undefined {
  const { text: name, parent } = identifier;
  if (WORLD.exec(name)?.[0] !== name) return undefined;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === identifier;
  if (isMember ? parent.expression.getText() !== "globalThis" : declares(parent, identifier)) return undefined;
  if (name === "process" || name === "console") return name;
  const used = isMember ? parent : identifier;
  const around = used.parent;
  if (ts.isPropertyAccessExpression(around))
    return ["Date.now", "Math.random"].find((use) => use === `${name}.${around.name.text}`);
  const isCall = ts.isNewExpression(around) || ts.isCallExpression(around);
  return isCall && around.expression === used ? "the date" : undefined;
}

/** Whether the identifier is the name of a property, parameter or variable, which is not the global. */
function declares(parent: ts.Node, identifier: ts.Identifier): boolean {
  return !ts.isShorthandPropertyAssignment(parent) && "name" in parent && parent.name === identifier;
}

function classComplaints({ path, tree }: File): string[] {
  if (path === NEST) return [];
  return nodesOf(tree).flatMap((node) => {
    if (!ts.isClassLike(node) || (path === "errors.ts" && node.name?.text === "RemodelError")) return [];
    return [`src/${path}:${lineOf(node)}: is a class; RemodelError is the only one`];
  });
}

/** Statements that are sent past `ask`. */
function queryComplaints({ path, tree }: File): string[] {
  if (path in SENDERS || !SENDING.test(tree.text)) return [];
  return nodesOf(tree).flatMap((access) => {
    if (!ts.isPropertyAccessExpression(access) || !SENDING.test(`.${access.name.text}`)) return [];
    if (NO_DATABASES.includes(access.expression.getText())) return [];
    return [
      `src/${path}:${lineOf(access)}: calls ${access.getText()}, but queries of our own go through ask or askText of database.ts`,
    ];
  });
}

/** One complaint for each import that closes a circle, found by walking depth first. */
function cycleComplaints(files: readonly File[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const walk = (file: File, trail: readonly string[]): string[] => {
    if (done.has(file.path)) return [];
    const here = [...trail, file.path];
    const found = file.imports.flatMap(({ line, target }) => {
      const next = byPath.get(target ?? "");
      if (!next) return [];
      const start = here.indexOf(next.path);
      if (start < 0) return walk(next, here);
      return [`src/${file.path}:${line}: closes the import cycle ${[...here.slice(start), next.path].join(" → ")}`];
    });
    done.add(file.path);
    return found;
  };
  return files.flatMap((file) => walk(file, []));
}

function lineOf(node: ts.Node): number {
  return lineAt(node.getSourceFile(), node.getStart());
}
