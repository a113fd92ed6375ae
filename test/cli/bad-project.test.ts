import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../src/errors.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { cliProject, expectRefused, type Files, MODULE, ORMCONFIG, SHOP } from "./support.ts";

interface Refusal {
  readonly what: string;
  readonly files: Files;
  readonly args?: readonly string[];
  readonly code: ErrorCode;
  readonly message: string | RegExp;
  readonly hint: string | RegExp;
}

const DATA_SOURCES: readonly Refusal[] = [
  {
    what: "no data source is found",
    files: MODULE,
    code: "CONFIG_NOT_FOUND",
    message: "Looked for ormconfig, data-source, src/data-source, src/ormconfig",
    hint: "remodel init",
  },
  {
    what: "the data source that was named does not exist",
    files: SHOP,
    args: ["current", "-d", "src/db.ts"],
    code: "CONFIG_NOT_FOUND",
    message: "There is no file src/db.ts.",
    hint: "--dataSource FILE",
  },
  {
    what: "there is no data source, and no folder of the name that was typed",
    files: MODULE,
    args: ["upgrade", "--migrations", "dist/remodle"],
    code: "HISTORY_EMPTY",
    message: /The migrations folder \S+dist\/remodle does not exist, and no data source was found/,
    hint: "--migrations DIR",
  },
  {
    what: "two data sources are exported",
    files: {
      ...MODULE,
      "ormconfig.ts": `import { DataSource } from "typeorm";
export const malls = new DataSource({ type: "postgres", entities: [] });
export const archive = new DataSource({ type: "postgres", entities: [] });
`,
    },
    code: "CONFIG_INVALID",
    message: "ormconfig.ts exports several data sources: malls and archive.",
    hint: "--dataSource",
  },
  {
    what: "nothing is exported",
    files: { ...MODULE, "ormconfig.ts": "export const port = 5432;\n" },
    code: "CONFIG_INVALID",
    message: "ormconfig.ts exports no TypeORM data source (it exports port).",
    hint: "export default new DataSource",
  },
  {
    what: "the data source throws",
    files: { ...MODULE, "ormconfig.ts": 'const vault = null;\nthrow new Error("The vault is locked.");\n' },
    code: "CONFIG_FAILED",
    message: /ormconfig\.ts:2.*The vault is locked\./,
    hint: "Correct that line",
  },
  {
    what: "the data source has a syntax error",
    files: { ...MODULE, "ormconfig.ts": "export default {\n  type: 'postgres',\n  entities: [,\n" },
    code: "MODULE_INVALID",
    message: /ormconfig\.ts:\d/,
    hint: /syntax/,
  },
  {
    what: "the options are of another database",
    files: { ...MODULE, "ormconfig.ts": 'export default { type: "mysql", entities: [] };\n' },
    code: "CONFIG_INVALID",
    message: 'The data source in ormconfig.ts has the type "mysql".',
    hint: 'Only "postgres" is supported.',
  },
  {
    what: "the DataSource is of another database, whose driver is not even installed",
    files: { ...MODULE, "ormconfig.ts": ORMCONFIG.replace('"postgres"', '"mysql"') },
    code: "CONFIG_INVALID",
    message: /ormconfig\.ts:3.* mysql/,
    hint: 'Only "postgres" is supported.',
  },
  {
    what: "the configuration has a key that does not exist",
    files: { ...SHOP, "ormconfig.ts": `${ORMCONFIG}export const remodel = { migration: "db" };\n` },
    code: "CONFIG_INVALID",
    message: 'no key "migration"',
    hint: "Known keys: migrations",
  },
  {
    what: "the configuration has a value of the wrong type",
    files: { ...SHOP, "ormconfig.ts": `${ORMCONFIG}export const remodel = { lockTimeout: "long" };\n` },
    code: "CONFIG_INVALID",
    message: '"lockTimeout" cannot be "long"',
    hint: "Write a whole number, 0 or more.",
  },
];

describe("a data source is refused where", () => {
  for (const { what, files, args = ["current"], code, message, hint } of DATA_SOURCES)
    it(what, async () => {
      const project = cliProject(files);
      expectRefused(await project.run(...args), code, message, hint);
      expect(project.files()).toEqual(files);
    });

  for (const name of ["typeorm", "pg"])
    it(`${name} is not installed`, async () => {
      const project = cliProject(SHOP);
      rmSync(join(project.folder, "node_modules", name));
      const missing = `The package ${name} is not installed (${name === "pg" ? "remodel" : "ormconfig.ts"} needs it).`;
      expectRefused(await project.run("current"), "PEER_MISSING", missing, `npm install ${name}`);
    });
});

const AUTOGENERATE = ["revision", "--autogenerate", "-m", "Shops"];

const MODELS: readonly Refusal[] = [
  {
    what: "the entity list matches nothing",
    files: { ...MODULE, "ormconfig.ts": ORMCONFIG },
    code: "MODELS_EMPTY",
    message: "The entity list in ormconfig.ts matches no file: models/*.ts.",
    hint: "Correct the patterns",
  },
  {
    what: "the entity list is empty",
    files: { ...MODULE, "ormconfig.ts": ORMCONFIG.replace('"models/*.ts"', "") },
    code: "MODELS_EMPTY",
    message: "The data source in ormconfig.ts lists no entities.",
    hint: "list the classes",
  },
  {
    what: "TypeORM rejects an entity",
    files: {
      ...SHOP,
      "models/mall.ts": `import { Column, Entity } from "typeorm";
@Entity() export class Mall { @Column() name: string; }
`,
    },
    code: "MODELS_REJECTED",
    message: /Mall.*primary column/s,
    hint: "Correct the entity",
  },
  {
    what: "TypeORM cannot infer the type of a column",
    files: {
      ...SHOP,
      "models/mall.ts": `import { Column, Entity, PrimaryColumn } from "typeorm";
@Entity() export class Mall { @PrimaryColumn() id: number; @Column({ nullable: true }) name: string | null | number; }
`,
    },
    code: "MODELS_REJECTED",
    message: /Object.*Mall\.name/s,
    hint: '@Column({ type: "…" })',
  },
  {
    what: "a property has no type at all",
    files: {
      ...SHOP,
      "models/mall.ts": `import { Column, Entity, PrimaryColumn } from "typeorm";
@Entity() export class Mall { @PrimaryColumn() id: number; @Column() name; }
`,
    },
    code: "MODELS_REJECTED",
    message: /Mall.*name/s,
    hint: '@Column({ type: "…" })',
  },
  {
    what: "a relation uses a class of the same file before it is initialized",
    files: {
      ...SHOP,
      "models/mall.ts": `import { Entity, ManyToOne, OneToMany, PrimaryColumn } from "typeorm";
@Entity() export class Mall { @PrimaryColumn() id: number; @ManyToOne(() => Owner) owner: Owner; }
@Entity() export class Owner { @PrimaryColumn() id: number; @OneToMany(() => Mall, (mall) => mall.owner) malls: Mall[]; }
`,
    },
    code: "MODELS_CIRCULAR",
    message: /models\/mall\.ts:2 uses Owner before it is initialized/,
    hint: "Relation<Owner>",
  },
  {
    what: "two files extend each other's classes",
    files: {
      ...MODULE,
      "ormconfig.ts": ORMCONFIG,
      "models/a.ts": 'import { B } from "./b.js";\nexport class A {}\nexport class C extends B {}\n',
      "models/b.ts": 'import { A } from "./a.js";\nexport class B extends A {}\n',
    },
    code: "MODELS_CIRCULAR",
    message: /models\/b\.ts:2/,
    hint: /import/i,
  },
  {
    what: "a model throws",
    files: { ...SHOP, "models/mall.ts": "\nconst codes: string[] = JSON.parse('[');\nexport default codes;\n" },
    code: "MODULE_INVALID",
    message: /models\/mall\.ts:2/,
    hint: "Correct that line",
  },
  {
    what: "a model imports a file that does not exist",
    files: { ...SHOP, "models/mall.ts": 'import { city } from "./city.js";\nexport const town = city;\n' },
    code: "MODULE_INVALID",
    message: 'models/mall.ts imports "./city.js", which does not exist.',
    hint: /import/,
  },
];

describe("models are refused where", () => {
  for (const { what, files, code, message, hint } of MODELS)
    it(what, () =>
      withDatabase(newest(), async (url) => {
        const project = cliProject(files, url);
        expectRefused(await project.run(...AUTOGENERATE), code, message, hint);
        expect(project.files()).toEqual(files);
      }),
    );
});
