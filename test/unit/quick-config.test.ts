import { expect, test } from "vitest";
import { quickConfig } from "../../src/load/quick-config.ts";

const HEAD = `import { DataSource } from "typeorm";
import { defineConfig } from "typeorm-remodel";

export default new DataSource({ type: "postgres", url: process.env.DATABASE_URL }); // "remodel"
`;

test.each([
  ["none", "", {}],
  [
    "a call",
    `export const remodel = defineConfig({ migrations: "db/revisions", lockTimeout: 2_000 });`,
    { migrations: "db/revisions", lockTimeout: 2000 },
  ],
  [
    "an object over several lines",
    `export const remodel: Config = {\n  // all of it }\n  exclude: ["a)", 'b*'], /* } */\n};\n`,
    { exclude: ["a)", "b*"] },
  ],
  [
    "one in a comment beside the real one",
    `// export const remodel = defineConfig({});\nexport const remodel = defineConfig({ url: "pglite:db" });`,
    undefined,
  ],
  ["only one in a comment", `/* export const remodel = { migrations: "old" } */`, undefined],
])("the configuration is read without running the file: %s", (_, text, config) => {
  expect(quickConfig(HEAD + text)).toEqual(config);
});

test.each([
  ["a variable", `const folder = "m";\nexport const remodel = defineConfig({ migrations: folder });`],
  ["the environment", "export const remodel = defineConfig({ url: process.env.URL });"],
  ["a template with something in it", `export const remodel = { migrations: \`\${__dirname}/m\` };`],
  ["another name", "const remodel = {};\nexport { remodel };"],
  ["another file", `export { remodel } from "./config.ts";`],
  ["whatever another file exports", `export * from "./config.ts";`],
  ["CommonJS", `module.exports = require("./config");`],
  ["TypeScript in it", `export const remodel = defineConfig({ migrations: "m" as string });`],
  ["a key that does not exist", `export const remodel = defineConfig({ migration: "m" });`],
  ["a function", `export const remodel = defineConfig({ migrations: () => "m" });`],
  [
    "text that only looks like a string",
    `const odd = /"/; export const remodel = { migrations: "m" }; const other = /"/;`,
  ],
])("the file has to be run for %s", (_, text) => {
  expect(quickConfig(HEAD + text)).toBeUndefined();
});
