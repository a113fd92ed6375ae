// Writes a project with many models: 12 columns, one foreign key, one unique, one index and one check each.
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes models, data source and settings into a folder that need not exist, and links the packages it needs.
 * @param {string} folder
 * @param {{ tables: number, url: string, packages: string }} options `packages` is the node_modules to link from
 */
export function writeProject(folder, { tables, url, packages }) {
  for (const name of ["models", "migrations", "node_modules"]) mkdirSync(join(folder, name), { recursive: true });
  // Links to the packages and not to their folder, so that the project has a cache of its own.
  for (const name of readdirSync(packages).filter((name) => !name.startsWith(".")))
    symlinkSync(join(packages, name), join(folder, "node_modules", name));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ name: "bench", private: true }, null, 2)}\n`);
  writeFileSync(join(folder, "tsconfig.json"), `${JSON.stringify(TSCONFIG, null, 2)}\n`);
  writeFileSync(join(folder, "ormconfig.ts"), dataSource(url));
  for (let at = 0; at < tables; at++) writeFileSync(join(folder, "models", `${fileOf(at)}.ts`), model(at));
}

/**
 * Gives one model another column, as a person would before `remodel revision --autogenerate`.
 * @param {string} folder
 */
export function editProject(folder) {
  const edited = model(0).replace(/\}\n$/, '\n  @Column("text", { nullable: true })\n  remark?: string;\n}\n');
  writeFileSync(join(folder, "models", `${fileOf(0)}.ts`), edited);
}

/**
 * Writes a history of one line, a file for each revision.
 * @param {string} folder
 * @param {number} revisions
 */
export function writeHistory(folder, revisions) {
  const id = (/** @type {number} */ at) => (0x100000000000 + at).toString(16);
  for (let at = 0; at < revisions; at++)
    writeFileSync(
      join(folder, "migrations", `${id(at)}_step.ts`),
      `/** Step ${at}. */
import type { Operations } from "typeorm-remodel";

export const revision = "${id(at)}";
export const downRevision = ${at === 0 ? "null" : `"${id(at - 1)}"`};

export function upgrade(op: Operations): void {
  op.sql("SELECT ${at}");
}

export function downgrade(op: Operations): void {
  op.sql("SELECT ${at}");
}
`,
    );
}

const TSCONFIG = {
  compilerOptions: {
    target: "ES2022",
    module: "CommonJS",
    moduleResolution: "bundler",
    rootDir: ".",
    types: ["node"],
    strict: true,
    strictPropertyInitialization: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    useDefineForClassFields: false,
    skipLibCheck: true,
  },
  include: ["ormconfig.ts", "models"],
};

/** @param {string} url */
function dataSource(url) {
  return `import { join } from "node:path";
import { DataSource } from "typeorm";

export default new DataSource({
  type: "postgres",
  url: ${JSON.stringify(url)},
  entities: [join(__dirname, "models/*.{ts,js}")],
  installExtensions: false,
});
`;
}

/** @param {number} at */
function fileOf(at) {
  return `shop-${String(at).padStart(4, "0")}`;
}

/** @param {number} at */
function model(at) {
  const name = `Shop${String(at).padStart(4, "0")}`;
  const parent = Math.floor(at / 2);
  const parentName = `Shop${String(parent).padStart(4, "0")}`;
  const parentImport = parent === at ? "" : `import { ${parentName} } from "./${fileOf(parent)}";\n`;
  return `import { Check, Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, Unique } from "typeorm";
${parentImport}
export enum ${name}Status {
  Open = "open",
  Closed = "closed",
  Moving = "moving",
}

@Entity("shop_${at}")
@Unique(["code"])
@Index(["status", "createdAt"])
@Check('"size" > 0 AND "size" < 100000')
export class ${name} {
  @PrimaryGeneratedColumn()
  id: number;

  @Column("varchar", { length: 40 })
  code: string;

  @Column()
  title: string;

  @Column("enum", { enum: ${name}Status, default: ${name}Status.Open })
  status: ${name}Status;

  @Column("numeric", { precision: 10, scale: 2, default: 1.5 })
  price: string;

  @Column("int", { default: 1 })
  size: number;

  @Column({ default: true })
  active: boolean;

  @Column("text", { array: true, default: [] })
  tags: string[];

  @Column("jsonb", { default: { floors: 1 } })
  settings: Record<string, unknown>;

  @Column("uuid", { default: () => "gen_random_uuid()" })
  token: string;

  @CreateDateColumn({ name: "created_at", type: "timestamptz" })
  createdAt: Date;

  @ManyToOne(() => ${parentName}, { nullable: true, onDelete: "SET NULL" })
  @JoinColumn({ name: "parent_id" })
  parent?: ${parentName};
}
`;
}
