import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createDatabase, newest, type TestDatabase } from "../support/servers.ts";
import { playPage, runPsql } from "./played.ts";
import { addEmbedded, type CliProject, cliProject, type Files, MODULE, ORMCONFIG } from "./support.ts";

const readPath = (page: string) => fileURLToPath(new URL(`../../docs/${page}.md`, import.meta.url));
/** The project of every page: shops, and their leases. */
const PROJECT: Files = {
  ...MODULE,
  "ormconfig.ts": ORMCONFIG,
  "models/shop.ts": `import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class Shop {
  @PrimaryGeneratedColumn()
  id: number;

  @Column({ length: 120 })
  title: string;

  @Column("text")
  contact: string;

  @Column({ type: "enum", enum: ["open", "closed", "moved"], default: "open" })
  state: string;
}
`,
  "models/lease.ts": `import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
import { Shop } from "./shop.ts";

@Entity()
export class Lease {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => Shop, { nullable: false })
  shop: Shop;

  @Column("date")
  until: string;
}
`,
};
const ROWS = `INSERT INTO shop (title, contact, state) VALUES
  ('Bread', 'Ada Lovelace', 'open'), ('Books', 'Alan Turing', 'moved'), ('Bikes', 'Grace Hopper', 'closed');
  INSERT INTO lease ("shopId", until) VALUES (1, '2030-01-31'), (3, '2030-02-28'); ANALYZE`;
const PAGES = ["rename", "split-column", "int-to-uuid", "enum-values", "large-tables", "two-branches", "ci", "verify"];

/** The project and a database at its first revision. Each page has a copy of that database, which is made in a moment. */
let project: CliProject;
let files: Files;
let prepared: TestDatabase;

beforeAll(async () => {
  prepared = await createDatabase(newest());
  project = cliProject(PROJECT, prepared.url);
  addEmbedded(project);
  const first = ["revision", "--autogenerate", "-m", "Shops and leases", "--rev-id", "3e8b64d1c07f"];
  expect(await project.run(...first)).toMatchObject({ code: 0 });
  expect(await project.run("upgrade")).toMatchObject({ code: 0 });
  await sql(prepared.url, ROWS);
  files = project.files();
});

afterAll(() => prepared.drop());

/** `vitest run test/cli/how-to-docs.test.ts -u` writes the pages. */
test.each(PAGES)("every command of docs/%s.md gives what the page shows", (page) =>
  withCopy(async (url) => {
    rmSync(join(project.folder, "migrations"), { recursive: true });
    project.write(files);
    const copied: CliProject = { ...project, run: (...args) => project.runWith({ DATABASE_URL: url }, ...args) };
    const played = await playPage(readFileSync(readPath(page), "utf8"), copied, (text) => sql(url, text));
    await expect(played).toMatchFileSnapshot(readPath(page));
  }),
);

async function sql(url: string, text: string): Promise<string> {
  const client = await connect(url);
  return await runPsql(client, text).finally(() => client.end());
}

async function withCopy(body: (url: string) => Promise<void>): Promise<void> {
  const server = Object.assign(new URL(prepared.url), { pathname: "/postgres" }).href;
  const name = new URL(prepared.url).pathname.slice(1);
  await sql(server, `CREATE DATABASE ${name}_copy TEMPLATE ${name}`);
  try {
    await body(`${prepared.url}_copy`);
  } finally {
    await sql(server, `DROP DATABASE ${name}_copy WITH (FORCE)`);
  }
}
