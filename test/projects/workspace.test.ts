import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rowsIn, traitsIn } from "../support/adopting.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { copyProject, newPlace, packed, projectIn } from "./project.ts";
import { liveWeek, type Team } from "./week.ts";

const ROWS = readFileSync(new URL("rows.sql", import.meta.url), "utf8");
const PNPM = "npx --yes pnpm@10";
const API = "apps/api";
const ENTITIES = "packages/entities/src";
const SHOP = `${ENTITIES}/shop.ts`;
const MALL = `${ENTITIES}/mall.ts`;
const SMALL = `${ENTITIES}/small.ts`;
const EDITS: Team["edits"] = {
  names: [
    [
      MALL,
      [`@Check("title_given", "title <> ''")`, `@Check("name_given", "name <> ''")`],
      ["  title: string", "  name: string"],
    ],
    [
      SHOP,
      ["  @Column()\n  contact: string;", "  @Column()\n  firstName: string;\n\n  @Column()\n  lastName: string;"],
    ],
  ],
  area: [
    [
      SHOP,
      ["  Closed", `  Seasonal = "seasonal",\n  Closed`],
      ["default: ShopStatus.Open", "default: ShopStatus.Seasonal"],
      ["  @UpdateDate", "  @Column()\n  area: number;\n\n  @UpdateDate"],
    ],
  ],
  types: [
    [
      SHOP,
      ["  @Column({ length: 20 })\n  code: string", "  @Column()\n  code: number"],
      [`  @Column({ type: "varchar", nullable: true })\n  phone: string | null`, "  @Column()\n  phone: string"],
    ],
  ],
  uuids: [[SHOP, ["  @PrimaryGeneratedColumn()\n  id: number", `  @PrimaryGeneratedColumn("uuid")\n  id: string`]]],
  tickets: [[`${ENTITIES}/visit.ts`, ["  @Column()\n  ticket", "  @Column({ unique: true })\n  ticket"]]],
  here: [
    [
      SMALL,
      [
        "  name: string;",
        `  name: string;\n\n  @Column({ type: "varchar", nullable: true })\n  colour: string | null;`,
      ],
    ],
  ],
  there: [
    [
      MALL,
      ["  @CreateDate", `  @Column({ type: "varchar", nullable: true })\n  note: string | null;\n\n  @CreateDate`],
    ],
  ],
};

test("a workspace whose entities are another package's is adopted, lives a week and is deployed", () =>
  withDatabase(newest(), async (url) => {
    const project = copyProject("workspace", url);
    const inApi = { in: API };
    await project.run(`${PNPM} install`);
    await project.run(`${PNPM} add ${packed()} && ${PNPM} add -D @electric-sql/pglite`, inApi);
    const build = `${PNPM} -r build`;
    await project.run(build);
    await project.run(`${PNPM} migration:run`, inApi);
    const client = await connect(url);
    await client.query(ROWS);
    await client.end();
    const before = await traitsIn(url);
    await project.run("npx remodel adopt --rows role", inApi);
    expect(await traitsIn(url)).toEqual(before);
    await liveWeek({ project, home: API, revisions: `${API}/src/revisions`, build, edits: EDITS });
    project.edit(`${API}/src/data-source.ts`, ["{ FaxLine, ", "{ "], ["[FaxLine, ", "["]);
    await project.run(`npx remodel revision --autogenerate -m "No faxes" --accept drops && npx remodel upgrade`, inApi);
    await project.run(`npx remodel build --with-models --out dist/remodel`, inApi);

    await withDatabase(newest(), async (other) => {
      const folder = newPlace();
      cpSync(join(project.folder, API, "dist"), join(folder, "dist"), { recursive: true });
      const { name, dependencies } = JSON.parse(project.read(`${API}/package.json`));
      const { "@malls/entities": _, ...left } = dependencies;
      const deployed = projectIn(folder, other);
      deployed.write("package.json", JSON.stringify({ name, private: true, type: "module", dependencies: left }));
      await deployed.run("npm install --package-lock-only && npm ci --omit=dev");
      await deployed.run(
        "npx remodel upgrade --migrations dist/remodel && npx remodel check --migrations dist/remodel",
      );
      expect(await traitsIn(other)).toEqual(await traitsIn(url));
      const roles = "SELECT * FROM role ORDER BY name";
      expect(await rowsIn(other, roles)).toEqual(await rowsIn(url, roles));
    });
    await project.run(build);
    expect(await project.run("node dist/main.js", inApi)).toMatchObject({ stdout: "300 shops\n" });
  }));
