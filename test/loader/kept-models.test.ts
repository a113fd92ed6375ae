import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { Module } from "node:module";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { type Models, readModels } from "../../src/read/models.ts";
import type { ServerInfo } from "../../src/read/server-info.ts";
import { openProject } from "../../src/state/project-files.ts";
import { endTimings, startTimings } from "../../src/timings.ts";
import { copyEnvironment, project, write } from "./fixture.ts";

const SERVER: ServerInfo = { version: 180000, database: "mall", schema: "public", path: ["public"] };
const BEFORE = copyEnvironment();

afterEach(endTimings);

const SHOP = `import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Floor } from "./floor";
@Entity()
export class Shop {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: "enum", enum: Floor }) floor: Floor;
}
`;
const DATA_SOURCE = `import { readFileSync } from "node:fs";
import { join } from "node:path";
import prefix from "prefix";
import { DataSource } from "typeorm";
const { schema } = JSON.parse(readFileSync(join(__dirname, "settings.json"), "utf8"));
export default new DataSource({
  type: "postgres",
  url: process.env.MALL_URL ?? "postgres://nobody@localhost/mall",
  entityPrefix: (process.env.MALL_PREFIX ?? "") + prefix,
  schema,
  entities: [join(__dirname, "models/*.ts")],
});
`;
const FILES = {
  "data-source.ts": DATA_SOURCE,
  "settings.json": "{}",
  "models/shop.ts": SHOP,
  "node_modules/prefix/package.json": JSON.stringify({ version: "1.0.0", main: "index.js" }),
  "node_modules/prefix/index.js": 'module.exports = "";\n',
  "models/floor.ts": 'export enum Floor { Ground = "ground", First = "first" }\n',
};

/** A package that asks what time it is when it is called, and one that takes chance when it is loaded. */
const PACKAGES = {
  "node_modules/clock/package.json": JSON.stringify({ version: "1.0.0", main: "index.js" }),
  "node_modules/clock/index.js": "module.exports = () => String(Date.now());\n",
  "node_modules/chance/package.json": JSON.stringify({ version: "1.0.0", main: "index.js" }),
  "node_modules/chance/index.js": "module.exports = String(Math.random());\n",
};

/** What a command would get, and why it was not what an earlier one has kept. */
interface Read {
  readonly models: Models;
  readonly options: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

/** As in a process of its own: Node keeps the packages that it has loaded. */
async function read(folder: string, fresh = false): Promise<Read> {
  const packages: Record<string, unknown> = Object(Module)._cache;
  for (const file of Object.keys(packages)) if (file.startsWith(folder)) delete packages[file];
  startTimings(() => ({ wall: 0, processor: 0 }));
  const files = await openProject({ cwd: folder, fresh });
  const options = await files.options();
  const models = await files.keeper.keep(["models"], async () => async () => readModels(await files.project(), SERVER));
  return { models, options, notes: endTimings()?.notes ?? [] };
}

const rewrite = (folder: string, path: string, change: (text: string) => string) =>
  existsSync(join(folder, path)) && writeFileSync(join(folder, path), change(readFileSync(join(folder, path), "utf8")));

/** Reads twice, the second time from what is kept. */
async function readTwice(files: Readonly<Record<string, string>>) {
  const folder = project({ ...FILES, ...files });
  const first = await read(folder);
  return { folder, first, second: await read(folder) };
}

function expectFresh(found: Read, fresh: Read): void {
  expect(found.models).toEqual(fresh.models);
  expect(found.options).toEqual(fresh.options);
}

describe("models are read once", () => {
  test("and found again, without a word about them", async () => {
    const { first, second } = await readTwice({});
    expect(first.notes).toEqual(["The options were read, and are kept.", "The models were read, and are kept."]);
    expect(second).toEqual({ ...first, notes: [] });
  });

  test("--fresh reads them all the same", async () => {
    const { folder, first } = await readTwice({});
    expect(await read(folder, true)).toEqual(first);
  });

  test("nothing of them can be read in the cache", async () => {
    process.env["MALL_URL"] = "postgres://mall:kept-secret@localhost/mall";
    const { folder, second } = await readTwice({});
    expect(second.options["url"]).toBe("postgres://mall:kept-secret@localhost/mall");
    const home = join(folder, "node_modules/.cache/typeorm-remodel");
    const texts = readdirSync(home).map((name) => readFileSync(join(home, name), "utf8"));
    expect(texts.join()).not.toMatch(/kept-secret|"ground"/);
  });

  test("also with a column of a date, where the data source imports the entity", async () => {
    const { first, second } = await readTwice({
      "models/shop.ts": SHOP.replace("@Column(", "@Column() at: Date;\n  @Column("),
      "data-source.ts": DATA_SOURCE.replace("[join(", "[Shop, join(").replace(
        /^/,
        'import { Shop } from "./models/shop";\n',
      ),
    });
    expect(second).toEqual({ ...first, notes: [] });
  });

  test.each<[what: string, damage: (text: string) => string]>([
    ["is cut off", (text) => text.slice(0, -20)],
    ["is empty", () => ""],
    ["has an empty result", (text) => text.replace(/"sealed":"[^"]*"/, '"sealed":""')],
    ["has the half of a result", (text) => text.replace(/"sealed":"([^"]{40})[^"]*"/, '"sealed":"$1"')],
    ["has a question that is none", (text) => text.replace('"questions":[', '"questions":["null","{",')],
  ])("again, if a file of the cache %s", async (_, damage) => {
    const { folder, first } = await readTwice({});
    const home = join(folder, "node_modules/.cache/typeorm-remodel");
    for (const name of readdirSync(home)) rewrite(home, name, damage);
    expect((await read(folder)).models).toEqual(first.models);
  });

  test("a variable that the code sets is set without the code", async () => {
    const files = { "data-source.ts": `process.env.MALL_PASSWORD ??= "from the code";\n${DATA_SOURCE}` };
    const { folder } = await readTwice(files);
    expect(process.env["MALL_PASSWORD"]).toBe("from the code");
    process.env = { ...BEFORE, MALL_PASSWORD: "from outside" };
    await read(folder);
    expect(process.env["MALL_PASSWORD"]).toBe("from outside");
  });
});

describe("what cannot be read again is not kept", () => {
  const withDefault = (value: string, top = "") => ({
    "models/shop.ts": `${top}${SHOP.replace("@Column(", `@Column({ default: ${value} }) note: string;\n  @Column(`)}`,
  });

  test.each([
    ["the clock", "String(Date.now())", ""],
    ["the clock", "new Date().toISOString()", ""],
    ["the clock", "String(performance.now())", ""],
    ["chance", "String(Math.random())", ""],
    ["chance", "randomUUID()", 'import { randomUUID } from "node:crypto";\n'],
    ["another process", 'execSync("date").toString()', 'import { execSync } from "node:child_process";\n'],
    ["the machine", "String(cpus().length)", 'import { cpus } from "node:os";\n'],
    ["the clock", "now()", 'import now from "clock";\n'],
    ["chance", "value", 'import value from "chance";\n'],
    ["the arguments of the command", "process.argv.join()", ""],
    ["the size or the time of a file", "String(statSync(__filename).mtimeMs)", 'import { statSync } from "node:fs";\n'],
    [
      "a file in a way that is not observed",
      "String(opendirSync(__dirname).closeSync())",
      'import { opendirSync } from "node:fs";\n',
    ],
  ])("%s: %s", async (what, value, top) => {
    const { second } = await readTwice({ ...PACKAGES, ...withDefault(value, top) });
    const notes = second.notes.filter((note) => note.startsWith("The models"));
    expect(notes).toEqual([
      expect.stringMatching(`^The models were read. They cannot be kept: .* uses ${what}: .*shop.ts`),
    ]);
  });

  test("a password that a function returns", async () => {
    const files = { "data-source.ts": DATA_SOURCE.replace("  schema,", '  schema, password: async () => "x",') };
    const { second } = await readTwice(files);
    expect(second.notes).toEqual(["The options were read. They cannot be kept: they are no plain data."]);
    expect(second.options["password"]).toBeTypeOf("function");
  });

  test("the clock in the constructor of an entity is in no result", async () => {
    const { second } = await readTwice({
      "models/shop.ts": SHOP.replace("@Column(", "@Column() at: Date = new Date();\n  @Column("),
    });
    expect(second.notes).toEqual([]);
  });
});

/** Changes of a project, each of which may change what is read. */
type Edit = readonly [what: string, change: (folder: string, number: number) => unknown];

const EDITS: readonly Edit[] = [
  ["nothing", () => undefined],
  ["a variable of the environment", (_, number) => Object.assign(process.env, { MALL_PREFIX: `p${number}_` })],
  ["a variable that goes", () => void delete process.env["MALL_PREFIX"]],
  ["a variable that nothing reads", (_, number) => Object.assign(process.env, { MALL_OTHER: number })],
  ["the URL", (_, number) => Object.assign(process.env, { MALL_URL: `postgres://u${number}@localhost/mall` })],
  [
    "a column more",
    (folder, number) =>
      rewrite(folder, "models/shop.ts", (text) =>
        text.replace("@Column(", `@Column() c${number}: string;\n  @Column(`),
      ),
  ],
  [
    "a value of an enum",
    (folder, number) =>
      rewrite(folder, "models/floor.ts", (text) =>
        text.replace("enum Floor {", `enum Floor { F${number} = "f${number}",`),
      ),
  ],
  [
    "an entity more",
    (folder, number) =>
      write(folder, { [`models/mall-${number}.ts`]: SHOP.replace("class Shop", `class Mall${number}`) }),
  ],
  [
    "an entity less",
    (folder) => {
      const [name] = readdirSync(join(folder, "models")).filter((one) => one.startsWith("mall"));
      if (name !== undefined) rmSync(join(folder, "models", name));
    },
  ],
  [
    "an entity that the pattern does not match",
    (folder, number) =>
      write(folder, { [`others/mall-${number}.ts`]: SHOP.replace("class Shop", `class Other${number}`) }),
  ],
  [
    "a file that comes before another",
    (folder) => {
      if (existsSync(join(folder, "models/floor"))) return;
      mkdirSync(join(folder, "models/floor"));
      rmSync(join(folder, "models/floor.ts"));
      write(folder, { "models/floor/index.ts": 'export enum Floor { Only = "only" }\n' });
    },
  ],
  [
    "a file that comes back",
    (folder) => write(folder, { "models/floor.ts": 'export enum Floor { Ground = "ground", First = "first" }\n' }),
  ],
  ["an option", (folder, number) => write(folder, { "settings.json": JSON.stringify({ schema: `s${number}` }) })],
  [
    "the options of the compiler",
    (folder, number) =>
      write(folder, { "tsconfig.json": JSON.stringify({ compilerOptions: { strict: number % 2 === 0 } }) }),
  ],
  ["the time of a file", (folder, number) => utimesSync(join(folder, "models/shop.ts"), number, number)],
  [
    "a package",
    (folder, number) =>
      write(folder, {
        "node_modules/prefix/package.json": JSON.stringify({ version: `1.0.${number}`, main: "index.js" }),
        "node_modules/prefix/index.js": `module.exports = "v${"x".repeat(number % 7)}";\n`,
      }),
  ],
];

test("after any edits, what is found is what a fresh reading gives", async () => {
  const runs = Number(process.env["REMODEL_PROPERTY_RUNS"] ?? 2);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: EDITS.length - 1 }), { minLength: 6, maxLength: 9 }), async (list) => {
      process.env = { ...BEFORE };
      const folder = project(FILES);
      for (const [number, at] of list.entries()) {
        EDITS[at]?.[1](folder, number);
        expectFresh(await read(folder), await read(folder, true));
      }
    }),
    { numRuns: runs, seed: 18 },
  );
});

test.each(EDITS)("after an edit: %s", async (_, change) => {
  const folder = project(FILES);
  await read(folder);
  change(folder, 3);
  expectFresh(await read(folder), await read(folder, true));
});
