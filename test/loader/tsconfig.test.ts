import { expect, test } from "vitest";
import { createLoader } from "../../src/load/load.ts";
import { project } from "./fixture.ts";

const load = (files: Readonly<Record<string, string>>) => createLoader(project(files)).load("main.ts");
const config = (compilerOptions: object, more: object = {}) => JSON.stringify({ compilerOptions, ...more });

test.each<[what: string, name: string, tsconfig: object, hint: RegExp]>([
  ["without paths", "@/shop", {}, /"paths"/],
  ["with paths that lead elsewhere", "@/shop", { paths: { "@/*": ["./src/*"] } }, /"paths"/],
  ["whose scope could be a package's", "@app/shop", { paths: { "@app/*": ["./src/*"] } }, /"paths"/],
  ["without a star", "shop", { paths: { shop: ["./src/shop"] } }, /"paths"/],
  ["with a tilde", "~/shop", {}, /"paths"/],
  ["with a dollar", "$lib/shop", {}, /"paths"/],
  ["of the package", "#shop", {}, /package\.json/],
  ["that is a folder of the project", "models/shop", {}, /"baseUrl"/],
])("an alias that leads nowhere is no package that is missing: %s", async (_what, name, options, hint) => {
  const files = { "tsconfig.json": config(options), "models/mall.ts": "", "main.ts": `import "${name}"; export {};` };
  await expect(load(files)).rejects.toMatchObject({
    code: "MODULE_INVALID",
    message: expect.stringMatching(`main\\.ts imports "${name.replace("$", "\\$")}", but there is no such file\\.$`),
    hint: expect.stringMatching(hint),
  });
});

test("a package that is missing is told as one", async () => {
  const files = { "tsconfig.json": config({ paths: { "*": ["./types/*"] } }), "main.ts": 'import "@acme/shop/deep";' };
  await expect(load(files)).rejects.toMatchObject({ code: "PEER_MISSING", hint: "npm install @acme/shop" });
});

const MAIN = 'import { a } from "@/a"; import { b } from "@/b"; export const all = [a, b];';
const SOURCES = { "main.ts": MAIN, "one/a.ts": "export const a = 1;", "two/b.ts": "export const b = 2;" };
const TWO = {
  ...SOURCES,
  "one/tsconfig.json": config({ paths: { "@/*": ["./*"] } }),
  "two/tsconfig.lib.json": config({ paths: { "@/*": ["./*"] } }, { references: [{ path: "../one" }] }),
};

test.each<[what: string, references: object]>([
  ["to a folder and a file", { files: [], references: [{ path: "./one" }, { path: "./two/tsconfig.lib.json" }] }],
  ["through another project", { files: [], references: [{ path: "./two/tsconfig.lib.json" }] }],
  ["to what does not exist too", { references: [{ path: "./none" }, {}, { path: "./two/tsconfig.lib.json" }] }],
  ["in a circle", { references: [{ path: "." }, { path: "./two/tsconfig.lib.json" }] }],
])("paths of the projects that tsconfig.json refers to are followed: %s", async (_what, references) => {
  expect(await load({ ...TWO, "tsconfig.json": JSON.stringify(references) })).toEqual({ all: [1, 2] });
});

test("paths of its own go before those of others", async () => {
  const own = { references: [{ path: "./one" }] };
  const files = {
    ...TWO,
    "own/a.ts": "export const a = 0;",
    "own/b.ts": "export const b = 0;",
    "tsconfig.json": config({ paths: { "@/*": ["./own/*"] } }, own),
  };
  expect(await load(files)).toEqual({ all: [0, 0] });
});

test.each(["./base.json", "@acme/tsconfig", "@tsconfig/node20/tsconfig.json", "../none"])(
  "a base that is not there, %s, stops nothing",
  async (base) => {
    const bases = config({ paths: { "@/*": ["./one/*", "./two/*"] } }, { extends: [base] });
    expect(await load({ ...SOURCES, "tsconfig.json": bases })).toEqual({ all: [1, 2] });
  },
);

test.each(["{", '{ "extends": "./tsconfig.json" }'])(
  "a tsconfig.json that makes no sense is told: %s",
  async (text) => {
    await expect(load({ ...SOURCES, "tsconfig.json": text })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      hint: expect.stringMatching("Correct"),
    });
  },
);
