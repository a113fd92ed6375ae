import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createLoader } from "../../src/load/load.ts";
import { project, write } from "./fixture.ts";

const USER = `import { Column } from "typeorm"; import { T } from "./t"; export class A { @Column() x: T; @Column() y: string; }`;

async function typeIn(folder: string): Promise<string> {
  const { A } = (await createLoader(folder).load("a.ts")) as { A: new () => object };
  return String((Reflect.getMetadata("design:type", A.prototype, "x") as { name: string } | undefined)?.name);
}

test.each<[string, Record<string, string>, Record<string, string>, string, string]>([
  ["an enum", { "t.ts": 'export enum T { X = "x" }' }, { "t.ts": "export enum T { X }" }, "String", "Number"],
  ["an alias", { "t.ts": "export type T = string;" }, { "t.ts": "export type T = number;" }, "String", "Number"],
  [
    "a class that became an interface",
    { "t.ts": "export class T {}" },
    { "t.ts": "export interface T {}" },
    "T",
    "Object",
  ],
  [
    "an interface that became a class",
    { "t.ts": "export interface T {}" },
    { "t.ts": "export class T {}" },
    "Object",
    "T",
  ],
  [
    "an enum behind two indexes",
    { "t.ts": 'export * from "./u";', "u.ts": 'export { V as T } from "./v";', "v.ts": 'export enum V { X = "x" }' },
    { "v.ts": "export enum V { X }" },
    "String",
    "Number",
  ],
  [
    "a property's type, through an alias",
    { "t.ts": 'import { B } from "./b"; export type T = B["id"];', "b.ts": "export class B { id: string }" },
    { "b.ts": "export class B { id: number }" },
    "String",
    "Number",
  ],
  [
    "a property's type, through an alias beside the class",
    { "t.ts": "export class B { id: string } export type T = B['id'];" },
    { "t.ts": "export class B { id: number } export type T = B['id'];" },
    "String",
    "Number",
  ],
  [
    "a property's type, through an interface in between",
    {
      "t.ts": 'import type { I } from "./i"; export type T = I["b"]["id"];',
      "i.ts": 'import { B } from "./b"; export interface I { b: B }',
      "b.ts": "export class B { id: string }",
    },
    { "b.ts": "export class B { id: number }" },
    "String",
    "Number",
  ],
  [
    "a property's type, through an interface that extends the class",
    {
      "t.ts": "import { B } from './b'; interface I extends B {} export type T = I['id'];",
      "b.ts": "export class B { id: string }",
    },
    { "b.ts": "export class B { id: number }" },
    "String",
    "Number",
  ],
  [
    "a property's type, through a generic alias",
    {
      "t.ts": "import { B } from './b'; import { IdOf } from './g'; export type T = IdOf<B>;",
      "g.ts": "export type IdOf<E> = E extends { id: infer I } ? I : never;",
      "b.ts": "export class B { id: string }",
    },
    { "b.ts": "export class B { id: number }" },
    "String",
    "Number",
  ],
  [
    "a constant's values",
    { "t.ts": 'export const T = { a: "a" } as const; export type T = (typeof T)[keyof typeof T];' },
    { "t.ts": "export const T = { a: 1 } as const; export type T = (typeof T)[keyof typeof T];" },
    "String",
    "Number",
  ],
  [
    "a global name",
    {
      "t.ts": "export type T = Everywhere; import './g';",
      "g.ts": "export {}; declare global { type Everywhere = string }",
    },
    { "g.ts": "export {}; declare global { type Everywhere = number }" },
    "String",
    "Number",
  ],
  [
    "a property's type, through a global name",
    {
      "a.ts": `${USER} import "./m";`,
      "m.ts": 'import "./g"; export class M {}',
      "t.ts": "export type T = Everywhere;",
      "g.ts": "import type { B } from './b'; declare global { type Everywhere = B['id'] }",
      "b.ts": "export class B { id: string }",
    },
    { "b.ts": "export class B { id: number }" },
    "String",
    "Number",
  ],
  [
    "a name of a library that is global too",
    {
      "a.ts": `${USER} import "./m";`,
      "m.ts": 'import "./l"; export class M {}',
      "t.ts": "export type T = Lib.Id;",
      "l.d.ts": "export as namespace Lib; export type Id = string;",
    },
    { "l.d.ts": "export as namespace Lib; export type Id = number;" },
    "String",
    "Number",
  ],
  [
    "a property's type, through an import in a type",
    { "t.ts": "export type T = import('./b').B['id'];", "b.ts": "export class B { id: string }" },
    { "b.ts": "export class B { id: number }" },
    "String",
    "Number",
  ],
  [
    "a property's type, through an import of CommonJS",
    { "t.ts": "import b = require('./b'); export type T = b.B['id'];", "b.ts": "export class B { id: string }" },
    { "b.ts": "export class B { id: number }" },
    "String",
    "Number",
  ],
  [
    "a property's type, through a type parameter of the class itself",
    {
      "a.ts": USER.replace("class A", "class A<K extends T['id']>").replace("x: T", "x: K"),
      "t.ts": "export class T { id: string }",
    },
    { "t.ts": "export class T { id: number }" },
    "String",
    "Number",
  ],
  [
    "a property's type, through a type inside of a method",
    {
      "a.ts": `import { Column } from "typeorm"; import { T } from "./t";
        class Maker { static make() { type I = T["id"]; class A { @Column() x: I; } return A; } } export const A = Maker.make();`,
      "t.ts": "export class T { id: string }",
    },
    { "t.ts": "export class T { id: number }" },
    "String",
    "Number",
  ],
  [
    "a static property, which is the value of a type's name",
    {
      "t.ts": "import { B } from './b'; export const T = B.kind; export interface T {}",
      "b.ts": "export class B { static kind = class T {}; }",
    },
    { "b.ts": "export class B { static kind = {}; }" },
    "T",
    "Object",
  ],
  [
    "two classes that nothing can be at once",
    {
      "t.ts": "import { B } from './b'; import { C } from './c'; export type T = string | (B & C);",
      "b.ts": "export class B { kind: 'b' }",
      "c.ts": "export class C { kind: 'c'; other: string }",
    },
    { "c.ts": "export class C { kind: 'b'; other: string }" },
    "String",
    "Object",
  ],
  [
    "a class that can be called, through its base",
    {
      "t.ts": "import { B } from './b'; export type T = B;",
      "b.ts": "import { Base } from './c'; export class B extends Base {}",
      "c.ts": "export interface Call { (): void } export const Base = Object as unknown as new () => Call;",
    },
    { "c.ts": "export interface Call { a: 1 } export const Base = Object as unknown as new () => Call;" },
    "Function",
    "Object",
  ],
  [
    "a class that nothing can be made of, since it says no type for its base",
    { "t.ts": "import { B } from './b'; export class T extends B {}", "b.ts": "export class B {}" },
    { "b.ts": "export class B<E> { e: E }" },
    "T",
    "Object",
  ],
  [
    "an enum behind an import with a comment in it",
    {
      "a.ts": `${USER.replace('"./t"', '/* the type */ "./t"')} import "./m";`,
      "m.ts": 'import "./t"; export class M {}',
      "t.ts": 'export enum T { X = "x" }',
    },
    { "t.ts": "export enum T { X }" },
    "String",
    "Number",
  ],
  [
    "an enum in a file with a quote in its name",
    { "a.ts": USER.replace("./t", "./it's"), "it's.ts": 'export enum T { X = "x" }' },
    { "it's.ts": "export enum T { X }" },
    "String",
    "Number",
  ],
  [
    "what two aliases mean",
    {
      "tsconfig.json": '{ "compilerOptions": { "paths": { "@t": ["./t.ts"], "@u": ["./u.ts"] } } }',
      "a.ts": `${USER.replace("./t", "@t")} import "@u";`,
      "t.ts": "export type T = string;",
      "u.ts": "export type T = number;",
    },
    { "tsconfig.json": '{ "compilerOptions": { "paths": { "@t": ["./u.ts"], "@u": ["./t.ts"] } } }' },
    "String",
    "Number",
  ],
])("a change of %s is seen by the file that uses it", async (_, files, change, before, after) => {
  const folder = project({ "a.ts": USER, ...files });
  expect(await typeIn(folder)).toBe(before);
  write(folder, change);
  expect(await typeIn(folder)).toBe(after);
  expect(await typeIn(folder)).toBe(after);
});

test("a changed class recompiles itself and not those that refer to it", async () => {
  const folder = project({ "a.ts": USER, "t.ts": "export class T { a = 1 }" });
  const cache = join(folder, "node_modules/.cache/typeorm-remodel");
  const kept = () => {
    const name = readdirSync(cache).find((file) => !file.endsWith(".map.json")) as string;
    const { outputs } = JSON.parse(readFileSync(join(cache, name), "utf8")) as {
      outputs: Record<string, { fingerprint: string }>;
    };
    return ["a.ts", "t.ts"].map((file) => outputs[join(folder, file)]?.fingerprint);
  };
  await typeIn(folder);
  const [a, t] = kept();
  write(folder, { "t.ts": "export class T { a = 2; b: string }" });
  await typeIn(folder);
  expect(kept()[0]).toBe(a);
  expect(kept()[1]).not.toBe(t);
});

test("a mistake in between costs nothing of what was kept", async () => {
  const folder = project({ "a.ts": USER, "t.ts": "export class T {}" });
  await typeIn(folder);
  const cache = join(folder, "node_modules/.cache/typeorm-remodel");
  const before = readdirSync(cache).map((name) => readFileSync(join(cache, name), "utf8"));
  write(folder, { "t.ts": "export class T {" });
  await expect(typeIn(folder)).rejects.toMatchObject({ code: "MODULE_INVALID" });
  expect(readdirSync(cache).map((name) => readFileSync(join(cache, name), "utf8"))).toEqual(before);
});

test("a new file that takes an import over is seen", async () => {
  const folder = project({ "a.ts": USER, "t/index.ts": "export type T = string;" });
  expect(await typeIn(folder)).toBe("String");
  write(folder, { "t.ts": "export type T = number;" });
  expect(await typeIn(folder)).toBe("Number");
});

/** What a file may have besides a class that uses the type T of the next file. */
const TYPES: readonly ((next: string) => string)[] = [
  () => "export class T { id: string }",
  () => "export class T { id: number; other: string }",
  () => 'export enum T { X = "x" }',
  () => "export enum T { X }",
  () => "export type T = string;",
  () => "export type T = Everywhere;",
  () => "export interface T { id: string }",
  () => 'export const T = { a: "a" } as const; export type T = (typeof T)[keyof typeof T];',
  (next) => `export { T } from "${next}";`,
  (next) => `export * from "${next}";`,
  (next) => `export type { T } from "${next}";`,
  (next) => `import { T as U } from "${next}"; export class T extends U {}`,
  (next) => `import { T as U } from "${next}"; export type T = U["id"];`,
  (next) => `import { T as U } from "${next}"; interface I extends U {} export type T = I["id"];`,
  (next) => `import type { T as U } from "${next}"; export type T<E = U> = E extends { id: infer I } ? I : never;`,
  () => "export type T = number; declare global { type Everywhere = string }",
  () => "export type T = Date; declare global { type Everywhere = number }",
  (next) => `import { T as U } from "${next}"; export type T = string; declare global { type Everywhere = U["id"] }`,
  (next) => `export type T = import("${next}").T["id"];`,
  (next) => `import next = require("${next}"); export type T = next.T["id"];`,
  (next) => `import { T as U } from /* the next */ "${next}"; export type T = string | (U & { id: "a" });`,
  (next) => `import { T as U } from "${next}"; export const T = Object(U).id; export interface T { id: string }`,
  (next) => `import { T as U } from "${next}"; export class T<E extends U["id"]> { @Column() id: E }`,
  (next) => `import type { T as U } from "${next}"; export class T { @Column() u: U; @Column() id: string }`,
  (next) =>
    `import * as next from "${next}"; export { next }; export namespace T { export type id = next.T } export class T {}`,
  (next) =>
    `import { T as U } from "${next}"; export default abstract class { u: U } export abstract class T { id: U["id"] }`,
  (next) =>
    `import { T as U } from "${next}"; export const T = (() => { type I = U["id"]; class T { @Column() id: I } return T; })(); export type T = InstanceType<typeof T>;`,
  () => "export const enum T { X = 1 } export type Id = Everywhere;",
  (next) => `import { T as U } from "${next}"; export enum T { X = Object(U).X }`,
  (next) => `declare module "${next}" { interface T { other: string } } export interface T { id: string }`,
];
const NAMES = ["a", "b", "c", "d"];

function fileOf(at: number, type: number): Record<string, string> {
  const next = `./${NAMES[(at + 1) % NAMES.length]}`;
  const uses = `import { Column } from "typeorm"; import { T as Used } from "${next}"; export class Uses { @Column() x: Used; @Column() y: string; }`;
  return { [`${NAMES[at]}.ts`]: `${uses}\n${TYPES[type]?.(next)}` };
}

/** Compiles all files with what the cache has, keeps them, and returns what was made of them. */
async function compileAll(folder: string): Promise<readonly string[]> {
  const loader = createLoader(folder);
  // Files that import each other in a circle may fail when they run. They were compiled then.
  await loader.load("index.ts").catch(() => undefined);
  return createLoader(folder)
    .emit([join(folder, "index.ts")], (file) => file)
    .map(({ text }) => text);
}

test("after any edits, all files have the JavaScript that they have without a cache", async () => {
  const at = fc.nat({ max: NAMES.length - 1 });
  const type = fc.nat({ max: TYPES.length - 1 });
  const given = fc.tuple(
    fc.tuple(type, type, type, type),
    fc.array(fc.tuple(at, type), { minLength: 3, maxLength: 6 }),
  );
  await fc.assert(
    fc.asyncProperty(given, async ([first, edits]) => {
      const index = { "index.ts": NAMES.map((name) => `import "./${name}";`).join("\n") };
      const folder = project({ ...index, ...Object.assign({}, ...first.map((one, place) => fileOf(place, one))) });
      await compileAll(folder);
      for (const [place, one] of edits) {
        write(folder, fileOf(place, one));
        const kept = await compileAll(folder);
        rmSync(join(folder, "node_modules/.cache"), { recursive: true });
        expect(kept).toEqual(await compileAll(folder));
      }
    }),
    { numRuns: 15 },
  );
});
