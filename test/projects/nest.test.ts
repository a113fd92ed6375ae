import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { rowsIn, traitsIn } from "../support/adopting.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { listen } from "./listen.ts";
import { copyProject, newPlace, type Project, packed, projectIn } from "./project.ts";
import { liveWeek, type Team } from "./week.ts";

const ROWS = readFileSync(new URL("rows.sql", import.meta.url), "utf8");
const TRANSCRIPT = fileURLToPath(new URL("../../docs/transcripts/nest.md", import.meta.url));
const HEAD = `# The afternoon of a Nest project

This is what \`npm run test:projects\` typed and saw: an application with TypeORM's own migrations is adopted, lives a week, and
is deployed to a folder without development packages. The project is in \`test/projects/nest\`.`;

const SHOP = "src/shops/shop.entity.ts";
const MALL = "src/malls/mall.entity.ts";
const EDITS: Team["edits"] = {
  names: [
    [
      MALL,
      [`@Check('title_given', "title <> ''")`, `@Check('name_given', "name <> ''")`],
      ["  title: string", "  name: string"],
    ],
    [
      SHOP,
      ["  @Column()\n  contact: string;", "  @Column()\n  firstName: string;\n\n  @Column()\n  lastName: string;"],
    ],
  ],
  area: [
    ["src/shops/shop-status.enum.ts", ["  Closed", "  Seasonal = 'seasonal',\n  Closed"]],
    [
      SHOP,
      ["default: ShopStatus.Open", "default: ShopStatus.Seasonal"],
      ["  @UpdateDate", "  @Column()\n  area: number;\n\n  @UpdateDate"],
    ],
  ],
  types: [
    [
      SHOP,
      ["  @Column({ length: 20 })\n  code: string", "  @Column()\n  code: number"],
      ["  @Column({ nullable: true })\n  phone", "  @Column()\n  phone"],
    ],
  ],
  uuids: [[SHOP, ["  @PrimaryGeneratedColumn()\n  id: number", "  @PrimaryGeneratedColumn('uuid')\n  id: string"]]],
  tickets: [
    [
      "src/visits/visit.entity.ts",
      ["{ Column, Entity, ", "{ Column, Entity, Index, "],
      ["  @Column()\n  ticket", "  @Index({ unique: true })\n  @Column()\n  ticket"],
    ],
  ],
  here: [
    [
      "src/tags/tag.entity.ts",
      ["  name: string;", "  name: string;\n\n  @Column({ nullable: true })\n  colour: string;"],
    ],
  ],
  there: [[MALL, ["  @CreateDate", "  @Column({ nullable: true })\n  note: string;\n\n  @CreateDate"]]],
};

test("a Nest application is adopted, lives a week and is deployed", () =>
  withDatabase(newest(), async (url) => {
    const project = copyProject("nest", url);
    await begin(project, url);
    const before = await traitsIn(url);
    project.say("## Adopt");
    await project.type(`npm install ${packed()}`);
    await project.type("npm install --save-dev @electric-sql/pglite");
    await project.type("npx remodel adopt --rows role --rev-id a00000000000");
    expect(await traitsIn(url)).toEqual(before);
    await project.run("npm run build");
    expect(existsSync(join(project.folder, "dist/main.js"))).toBe(true);
    project.say("## A week");
    await liveWeek({ project, revisions: "src/database/revisions", edits: EDITS });
    await dropFaxLines(project);
    project.say("## Deploy");
    await deploy(project, url);
    await expect(`${HEAD}\n\n${project.transcript()}\n`).toMatchFileSnapshot(TRANSCRIPT);
  }));

/** The project as it was before: its packages, its tables by TypeORM's migrations, and rows. */
async function begin(project: Project, url: string): Promise<void> {
  await project.run("npm install");
  await project.run("npm run build");
  await project.run("npm run migration:run");
  const client = await connect(url);
  await client.query(ROWS);
  await client.end();
}

/** No model declares the table any more. */
async function dropFaxLines(project: Project): Promise<void> {
  project.say("And faxes are over: a table goes, with its rows.");
  await project.run("rm -r src/fax-lines");
  await project.type(`npx remodel revision --autogenerate -m "No faxes" --rev-id b10000000001`);
  await project.type("npx remodel upgrade");
}

/** The container: what `npm ci --omit=dev` gives, the output of the compiler, and the build of the revisions. */
async function deploy(project: Project, url: string): Promise<void> {
  await project.type("npm run build");
  await project.type("npx remodel build --with-models --out dist/remodel");
  await withDatabase(newest(), async (other) => {
    const folder = newPlace();
    for (const name of ["package.json", "package-lock.json", "dist"])
      cpSync(join(project.folder, name), join(folder, name), { recursive: true });
    const deployed = projectIn(folder, other);
    await deployed.type("npm ci --omit=dev");
    expect(existsSync(join(folder, "node_modules/typescript"))).toBe(false);
    await deployed.type("npx remodel upgrade --migrations dist/remodel");
    await deployed.type("npx remodel check --migrations dist/remodel");
    expect(await traitsIn(other)).toEqual(await traitsIn(url));
    const roles = "SELECT * FROM role ORDER BY name";
    expect(await rowsIn(other, roles)).toEqual(await rowsIn(url, roles));
    for (const line of deployed.pieces()) project.say(line);
    const answer = await listen(folder, "dist/main.js", url);
    expect(answer).toHaveLength(2);
    expect(answer[0]).toMatchObject({ code: 1001, firstName: "Ada", lastName: "Shop1", status: "closed" });
  });
}
