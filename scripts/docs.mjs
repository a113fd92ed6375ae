// Writes docs/operations.md from the JSDoc of the operations in src/kinds, docs/errors.md from the codes in src/errors.ts,
// docs/schemas from the types of what the commands print, and docs/library.md from src/index.ts.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Node, Project } from "ts-morph";
import { makeSchemas, writeSchemas } from "./schemas.mjs";
import { firstRevisionPicture } from "./terminal.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const HEAD = `# Operations

All methods of \`op\`, for revision files. \`npm run docs\` writes this page from the JSDoc that an editor shows.

- An operation only records what to do. An invalid argument is an error (\`OPERATION_INVALID\`) with file and line, before anything runs.
- The name of a table, view, enum type or sequence is \`"shop"\` in the schema of the connection, and \`"sales.shop"\` in another schema. Put a part that contains a dot or a quote in double quotes: \`'"odd.name"'\`.
- Expressions, defaults, predicates and types are SQL: \`default: "'open'"\`, \`default: "now()"\`.
- What is left out has PostgreSQL's default. In new objects there is no \`nullable: false\`. In changes \`null\` removes something.
- Names have at most 63 bytes, because PostgreSQL would cut off the rest. A longer name is an error (\`NAME_TOO_LONG\`).
- A revision is one transaction. \`op.commit()\` commits it and begins another one. Operations that say so run outside of it, each on its own. An interrupted run continues after the last operation that was finished.
- With \`export const transaction = false;\` each operation has a transaction of its own. Exceptions are statements that PostgreSQL refuses in a transaction, such as \`op.sql("VACUUM …")\`, and \`op.run\`, which may begin transactions itself. Only these exceptions may run a second time after a crash.
- \`export const lockTimeout = 10_000;\`, \`export const statementTimeout = 60_000;\` and \`export const idleTimeout = 60_000;\` in a revision file replace the settings of the configuration for that revision. They are milliseconds; 0 = no limit.

The examples use this database, and the tests run each of them:
`;

const ERRORS_HEAD = `# Errors

A command that is refused or fails prints a code, what is so, and below it what to type next. It ends with the exit code 2. With
\`--json\` the same is data on stdout: \`{ "error": { "code", "message", "hint", "next", "details" } }\`, where \`next\` is the command that the hint ends with. From code it is a \`RemodelError\`
with these fields. The codes are part of the public interface: they do not change in a minor version. \`npm run docs\` writes this page.
`;

/** Every operation with what its JSDoc says, sorted by kind, in the order of the file. */
export function readOperations(root = ROOT) {
  const project = new Project({ tsConfigFilePath: `${root}/tsconfig.json`, skipAddingFilesFromTsConfig: true });
  const exported = project.addSourceFileAtPath(`${root}/src/kinds/operations.ts`);
  project.resolveSourceFileDependencies();
  return [...exported.getExportedDeclarations().values()]
    .map(([declaration]) => readOperation(declaration))
    .sort((a, b) => compare(a.kind, b.kind) || a.line - b.line);
}

/** What is a method of \`op\` and no operation: `accept`. */
function readAcceptance(root) {
  const project = new Project({ skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true });
  const source = project.addSourceFileAtPath(`${root}/src/revision/op.ts`);
  return { ...readOperation(source.getInterfaceOrThrow("Operations").getMethodOrThrow("accept")), kind: "statements" };
}

/** The text of docs/operations.md. */
export function operationsPage(recorded, root = ROOT) {
  const operations = [...recorded, readAcceptance(root)];
  const kinds = [...new Set(operations.map(({ kind }) => kind))];
  const sections = kinds.map((kind) => {
    const own = operations.filter((one) => one.kind === kind);
    return `## ${titleOf(kind)}\n\n${own.map(operationText).join("\n")}`;
  });
  const contents = kinds.map((kind) => {
    const links = operations
      .filter((one) => one.kind === kind)
      .map(({ name }) => `[${name}](#op${name.toLowerCase()})`);
    return `- ${titleOf(kind)}: ${links.join(", ")}`;
  });
  const setup = readFileSync(`${root}/docs/operations.sql`, "utf8").trim();
  const types = new Map(operations.flatMap((one) => [...one.types]));
  const shapes = [...types.keys()].sort().map((name) => types.get(name));
  return [
    HEAD,
    `\`\`\`sql\n${setup}\n\`\`\`\n`,
    `${contents.join("\n")}\n`,
    ...sections,
    `## Shapes\n\nWhat the parameters are made of.\n\n\`\`\`ts\n${shapes.join("\n\n")}\n\`\`\`\n`,
  ].join("\n");
}

function readOperation(declaration) {
  const [doc] = declaration.getJsDocs();
  const tags = doc?.getTags() ?? [];
  const parameters = declaration.getParameters().map((parameter) => ({
    name: parameter.getName(),
    text: `${parameter.getName()}${parameter.isOptional() ? "?" : ""}: ${parameter.getTypeNode().getText()}`,
    says: textOf(tags.find((tag) => Node.isJSDocParameterTag(tag) && tag.getName() === parameter.getName())),
  }));
  const types = new Map();
  for (const parameter of declaration.getParameters()) collectTypes(parameter.getTypeNode(), types);
  return {
    name: declaration.getName(),
    kind: kindOf(declaration.getSourceFile().getFilePath()),
    line: declaration.getStartLineNumber(),
    says: unlinked(doc?.getDescription() ?? ""),
    parameters,
    examples: tags.filter((tag) => tag.getTagName() === "example").map(exampleOf),
    types,
  };
}

/** The text of an example, with the indentation of its lines. */
function exampleOf(tag) {
  const lines = tag
    .getText()
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  return lines
    .join("\n")
    .replace(/^@example\s*/, "")
    .trim();
}

/** The kind that a file is about: `columns.ts` and `column-operations.ts` are both about columns. */
function kindOf(file) {
  return basename(file, ".ts").replace(/-operations$/, "s");
}

/** The interfaces and types of ours that a type mentions, with those that they mention. */
function collectTypes(node, types) {
  const references = [...(Node.isTypeReference(node) ? [node.getTypeName()] : []), ...namesIn(node)];
  for (const name of references) {
    const symbol = name.getSymbol()?.getAliasedSymbol() ?? name.getSymbol();
    const [found] = symbol?.getDeclarations() ?? [];
    const ours = Node.isInterfaceDeclaration(found) || Node.isTypeAliasDeclaration(found);
    if (!ours || !found.getSourceFile().getFilePath().includes("/src/") || types.has(found.getName())) continue;
    types.set(found.getName(), codeLinks(publicText(found).replace(/^export /m, "")));
    const members = Node.isInterfaceDeclaration(found) ? found.getMembers().filter(isPublic) : [found];
    for (const one of [...members, ...(Node.isInterfaceDeclaration(found) ? found.getExtends() : [])])
      collectTypes(one, types);
  }
}

/** Members with the tag `@internal` are not for revisions. */
function isPublic(member) {
  return !(
    Node.isJSDocable(member) &&
    member.getJsDocs().some((doc) => doc.getTags().some((tag) => tag.getTagName() === "internal"))
  );
}

/** The text of a declaration without its internal members. */
function publicText(declaration) {
  const text = declaration.getText(true);
  if (!Node.isInterfaceDeclaration(declaration)) return text;
  const internal = declaration.getMembers().filter((member) => !isPublic(member));
  return internal.reduce((rest, member) => rest.replace(`${member.getFullText()}`, ""), text);
}

function namesIn(node) {
  return node
    .getDescendants()
    .filter((one) => Node.isTypeReference(one) || Node.isExpressionWithTypeArguments(one))
    .map((one) => (Node.isTypeReference(one) ? one.getTypeName() : one.getExpression()));
}

function operationText({ name, says, parameters, examples }) {
  const lines = parameters.map((one) => `- \`${one.text}\`: ${one.says}`);
  const code = examples.map((example) => `\`\`\`ts\n${example}${example.endsWith(";") ? "" : ";"}\n\`\`\``);
  return [`### op.${name}`, says, ...(lines.length > 0 ? [lines.join("\n")] : []), ...code]
    .map((part) => `${part}\n`)
    .join("\n");
}

function textOf(tag) {
  return unlinked(tag?.getCommentText() ?? "");
}

function unlinked(text) {
  return codeLinks(text)
    .replace(/\s*\n\s*/g, " ")
    .trim();
}

function codeLinks(text) {
  return text.replace(/\{@link (\w+)\}/g, "`$1`");
}

function titleOf(kind) {
  const words = kind.replaceAll("-", " ").replace("typeorm", "TypeORM");
  return words[0].toUpperCase() + words.slice(1);
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The text of docs/errors.md. */
export function errorsPage(codes) {
  const rows = Object.entries(codes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return `${ERRORS_HEAD}\n| code | what it means |\n|---|---|\n${rows.join("\n")}\n`;
}

const JSON_HEAD = `# JSON

With \`--json\` a command prints data to stdout: what it found, or why it refused. Notes and progress go to stderr; \`--quiet\` leaves
them out. The exit code is the same as without \`--json\`. Each output has a JSON schema, made from the types of the code, and so has
the configuration. The schemas are in the package, in \`docs/schemas/\`. \`npm run docs\` writes them and this page.

- New keys may come in a minor version. What is there keeps its name and its meaning.
- A key that is not required is absent where there is nothing to say.
- A bigint is a text of its digits, a point in time a text as in ISO 8601.
- A refusal is \`{ "error": { … } }\` as [error.json](schemas/error.json) says: \`code\` is one of the [codes of errors](errors.md), \`hint\` says
  what to type next, and \`next\` is the command alone, where the hint ends with one.
- \`file\` and \`folder\` are absolute paths. Only what \`review\` finds has files relative to the root of git, or to the folder in which it ran.
- \`watch --json\` prints one document at every save.
`;

/** The text of docs/json.md. */
export function jsonPage(schemas) {
  const rows = [...schemas].map(([file, schema]) => {
    const what = schema.title.replace(/^What (remodel .*) --json prints$/, "`$1`");
    return `| ${what} | [${file}](schemas/${file}) | ${listKeys(schema, schema).join("; or ")} |`;
  });
  return `${JSON_HEAD}\n| command | schema | keys |\n|---|---|---|\n${rows.join("\n")}\n`;
}

const LIBRARY_HEAD = `# Library

What \`import … from "typeorm-remodel"\` has. [From code](from-code.md) says how to use it. \`npm run docs\` writes this page from the JSDoc that
an editor shows.

- \`place\` says where the project and its database are: \`{ dataSource, migrations, url, schema, cwd, config }\`, all optional, as in
  \`RemodelOptions\`; or a session of \`openSession\`, which stays open.
- \`session\` is what \`openSession\` returns.
- Every failure is a \`RemodelError\` with one of the [codes](errors.md). "Throws" names the most important ones.
`;

/** The text of docs/library.md. */
export function libraryPage(root = ROOT) {
  const project = new Project({ skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true });
  const index = project.addSourceFileAtPath(join(root, "src/index.ts"));
  const named = index.getExportDeclarations().flatMap((one) => {
    const file = join(root, "src", one.getModuleSpecifierValue());
    const source = project.addSourceFileAtPath(file);
    const names = one.isNamespaceExport()
      ? source
          .getStatements()
          .flatMap((statement) =>
            Node.isExportable(statement) && statement.isExported() ? [[statement.getName(), statement]] : [],
          )
      : one
          .getNamedExports()
          .map((each) => [each.getAliasNode()?.getText() ?? each.getName(), findDeclaration(source, each.getName())]);
    return names.map(([name, declaration]) => ({ name, declaration }));
  });
  const sorted = named.sort((a, b) => compare(a.name.toLowerCase(), b.name.toLowerCase()));
  const [functions, rest] = [true, false].map((wanted) =>
    sorted.filter(({ declaration }) => Node.isFunctionDeclaration(declaration) === wanted),
  );
  const rows = rest.map(({ name, declaration }) => `| \`${name}\` | ${sayOf(declaration)} |`);
  return [
    LIBRARY_HEAD,
    "## Functions\n",
    ...functions.map(({ name, declaration }) => functionText(name, declaration)),
    `## Types and values\n\n| name | what it is |\n|---|---|\n${rows.join("\n")}\n`,
  ].join("\n");
}

/** The declaration of a name in a file; for a name that the file passes on, there is none. */
function findDeclaration(source, name) {
  const statements = source.getStatements().filter((one) => Node.isNamed(one) || Node.isNameable(one));
  return (
    statements.find((one) => one.getName() === name) ??
    source.getVariableStatement((one) => one.getDeclarations().some((each) => each.getName() === name))
  );
}

function sayOf(declaration) {
  return unlinked(declaration?.getJsDocs().at(-1)?.getDescription() ?? "").replaceAll("|", "\\|");
}

function functionText(name, declaration) {
  const parameters = declaration.getParameters().map((one) => one.getText().replace(/\s+/g, " "));
  const tags = declaration.getJsDocs().at(-1)?.getTags() ?? [];
  const returns = declaration.getReturnTypeNode()?.getText().replace(/\s+/g, " ") ?? "void";
  const lines = tags.map((tag) => tagText(tag)).filter((line) => line !== undefined);
  const signature = `${name}(${parameters.join(", ")}): ${returns}`;
  return [
    `### ${name}`,
    sayOf(declaration),
    `\`\`\`ts\n${signature}\n\`\`\``,
    ...(lines.length > 0 ? [lines.join("\n").trimStart()] : []),
  ]
    .map((part) => `${part}\n`)
    .join("\n");
}

/** A parameter, what is returned, what is thrown, or an example. */
function tagText(tag) {
  const text = textOf(tag);
  if (Node.isJSDocParameterTag(tag)) return `- \`${tag.getName()}\`: ${text}`;
  if (tag.getTagName() === "returns") return `- Returns ${text}`;
  if (tag.getTagName() === "throws") return `- Throws ${text}`;
  if (tag.getTagName() !== "example") return undefined;
  const example = exampleOf(tag);
  return example.includes("\n") ? `\n\`\`\`ts\n${example}\n\`\`\`` : `- Example: \`${example}\``;
}

/** The keys of each alternative of a schema. */
function listKeys({ anyOf, $ref, properties, description = "" }, root) {
  if (anyOf !== undefined) return anyOf.flatMap((one) => listKeys(one, root));
  if ($ref !== undefined) return listKeys(root.$defs[$ref.replace("#/$defs/", "")], root);
  if (properties === undefined) return [description];
  return [
    Object.keys(properties)
      .map((key) => `\`${key}\``)
      .join(", "),
  ];
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  writeFileSync(`${ROOT}/docs/operations.md`, operationsPage(readOperations()));
  const { ERROR_CODES } = await import(`${ROOT}/dist/errors.js`);
  writeFileSync(`${ROOT}/docs/errors.md`, errorsPage(ERROR_CODES));
  const schemas = makeSchemas();
  writeSchemas(schemas);
  writeFileSync(`${ROOT}/docs/json.md`, jsonPage(schemas));
  writeFileSync(`${ROOT}/docs/library.md`, libraryPage());
  writeFileSync(`${ROOT}/docs/pictures/first-revision.svg`, firstRevisionPicture(ROOT));
}
