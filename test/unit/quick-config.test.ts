import { describe, expect, test } from "vitest";
import { namesNoSchema, quickConfig } from "../../src/load/quick-config.ts";

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

describe("the text of the data source shows that it names no schema", () => {
  test.each([
    ["an object", "export default new DataSource({ type: 'postgres', entities: [Mall] });"],
    ["what a function makes", "export const createDataSource = () => new DataSource({ type: 'postgres' });"],
    ["a spread in a comment", "export default new DataSource({ type: 'postgres' /* ...more */ });"],
  ])("%s", (_, text) => expect(namesNoSchema(text)).toBe(true));

  test.each([
    ["the key", "export default new DataSource({ type: 'postgres', schema: process.env.MALL });"],
    ["a word in quotes", `export default new DataSource({ type: "postgres", ["schema"]: "app" });`],
    ["a short key", "const schema = env(); export default new DataSource({ type: 'postgres', schema });"],
    ["a spread", "export default new DataSource({ type: 'postgres', ...shared });"],
    ["options from elsewhere", `import { options } from "./options"; export default new DataSource(options);`],
    ["options alone", "export const options = { type: 'postgres' };"],
    ["another maker", "export default createDataSource({ type: 'postgres' });"],
    ["two data sources", "export const a = new DataSource({}); export const b = new DataSource(more);"],
    ["nothing", ""],
  ])("or it may name one: %s", (_, text) => expect(namesNoSchema(text)).toBe(false));
});
