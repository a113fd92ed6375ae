import { join } from "node:path";
import { expect, test } from "vitest";
import { createLoader } from "../../src/load/load.ts";
import { ESM, project, write } from "./fixture.ts";

type Class = new () => object;

const CONFIG = (options: object) => ({ "tsconfig.json": JSON.stringify({ compilerOptions: options }) });

async function load(files: Record<string, string>, file = "main.ts"): Promise<Record<string, unknown>> {
  return (await createLoader(project(files)).load(file)) as Record<string, unknown>;
}

function typeOf(exports: Record<string, unknown>, name: string, property: string): unknown {
  return Reflect.getMetadata("design:type", (exports[name] as Class).prototype, property);
}

const ROLES = `
export enum Role { Admin = "admin", User = "user" }
export enum Level { Low, High }
export const enum Size { Small = 1 }
export type Email = string;
export type Tags = string[];
export type Flag = boolean;
export type Some = Exclude<"a" | "b", "a">;
export namespace deep { export enum Kind { A, B } }
`;

const USER = `
import "reflect-metadata";
import { Column, Entity } from "typeorm";
import { Role, Level, Size, Email, Tags, Flag, Some, deep } from "./roles";
@Entity()
export class User {
  @Column() name: string;
  @Column() age!: number;
  @Column() born: Date;
  @Column() maybe: string | null;
  @Column() role: Role;
  @Column() level: Level;
  @Column() size: Size;
  @Column() email: Email;
  @Column("text", { array: true }) tags: Tags;
  @Column() flag: Flag;
  @Column() kind: deep.Kind;
  @Column() some: Some;
  @Column() note = "none";
  constructor(readonly x?: string) {}
}
`;

test.each([
  ["CommonJS", {}],
  ["ES module", ESM],
])("columns get the types tsc infers, in a %s project", async (_, kind) => {
  const exports = await load({ ...kind, "main.ts": USER, "roles.ts": ROLES });
  const types = ["name", "age", "born", "role", "level", "size", "email", "tags", "flag", "kind", "some", "note"];
  expect(types.map((name) => typeOf(exports, "User", name))).toEqual([
    String,
    Number,
    Date,
    String,
    Number,
    Number,
    String,
    Array,
    Boolean,
    Number,
    String,
    Object,
  ]);
  expect(new (exports["User"] as Class)()).toMatchObject({ note: "none" });
});

const NULLABLE = `import { Column } from "typeorm"; export class A { @Column() maybe: string | null; }`;

test.each([
  ["strictNullChecks as tsconfig.json says", CONFIG({ strictNullChecks: false }), String],
  ["strict implies it", CONFIG({ strict: true }), Object],
  ["what is said of itself wins over strict", CONFIG({ strict: true, strictNullChecks: false }), String],
  ["strict: false is no", CONFIG({ strict: false }), String],
  ["without TypeScript it is on", {}, Object],
  ["TypeScript 5 has it off", { "node_modules/typescript/package.json": '{ "version": "5.9.3" }' }, String],
  ["TypeScript 6 has it on", { "node_modules/typescript/package.json": '{ "version": "6.0.3" }' }, Object],
  [
    "TypeScript 7 has it on, and exports little",
    {
      "node_modules/typescript/package.json":
        '{ "version": "7.0.2", "exports": { "./package.json": "./package.json" } }',
    },
    Object,
  ],
  [
    "extends, with comments and trailing commas",
    {
      "tsconfig.json": '{ /* base */ "extends": ["./base", "@acme/tsconfig/loose.json"], // "//" in text\n }',
      "base.json": '{ "compilerOptions": { "strict": true, }, }',
      "node_modules/@acme/tsconfig/loose.json": '{ "compilerOptions": { "strict": false } }',
    },
    String,
  ],
])("null in a column's type: %s", async (_, files, expected) => {
  expect(typeOf(await load({ "main.ts": NULLABLE, ...(files as Record<string, string>) }), "A", "maybe")).toBe(
    expected,
  );
});

const circular = (type: (name: string) => string) => ({
  "main.ts": 'export { Shop } from "./shop"; export { Mall } from "./mall";',
  "shop.ts": `
    import { Entity, ManyToOne, PrimaryGeneratedColumn, type Relation } from "typeorm";
    import { Mall } from "./mall";
    @Entity() export class Shop {
      @PrimaryGeneratedColumn() id: number;
      @ManyToOne(() => Mall, (mall) => mall.shops) mall: ${type("Mall")};
    }`,
  "mall.ts": `
    import { Entity, OneToMany, PrimaryGeneratedColumn, type Relation } from "typeorm";
    import { Shop } from "./shop";
    @Entity() export class Mall {
      @PrimaryGeneratedColumn() id: number;
      @OneToMany(() => Shop, (shop) => shop.mall) shops: ${type("Shop")}[];
    }`,
});

test.each([
  ["with Relation<>, CommonJS", {}, (name: string) => `Relation<${name}>`],
  ["with Relation<>, ES modules", ESM, (name: string) => `Relation<${name}>`],
  ["bare, CommonJS", {}, (name: string) => name],
  ["bare, ES modules", ESM, (name: string) => name],
])("entities import each other: %s", async (_, kind, type) => {
  const exports = await load({ ...kind, ...circular(type) });
  expect(Object.keys(exports)).toEqual(["Shop", "Mall"]);
});

test("entities import each other through an index", async () => {
  const files = circular((name) => name);
  const exports = await load({
    "main.ts": 'export * from "./shop"; export * from "./mall";',
    "shop.ts": files["shop.ts"].replace("./mall", "./main"),
    "mall.ts": files["mall.ts"].replace("./shop", "."),
    "index.ts": 'export * from "./main";',
  });
  expect(Object.keys(exports)).toEqual(expect.arrayContaining(["Shop", "Mall"]));
});

test("a class used above its declaration is explained", async () => {
  const files = {
    "main.ts": `
import { Entity, OneToOne } from "typeorm";
@Entity() export class A { @OneToOne(() => B) b: B; }
@Entity() export class B { }`,
  };
  await expect(load(files)).rejects.toMatchObject({
    code: "MODELS_CIRCULAR",
    message: expect.stringContaining("main.ts:3 uses B"),
    hint: expect.stringContaining("Relation<B>"),
  });
});

test("a base class that is not there yet is explained", async () => {
  const files = {
    "main.ts": 'import { Child } from "./child"; export class Base { child: Child }; console.log(Child);'.replace(
      "console.log",
      "void ",
    ),
    "child.ts": 'import { Base } from "./main"; export class Child extends Base {}',
  };
  await expect(load(files)).rejects.toMatchObject({
    code: "MODELS_CIRCULAR",
    message: expect.stringContaining("child.ts:1"),
  });
});

test("tsconfig's paths and baseUrl", async () => {
  const exports = await load({
    ...CONFIG({ baseUrl: "./src", paths: { "@/*": ["missing/*", "lib/*"], "@/exact": ["./one.ts"] } }),
    "main.ts":
      'export { a } from "@/a"; export { one } from "@/exact"; export { two } from "two"; export { c } from "@/c.js";',
    "src/lib/a.ts": "export const a = 1;",
    "src/lib/c.ts": "export const c = 3;",
    "src/one.ts": 'export const one = "one";',
    "src/two/index.ts": 'export const two = "two";',
  });
  expect(exports).toMatchObject({ a: 1, one: "one", two: "two", c: 3 });
});

test("tsconfig's paths without baseUrl are relative to the file that has them", async () => {
  const exports = await load({
    "tsconfig.json": '{ "extends": "./config/base.json" }',
    "config/base.json": '{ "compilerOptions": { "paths": { "~/*": ["../src/*"] } } }',
    "main.ts": 'export { a } from "~/a";',
    "src/a.ts": "export const a = 1;",
  });
  expect(exports).toMatchObject({ a: 1 });
});

test(".mts, .cts, .tsx and .js written for .ts", async () => {
  const exports = await load({
    "main.ts":
      'export * from "./a.mjs"; export * from "./b.cjs"; export * from "./c.js"; export * from "./d.ts"; export * from "./e";',
    "a.mts": "export const a = import.meta.filename;",
    "b.cts": "export const b = __filename;",
    "c.ts": "export const c = 1;",
    "d.ts": "export const d = 1;",
    "e.tsx": "export const e = 1;",
  });
  expect(exports).toMatchObject({
    a: expect.stringMatching(/a\.mts$/),
    b: expect.stringMatching(/b\.cts$/),
    c: 1,
    d: 1,
    e: 1,
  });
});

test("an interface is imported without `type`, from a file or from declarations alone", async () => {
  const exports = await load({
    "main.ts": `
      import { Column } from "typeorm"; import { Shape, Id } from "./shape"; import { Code } from "./declared";
      export class A { @Column("json") shape: Shape; @Column() id: Id; @Column() code: Code; }`,
    "shape.ts": "export interface Shape { x: number } export type Id = number;",
    "declared.d.ts": 'export type Code = "a" | "b";',
  });
  expect(["shape", "id", "code"].map((name) => typeOf(exports, "A", name))).toEqual([Object, Number, String]);
});

test("JSON is imported", async () => {
  const files = {
    "main.ts":
      'import json from "./data.json" with { type: "json" }; import * as all from "./data.json"; export const a = json.a + all.a;',
    "data.json": '\uFEFF{ "a": 1 }',
  };
  expect(await load(files)).toMatchObject({ a: 2 });
  expect(await load({ ...files, ...ESM })).toMatchObject({ a: 2 });
});

test("the file that is asked for may use top-level await", async () => {
  const main = 'import { b } from "./b"; export const a = await Promise.resolve(b); for await (const x of [1]) void x;';
  expect(
    await load({ ...ESM, "main.ts": main, "b.ts": "export const b = 2; export async function f() { await 1; }" }),
  ).toMatchObject({ a: 2 });
});

test("another file may not, and is told", async () => {
  const files = { ...ESM, "main.ts": 'export * from "./b";', "b.ts": "export const a = 1;\nexport const b = await 1;" };
  await expect(load(files)).rejects.toMatchObject({
    code: "MODULE_INVALID",
    message: expect.stringContaining("b.ts:2"),
    hint: expect.stringContaining("Move the await"),
  });
});

test("two who load a file that awaits both get all of it", async () => {
  const loader = createLoader(
    project({ "main.ts": "await new Promise((go) => setTimeout(go, 20)); export const a = 1;" }),
  );
  const [one, two] = await Promise.all([loader.load("main.ts"), loader.load("main.ts").then(({ a }) => a)]);
  expect([one?.["a"], two]).toEqual([1, 1]);
});

test("import.meta, __dirname and require of one's own in an ES module", async () => {
  const folder = project({
    ...ESM,
    "main.ts": `
      import { createRequire } from "node:module";
      import path, { dirname } from "node:path";
      import { fileURLToPath } from "node:url";
      const require = createRequire(import.meta.url);
      const __filename = fileURLToPath(import.meta.url);
      const __dirname = dirname(__filename);
      export const all = [__dirname, import.meta.dirname, import.meta.filename, path.basename(__filename)];
      export const json = require("./data.json");
      export const url = import.meta.resolve("./other.js");`,
    "other.ts": "",
    "data.json": "[1]",
  });
  expect(await createLoader(folder).load("main.ts")).toMatchObject({
    all: [folder, folder, join(folder, "main.ts"), "main.ts"],
    json: [1],
    url: `file://${folder}/other.ts`,
  });
});

test("CommonJS packages are imported as Node or TypeScript would", async () => {
  const packages = {
    "node_modules/plain/index.js": "module.exports = function plain() { return 1 }; module.exports.extra = 2;",
    "node_modules/marked/index.js": 'exports.__esModule = true; exports.default = "inner"; exports.named = 1;',
    "node_modules/lacking/index.js": "exports.__esModule = true; exports.named = 1;",
  };
  const main = `
    import plain, { extra } from "plain"; import * as star from "plain"; import marked from "marked"; import lacking from "lacking";
    export default [plain(), extra, star.extra, marked, lacking]; export const call = () => (star as any)();`;
  const cjs = await load({ ...packages, "main.ts": main });
  expect(cjs["default"]).toEqual([1, 2, 2, "inner", expect.objectContaining({ named: 1 })]);
  expect((cjs["call"] as () => number)()).toBe(1);
  const esm = await load({ ...packages, ...ESM, "main.ts": main });
  expect(esm["default"]).toEqual([
    1,
    2,
    2,
    expect.objectContaining({ default: "inner" }),
    expect.objectContaining({ named: 1 }),
  ]);
});

test("packages published as ES modules alone", async () => {
  const exports = await load({
    "main.ts":
      'import a, { b } from "only"; import { c } from "only/deep/c"; import { d } from "@acme/typed"; export default [a, b, c, d];',
    "node_modules/only/package.json":
      '{ "type": "module", "exports": { ".": { "import": "./i.js" }, "./deep/*": { "types": "./x.d.ts", "import": "./*.js" } } }',
    "node_modules/only/i.js": "export default 1; export const b = 2;",
    "node_modules/only/c.js": "export const c = 3;",
    "node_modules/@acme/typed/package.json":
      '{ "type": "module", "exports": { "types": "./i.d.ts", "default": "./i.js" } }',
    "node_modules/@acme/typed/i.js": "export const d = 4;",
  });
  expect(exports["default"]).toEqual([1, 2, 3, 4]);
});

test("a workspace package in TypeScript and a #internal one", async () => {
  const folder = project({
    "packages/app/package.json": '{ "name": "app", "imports": { "#lib/*": "./lib/*.ts" } }',
    "packages/app/main.ts":
      'import { Column } from "typeorm"; import { Role } from "@acme/models"; import { l } from "#lib/l"; export class A { @Column() role: Role }; export { l, Role };',
    "packages/app/lib/l.ts": "export const l: number = 1;",
    "packages/models/package.json": '{ "name": "@acme/models", "main": "index.ts" }',
    "packages/models/index.ts": 'export enum Role { A = "a" }',
  });
  const { mkdirSync, symlinkSync } = await import("node:fs");
  mkdirSync(join(folder, "node_modules/@acme"));
  symlinkSync(join(folder, "packages/models"), join(folder, "node_modules/@acme/models"));
  const exports = (await createLoader(join(folder, "packages/app")).load("main.ts")) as Record<string, unknown>;
  expect(exports).toMatchObject({ l: 1, Role: { A: "a" } });
  expect(typeOf(exports, "A", "role")).toBe(String);
});

test("a project in JavaScript: ES modules, CommonJS and one from the other", async () => {
  const files = {
    "main.mjs":
      'import { EntitySchema } from "typeorm"; import old from "./old.cjs"; import { b } from "./b.mjs"; export const A = new EntitySchema({ name: old.name, columns: {} }); export { b };',
    "old.cjs":
      '#!/usr/bin/env node\nconst path = require("path"); module.exports = { name: path.basename(__filename) };',
    "b.mjs": "export const b = import.meta.filename;",
    "c.js": 'const { b } = require("./b.mjs"); exports.b = b; exports.dynamic = () => import("./b.mjs");',
  };
  expect(await load(files, "main.mjs")).toMatchObject({
    A: { options: { name: "old.cjs" } },
    b: expect.stringMatching(/b\.mjs$/),
  });
  expect(await load(files, "c.js")).toMatchObject({ b: expect.stringMatching(/b\.mjs$/) });
  expect(await load({ ...ESM, "d.js": "export default 1;" }, "d.js")).toEqual({ default: 1 });
});

test("import() of files, their URLs and packages", async () => {
  const exports = await load({
    "main.ts": `
      const url = new URL("./b.ts", import.meta.url).href;
      export const all = async () => [(await import("./b")).b, (await import(url)).b, typeof (await import("typeorm")).DataSource];`,
    "b.ts": "export const b = 1;",
  });
  expect(await (exports["all"] as () => unknown)()).toEqual([1, 1, "function"]);
});

test("a file runs once, however it is reached", async () => {
  const folder = project({ "main.ts": 'export { a } from "./a";', "a.ts": "export const a = {};" });
  const loader = createLoader(folder);
  const [main, a, again] = await loader.loadAll(["main.ts", "a.ts", "./a.ts"]);
  expect(main?.["a"]).toBe(a?.["a"]);
  expect(again).toBe(a);
});

test('"typeorm-remodel" is the copy that runs', async () => {
  const exports = await load({
    "main.ts":
      'import { defineConfig, RemodelError } from "typeorm-remodel"; export default [defineConfig, RemodelError];',
  });
  const { defineConfig } = await import("../../src/config.ts");
  const { RemodelError } = await import("../../src/errors.ts");
  expect(exports["default"]).toEqual([defineConfig, RemodelError]);
});

test("a syntax error is told with its place", async () => {
  const files = { "main.ts": 'import "./b";', "b.ts": "export const a = 1;\nexport const = 2;" };
  await expect(load(files)).rejects.toMatchObject({
    code: "MODULE_INVALID",
    message: expect.stringMatching(/b\.ts:2:14: Variable declaration expected/),
  });
});

test("so is one in plain JavaScript", async () => {
  await expect(load({ "main.cjs": "\nconst = 2;" }, "main.cjs")).rejects.toMatchObject({
    code: "MODULE_INVALID",
    message: expect.stringContaining("main.cjs:2"),
  });
});

test("an import that does not exist is told, a package with how to add it", async () => {
  await expect(load({ "main.ts": 'import { a } from "./gone"; export default a;' })).rejects.toMatchObject({
    code: "MODULE_INVALID",
    message: expect.stringMatching(/main\.ts imports "\.\/gone", which does not exist/),
  });
  await expect(load({ "main.ts": 'import { a } from "@acme/gone/x"; export default a;' })).rejects.toMatchObject({
    code: "PEER_MISSING",
    hint: "npm install @acme/gone",
  });
  await expect(load({}, "gone.ts")).rejects.toMatchObject({ code: "MODULE_INVALID" });
});

test("stacks point at the TypeScript lines, also of what is called later", async () => {
  const folder = project({
    "main.ts": `
interface Long {
  a: string;
}
export type X = Long;

export function later(): never {
  throw new Error("late");
}`,
    "now.ts": 'type A = 1;\n\ntype B = 2;\nthrow new TypeError("early");\nexport {}',
  });
  const loader = createLoader(folder);
  const { later } = (await loader.load("main.ts")) as { later: () => void };
  const error = (await Promise.resolve()
    .then(later)
    .catch((error: Error) => error)) as Error;
  expect(loader.locate(error)).toEqual({ file: join(folder, "main.ts"), line: 8, column: 9 });
  expect(error.stack).toContain("main.ts:8:9");
  await expect(loader.load("now.ts")).rejects.toMatchObject({ message: expect.stringContaining("now.ts:4 ") });
});

test("a source map that was read once serves all lines of its file, and no other file", async () => {
  const throws = (name: string) => `export function ${name}(): never {\n  throw new Error("${name}");\n}\n`;
  const short = `interface Short {\n  a: string;\n}\n${throws("one")}\n${throws("two")}`;
  const folder = project({
    "a/same.ts": short,
    "b/same.ts": short,
    "long.ts": `type Long = {\n  a: string;\n  b: string;\n};\n${throws("one")}`,
  });
  const loader = createLoader(folder);
  const locate = async (file: string, name: string) => {
    const exports = await loader.load(file);
    const error = await Promise.resolve()
      .then(() => (exports[name] as () => never)())
      .catch((thrown: Error) => thrown);
    return loader.locate(error);
  };
  const at = (file: string, line: number) => ({ file: join(folder, file), line, column: 9 });
  for (const file of ["a/same.ts", "b/same.ts", "a/same.ts"]) {
    expect(await locate(file, "one")).toEqual(at(file, 5));
    expect(await locate(file, "two")).toEqual(at(file, 9));
  }
  expect(await locate("long.ts", "one")).toEqual(at("long.ts", 6));
});

test("a file that threw may be loaded again", async () => {
  const folder = project({ "main.ts": "export const a: number = (globalThis as any).loaderTest.a;" });
  const loader = createLoader(folder);
  await expect(loader.load("main.ts")).rejects.toMatchObject({ code: "MODULE_INVALID" });
  Object.assign(globalThis, { loaderTest: { a: 1 } });
  expect(await loader.load("main.ts")).toMatchObject({ a: 1 });
});

test("Node's own loader stays as it was", async () => {
  const { Module } = await import("node:module");
  const internals = Module as unknown as {
    _extensions: object;
    _cache: object;
    _resolveFilename: unknown;
    _load: unknown;
  };
  const before = [
    Object.keys(internals._extensions),
    internals._resolveFilename,
    internals._load,
    Error.prepareStackTrace,
  ];
  const folder = project({ "main.ts": "export const a = 1;" });
  await createLoader(folder).load("main.ts");
  expect([
    Object.keys(internals._extensions),
    internals._resolveFilename,
    internals._load,
    Error.prepareStackTrace,
  ]).toEqual(before);
  expect(Object.keys(internals._cache).filter((file) => file.startsWith(folder))).toEqual([]);
});

test("peers are the project's own, or missing", () => {
  const folder = project({ "node_modules/mine/index.js": "module.exports = 1;" }, {});
  const loader = createLoader(folder);
  expect(loader.require("mine")).toBe(1);
  expect(() => loader.require("typeorm")).toThrow(
    expect.objectContaining({ code: "PEER_MISSING", hint: "npm install typeorm" }),
  );
});

test("a file written after the loader was made is loaded", async () => {
  const folder = project({ "main.ts": "export const a = 1;" });
  const loader = createLoader(folder);
  await loader.load("main.ts");
  write(folder, { "migrations/one.ts": 'import { a } from "../main"; export const revision = "x" + a;' });
  expect(await loader.load(join(folder, "migrations/one.ts"))).toMatchObject({ revision: "x1" });
});
