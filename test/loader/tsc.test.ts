import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createLoader } from "../../src/load/load.ts";
import { project } from "./fixture.ts";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** Declarations in a file of their own, each used as a property's type. */
const IMPORTED = {
  Role: 'enum Role { Admin = "admin" }',
  Level: "enum Level { Low, High }",
  Size: "const enum Size { S = 1 }",
  Tags: "type Tags = string[]",
  ReadonlyTags: "type ReadonlyTags = readonly string[]",
  Generic: "type Generic = Array<number>",
  Both: "type Both = boolean | undefined",
  Flag: "type Flag = boolean",
  Fn: "type Fn = () => void",
  Call: "interface Call { (): void }",
  Later: "type Later = Promise<string>",
  Pair: "type Pair = [string, number]",
  Words: 'type Words = "a" | "b"',
  Mixed: "type Mixed = string | number",
  Maybe: "type Maybe = number | null",
  Day: "type Day = Date",
  Bytes: "type Bytes = Buffer",
  Table: "type Table = Record<string, unknown>",
  Big: "type Big = bigint",
  Name: "type Name = symbol",
  Nothing: "type Nothing = null",
  State: 'const STATE = { a: "a" } as const; export type State = (typeof STATE)[keyof typeof STATE]',
  Item: 'const LIST = ["a", "b"] as const; export type Item = (typeof LIST)[number]',
  Template: "type Template = `x-$" + "{string}`",
  Part: "type Part = Partial<{ a: string }>",
  Less: 'type Less = Exclude<"a" | "b", "a">',
  Sure: "type Sure = NonNullable<string | null>",
  Keys: "type Keys = keyof { a: 1 }",
  Thing: "class Thing { id: number; name: string }",
  ThingId: 'type ThingId = Thing["id"]',
  Anything: "type Anything = any",
};

const DIRECT = `string[] | Array<string> | readonly string[] | ReadonlyArray<string> | Promise<string> | Date | Buffer
  | Map<string, string> | Set<string> | Record<string, string> | Partial<Thing> | Uint8Array | RegExp | Object | String | Number
  | Function | symbol | bigint | this | typeof Thing | Role[] | { a: 1 } | Pick<Thing, "id"> | null | undefined | 1 | "a" | true
  | Exclude<Words, "a"> | NonNullable<Words>`
  .split(/\s+\| /)
  .concat("() => void", "string | null", "string | undefined", "Role | null", "Thing | null", "Tags | null");

const types = [...Object.keys(IMPORTED), ...DIRECT];

const FILES = {
  "types.ts": Object.values(IMPORTED)
    .map((text) => `export ${text};`)
    .join("\n"),
  "main.ts": [
    `import { ${Object.keys(IMPORTED).join(", ")} } from "./types";`,
    "function Column(): any { return () => {}; }",
    ...["export class A {", ...types.map((type, index) => `  @Column() p${index}: ${type};`), "}"],
  ].join("\n"),
};

test.each([true, false])("every kind of type gives the metadata that tsc gives, strict: %s", async (strict) => {
  const compilerOptions = {
    target: "ES2022",
    module: "NodeNext",
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    useDefineForClassFields: false,
    strict,
    strictPropertyInitialization: false,
    outDir: "out",
    types: ["node"],
    typeRoots: [join(modules, "@types")],
  };
  const folder = project({ ...FILES, "tsconfig.json": JSON.stringify({ compilerOptions, files: ["main.ts"] }) });
  const metadataOf = ({ A }: { A: { prototype: object } }) =>
    types.map((type, index) => `${type}: ${Reflect.getMetadata("design:type", A.prototype, `p${index}`)?.name}`);
  const ours = metadataOf((await createLoader(folder).load("main.ts")) as never);
  execFileSync(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", folder], { stdio: "inherit" });
  const theirs = metadataOf(createRequire(join(folder, "_"))("./out/main.js"));
  // Two copies of a class, one of each compiler, have the same name.
  expect(ours).toEqual(theirs);
  expect(new Set(ours).size).toBeGreaterThan(50);
});

test.each([
  ["an alias", "{ T }", "T", "export type T = Date;"],
  ["an alias of a package's type", "{ T }", "T", 'import type { Pool } from "pg"; export type T = Pool;'],
  ["a default alias", "T", "T", "type T = Date; export default T;"],
  ["an alias in a namespace", "{ N }", "N.T", "export namespace N { export type T = Date }"],
  [
    "an alias in a namespace of its own",
    "{ N }",
    "N.M.T",
    "export namespace N { export namespace M { export type T = Date } }",
  ],
])("%s of what is not read is an object, and the import of it alone does not run", async (_what, names, type, text) => {
  const column = "function Column(): any { return () => {}; }";
  const folder = project({
    "main.ts": `import ${names} from "./t"; ${column} export class A { @Column() x: ${type}; @Column() m(t: ${type}): ${type} { return t; } }`,
    "t.ts": `${text} throw new Error("it ran");`,
  });
  const { A } = (await createLoader(folder).load("main.ts")) as { A: { prototype: object } };
  const of = (key: string, name: string): unknown => Reflect.getMetadata(key, A.prototype, name);
  expect(of("design:type", "x")).toBe(Object);
  expect([of("design:paramtypes", "m"), of("design:returntype", "m")]).toEqual([[Object], Object]);
});
