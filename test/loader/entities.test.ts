import { expect, test } from "vitest";
import { loadProject, resolveEntities } from "../../src/load/load.ts";
import { ESM, project } from "./fixture.ts";

const MODELS = {
  "models/shop.entity.ts": `
    import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
    import { Mall } from "./mall.entity";
    @Entity() export class Shop { @PrimaryGeneratedColumn() id: number; @Column() name: string; @ManyToOne(() => Mall) mall: Mall; }`,
  "models/mall.entity.ts": `
    import { Entity, OneToMany, PrimaryGeneratedColumn } from "typeorm";
    import { Shop } from "./shop.entity";
    @Entity() export class Mall { @PrimaryGeneratedColumn() id: number; @OneToMany(() => Shop, (shop) => shop.mall) shops: Shop[]; }`,
};

async function names(entities: string, files: Record<string, string> = {}, more = ""): Promise<unknown[]> {
  const text = `
    import { DataSource, EntitySchema } from "typeorm"; import { Shop } from "./models/shop.entity"; import * as all from "./models/shop.entity";
    export default new DataSource({ type: "postgres", entities: ${entities} as any, ${more} }); void [Shop, all, EntitySchema];`;
  const found = await loadProject({ folder: project({ ...MODELS, "ormconfig.ts": text, ...files }) });
  const entitiesFound = await resolveEntities(found);
  return entitiesFound.map((item) =>
    typeof item === "function" ? item.name : (item as { options: { name: string } }).options.name,
  );
}

test.each([
  ["classes", "[Shop]", ["Shop"]],
  ["an object of them", "all", ["Shop"]],
  ["a glob from __dirname", '[__dirname + "/models/*{.ts,.js}"]', ["Mall", "Shop"]],
  ["a glob over a parent", '[__dirname + "/models/../**/*.entity.ts"]', ["Mall", "Shop"]],
  ["a relative glob", '["models/**/*.ts"]', ["Mall", "Shop"]],
  ["one that starts with ./", '["./models/*.entity.ts"]', ["Mall", "Shop"]],
  ["a folder", '["models"]', ["Mall", "Shop"]],
  ["a file", '["models/mall.entity.ts"]', ["Mall"]],
  ["an object of patterns", '{ a: "models/mall*.ts", b: Shop }', ["Shop", "Mall"]],
  ["both, each class once", '[Shop, "models/*.ts", "models/shop*"]', ["Shop", "Mall"]],
  ["a schema", '[new EntitySchema({ name: "S", columns: {} })]', ["S"]],
  ["arrays in arrays", "[[Shop]]", ["Shop"]],
])("entities are listed as %s", async (_, entities, expected) => {
  expect(await names(entities)).toEqual(expected);
});

test("import.meta.dirname in an ES module", async () => {
  expect(await names('[import.meta.dirname + "/models/*.ts"]', ESM)).toEqual(["Mall", "Shop"]);
});

test("what a file exports: functions and schemas, also inside arrays and objects", async () => {
  const file = `
    import { DataSource, EntitySchema } from "typeorm";
    class Inner {} class Deep {}
    export const list = [Inner, { deep: Deep }]; export const schema = new EntitySchema({ name: "S", columns: {} });
    export const circle: any = { number: 1, nothing: null }; circle.circle = circle;
    export const other = new DataSource({ type: "postgres" }); export enum E { A }
    export default class Main {}`;
  expect(await names('["more.ts"]', { "more.ts": file })).toEqual(["Inner", "Deep", "S", "Main"]);
});

test("compiled files are loaded if they are named", async () => {
  const dist = {
    "dist/a.js":
      '"use strict"; Object.defineProperty(exports, "__esModule", { value: true }); exports.A = void 0; const b_1 = require("./b"); class A { b = b_1.B } exports.A = A;',
    "dist/b.js": '"use strict"; exports.B = class B {};',
    "dist/b.d.ts": "export declare class B {}",
    "dist/b.js.map": "{}",
  };
  expect(await names('["dist/**/*.js"]', dist)).toEqual(["A", "B"]);
  expect(await names('["dist/**/*"]', dist)).toEqual(["A", "B"]);
});

test("of a compiled file beside its source only the source counts", async () => {
  expect(await names('["models/*{.ts,.js}"]', { "models/mall.entity.js": "exports.Mall = class Mall {};" })).toEqual([
    "Mall",
    "Shop",
  ]);
});

test("patterns are relative to the package, not to where we stand", async () => {
  const files = { "src/data-source.ts": 'export default { type: "postgres", entities: ["models/*.ts"] };', ...MODELS };
  const found = await loadProject({ folder: project(files) });
  expect(await resolveEntities(found)).toHaveLength(2);
});

test("folders may have any characters in their names, node_modules is left out", async () => {
  const files = {
    "app (new) [1]/ormconfig.ts": 'export default { type: "postgres", entities: [__dirname + "/**/*.entity.ts"] };',
    "app (new) [1]/a.entity.ts": "export class A {}",
    "app (new) [1]/node_modules/b/b.entity.ts": "export class B {}",
  };
  const found = await loadProject({ folder: project(files), dataSource: "app (new) [1]/ormconfig.ts" });
  expect(await resolveEntities(found)).toHaveLength(1);
});

test("patterns that match nothing, and no patterns", async () => {
  await expect(names('["nowhere/*.ts", "else/*.ts"]')).rejects.toMatchObject({
    code: "MODELS_EMPTY",
    message: expect.stringContaining("nowhere/*.ts, else/*.ts"),
  });
  await expect(names('["dist/**/*.js"]')).rejects.toMatchObject({ hint: expect.stringContaining("Build the project") });
  await expect(names("[]")).rejects.toMatchObject({ code: "MODELS_EMPTY" });
  await expect(names("undefined")).rejects.toMatchObject({ code: "MODELS_EMPTY" });
});

test("files that match but export no class are named", async () => {
  const empty = { "a.ts": "class A {} export const a = 1; void A;", "b.ts": "export type B = 1;" };
  await expect(names('["a.ts", "b.ts"]', empty)).rejects.toMatchObject({
    code: "MODELS_EMPTY",
    message: expect.stringMatching(
      /^No file of the entity list in .*ormconfig\.ts exports a class: .*a\.ts, .*b\.ts\.$/,
    ),
    hint: expect.stringMatching("@Entity"),
  });
});

test("subscribers and migrations are not loaded", async () => {
  const bad = { "bad.ts": 'throw new Error("loaded");' };
  expect(await names("[Shop]", bad, 'subscribers: ["bad.ts"], migrations: ["bad.ts"]')).toEqual(["Shop"]);
});

test("TypeORM computes its metadata from them, in CommonJS and ES-module projects", async () => {
  for (const kind of [{}, ESM]) {
    const files = {
      "ormconfig.ts": 'export default { type: "postgres", entities: ["models/*.ts"] };',
      ...MODELS,
      ...kind,
    };
    const found = await loadProject({ folder: project(files) });
    const typeorm = found.loader.require("typeorm") as typeof import("typeorm");
    const source = new typeorm.DataSource({
      type: "postgres",
      entities: (await resolveEntities(found)) as (new () => object)[],
    });
    await (source as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas();
    expect(source.getMetadata("Shop").columns.map(({ propertyName, type }) => [propertyName, type])).toEqual([
      ["id", Number],
      ["name", String],
      ["mall", Number],
    ]);
  }
});
