// Makes JSON schemas from types: of what each command prints with --json, of an error, and of the configuration.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Node, Project, ts } from "ts-morph";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DRAFT = "https://json-schema.org/draft/2020-12/schema";
/** What an array is. The library of TypeScript and the types of packages would take seconds to read. */
const LIBRARY = `interface Array<T> { readonly [at: number]: T; readonly length: number }
interface ReadonlyArray<T> { readonly [at: number]: T; readonly length: number }
interface Object {} interface Function {} interface String {} interface Number {} interface Boolean {} interface RegExp {} interface IArguments {}
interface Error { name: string; message: string; stack?: string } declare var Error: { new (message?: string, options?: unknown): Error };
interface Promise<T> {} interface Iterable<T> {} interface AsyncIterable<T> {} interface ReadonlyMap<K, V> {} interface ReadonlySet<T> {}
type Partial<T> = { [P in keyof T]?: T[P] }; type Required<T> = { [P in keyof T]-?: T[P] }; type Readonly<T> = { readonly [P in keyof T]: T[P] };
type Pick<T, K extends keyof T> = { [P in K]: T[P] }; type Record<K extends keyof any, T> = { [P in K]: T };
type Exclude<T, U> = T extends U ? never : T; type Extract<T, U> = T extends U ? T : never;
type Omit<T, K extends keyof any> = Pick<T, Exclude<keyof T, K>>; type NonNullable<T> = T & {};
type ReturnType<T extends (...args: any) => any> = T extends (...args: any) => infer R ? R : any;`;

/**
 * Every schema by the name of its file.
 * @param root the folder with `src/`
 */
export function makeSchemas(root = ROOT) {
  const project = openSources(root);
  const commands = findCommands(project);
  const schemas = new Map(
    commands.map(({ name, type, at }) => [
      `${name.replaceAll(" ", "-")}.json`,
      makeSchema(`What remodel ${name} --json prints`, type, at),
    ]),
  );
  for (const [name, title, path, of] of [
    ["error", "What a command prints with --json if it is refused or fails", "cli/print.ts", "ErrorOutput"],
    ["config", "The configuration, as far as JSON can say it", "config.ts", "Config"],
  ]) {
    const declaration = project.getSourceFileOrThrow(`/src/${path}`).getInterfaceOrThrow(of);
    schemas.set(`${name}.json`, makeSchema(title, declaration.getType(), declaration));
  }
  return new Map([...schemas].sort(([a], [b]) => compare(a, b)));
}

/** The declarations of our own files: nothing of a package is printed as JSON, and bodies of functions take seconds to read. */
function openSources(root) {
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: {
      noLib: true,
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      allowImportingTsExtensions: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      noEmit: true,
    },
  });
  project.createSourceFile("/src/library-of-types.d.ts", LIBRARY);
  for (const path of readdirSync(join(root, "src"), { recursive: true }).filter((name) => name.endsWith(".ts"))) {
    const text = readFileSync(join(root, "src", path), "utf8")
      .replace(FUNCTION, "")
      .replace(CALLED, "");
    if (path.startsWith("cli") || path === "config.ts") project.createSourceFile(`/src/${path}`, text);
    else project.getFileSystem().writeFileSync(`/src/${path}`, text);
  }
  return project;
}

/** An import of functions and values alone: no type, and no class. */
const CALLED = /^import \{(?:\s+(?!type )[a-z]\w*,?)+\s+\} from "[^"]+";\n/gm;

/** A function with its JSDoc; the lines of its body are indented. */
const FUNCTION = /^(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?(?:export )?(?:async )?function\*? [\s\S]*?^\}\n/gm;

/** Each command, with the type of its data: `Data` of `Command<Data>`. */
function findCommands(project) {
  const files = project.getSourceFiles().filter((file) => file.getFilePath().includes("/src/cli/"));
  const all = files.flatMap((file) => file.getVariableDeclarations());
  return all.flatMap((declaration) => {
    const type = declaration.getTypeNode();
    if (!Node.isTypeReference(type) || type.getTypeName().getText() !== "Command") return [];
    const [data] = type.getTypeArguments();
    if (data === undefined) throw new Error(`${declaration.getName()} has no type of its data: Command<Data>.`);
    const usage = declaration.getInitializerOrThrow().getPropertyOrThrow("usage").getInitializerOrThrow();
    const group = /\/cli\/(\w+)\/[\w-]+\.ts$/.exec(declaration.getSourceFile().getFilePath())?.[1];
    const name = [...(group === undefined ? [] : [group]), usage.getLiteralValue().split(" ")[0]].join(" ");
    return [{ name, type: data.getType(), at: declaration }];
  });
}

function makeSchema(title, type, at) {
  const known = { at, definitions: new Map(), types: new Map() };
  const body = schemaOf(type, known, true);
  const definitions = [...known.definitions].sort(([a], [b]) => compare(a, b));
  return {
    $schema: DRAFT,
    title,
    ...body,
    ...(definitions.length > 0 && { $defs: Object.fromEntries(definitions) }),
  };
}

/** The schema of a type; `undefined` if JSON has nothing of it, as of a function. */
function schemaOf(type, known, isWhole = false) {
  if (type.isAny()) throw new Error("A type is any, or its file was not read.");
  if (type.isUnknown()) return {};
  if (type.isUndefined() || type.isNever() || type.getText() === "void") return undefined;
  if (type.isNull()) return { type: "null" };
  if (type.isBooleanLiteral()) return { const: type.getText() === "true" };
  if (type.isLiteral() && !type.isUnion()) return { const: type.getLiteralValue() };
  if (type.isBoolean()) return { type: "boolean" };
  // A bigint is printed as its digits.
  if (type.isString() || type.isTemplateLiteral() || type.getText() === "bigint") return { type: "string" };
  if (type.isNumber()) return { type: "number" };
  if (type.isUnion()) return unionOf(type, known, isWhole);
  if (type.isTuple()) return tupleOf(type, known);
  if (isArray(type)) return { type: "array", items: schemaOf(type.getTypeArguments()[0], known) ?? false };
  if (type.getCallSignatures().length > 0) return undefined;
  if (type.isObject() || type.isIntersection()) return isWhole ? objectOf(type, known) : namedOf(type, known, objectOf);
  throw new Error(`No JSON for ${type.getText()}.`);
}

function isArray(type) {
  return ["Array", "ReadonlyArray"].includes(type.getSymbol()?.getName() ?? "");
}

/** A type with a name is written once, under `$defs`. */
function namedOf(type, known, make) {
  const name = nameOf(type);
  if (name === undefined) return make(type, known);
  const before = known.types.get(name);
  if (before !== undefined && before !== type.compilerType) throw new Error(`Two types have the name ${name}.`);
  if (before === undefined) {
    known.types.set(name, type.compilerType);
    known.definitions.set(name, make(type, known));
  }
  return { $ref: `#/$defs/${name}` };
}

function nameOf(type) {
  const alias = type.getAliasSymbol();
  if (alias !== undefined) return type.getAliasTypeArguments().length > 0 ? undefined : alias.getName();
  const name = type.getSymbol()?.getName();
  return name === undefined || name.startsWith("__") || type.getTypeArguments().length > 0 ? undefined : name;
}

function unionOf(type, known, isWhole) {
  const parts = type.getUnionTypes().filter((one) => !one.isUndefined());
  const make = () => anyOf(parts, known);
  const isLiterals = parts.every((one) => one.isLiteral());
  // A name for two words says less than the words.
  if (isWhole || (isLiterals && parts.length < 6) || parts.length < type.getUnionTypes().length) return make();
  return namedOf(type, known, make);
}

function anyOf(parts, known) {
  const literals = parts.filter((one) => one.isLiteral() && !one.isBooleanLiteral());
  const booleans = parts.filter((one) => one.isBooleanLiteral());
  const others = parts.filter((one) => !one.isLiteral() && !one.isNull());
  const all = [
    ...(literals.length > 1
      ? [{ enum: literals.map((one) => one.getLiteralValue()).sort(compare) }]
      : literals.map((one) => schemaOf(one, known))),
    ...(booleans.length > 1 ? [{ type: "boolean" }] : booleans.map((one) => schemaOf(one, known))),
    ...others.map((one) => schemaOf(one, known)),
    ...parts.filter((one) => one.isNull()).map((one) => schemaOf(one, known)),
  ].filter((one) => one !== undefined);
  if (all.length === 0) return undefined;
  return all.length === 1 ? all[0] : { anyOf: all };
}

function tupleOf(type, known) {
  const items = type.getTupleElements().map((one) => schemaOf(one, known) ?? { type: "null" });
  return { type: "array", prefixItems: items, minItems: items.length, maxItems: items.length };
}

function objectOf(type, known) {
  const properties = type.getProperties().flatMap((property) => propertyOf(property, known));
  const required = properties.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
  const rest = type.getStringIndexType();
  return {
    ...describe(type.getAliasSymbol() ?? type.getSymbol()),
    type: "object",
    ...(properties.length > 0 && { properties: Object.fromEntries(properties.map((one) => [one.name, one.schema])) }),
    ...(required.length > 0 && { required }),
    additionalProperties: rest === undefined ? false : (schemaOf(rest, known) ?? false),
  };
}

function propertyOf(property, known) {
  const type = property.getTypeAtLocation(known.at);
  if (type.isAny()) throw new Error(`${property.getName()} is any, or the file with its type was not read.`);
  const found = schemaOf(type, known);
  if (found === undefined) return [];
  const isOptional = property.isOptional() || (type.isUnion() && type.getUnionTypes().some((one) => one.isUndefined()));
  return [{ name: property.getName(), isOptional, schema: { ...describe(property), ...found } }];
}

/** What the JSDoc of a declaration says. */
function describe(symbol) {
  const [declaration] = symbol?.getDeclarations() ?? [];
  const [doc] = Node.isJSDocable(declaration) ? declaration.getJsDocs() : [];
  const text = (doc?.getDescription() ?? "")
    .replace(/\{@link (?:\w+\.)?(\w+)\}/g, "$1")
    .replace(/\s*\n\s*/g, " ")
    .trim();
  return text === "" ? {} : { description: text };
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The text of the file of a schema. */
export function schemaText(schema) {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Writes every schema to docs/schemas, and removes what is no longer one. */
export function writeSchemas(schemas) {
  const folder = join(ROOT, "docs/schemas");
  for (const name of readdirSync(folder)) if (!schemas.has(name)) rmSync(join(folder, name));
  for (const [name, schema] of schemas) writeFileSync(join(folder, name), schemaText(schema));
}
