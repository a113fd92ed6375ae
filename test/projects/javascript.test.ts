import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rowsIn, traitsIn } from "../support/adopting.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { copyProject, newPlace, packed, projectIn } from "./project.ts";
import { liveWeek, type Team } from "./week.ts";

const ROWS = readFileSync(new URL("rows.sql", import.meta.url), "utf8");
const SHOP = "src/entities/shop.js";
const MALL = "src/entities/mall.js";
const SMALL = "src/entities/small.js";
const EDITS: Team["edits"] = {
  names: [
    [
      MALL,
      ["    title: {", "    name: {"],
      [`"title_given", expression: "title <> ''"`, `"name_given", expression: "name <> ''"`],
    ],
    [
      SHOP,
      [`    contact: { type: "varchar" },`, `    firstName: { type: "varchar" },\n    lastName: { type: "varchar" },`],
    ],
  ],
  area: [
    [
      SHOP,
      [`enum: ["open", "closed"], default: "open"`, `enum: ["open", "seasonal", "closed"], default: "seasonal"`],
      ["    updatedAt", `    area: { type: "int" },\n    updatedAt`],
    ],
  ],
  types: [
    [
      SHOP,
      [`    code: { type: "varchar", length: 20 }`, `    code: { type: "int" }`],
      [`phone: { type: "varchar", nullable: true }`, `phone: { type: "varchar" }`],
    ],
  ],
  uuids: [
    [SHOP, [`{ type: "int", primary: true, generated: true }`, `{ type: "uuid", primary: true, generated: "uuid" }`]],
  ],
  tickets: [["src/entities/visit.js", [`ticket: { type: "varchar" }`, `ticket: { type: "varchar", unique: true }`]]],
  here: [
    [
      SMALL,
      [
        `name: { type: "varchar", unique: true } }`,
        `name: { type: "varchar", unique: true }, colour: { type: "varchar", nullable: true } }`,
      ],
    ],
  ],
  there: [[MALL, ["    createdAt", `    note: { type: "varchar", nullable: true },\n    createdAt`]]],
};

test("a project in plain JavaScript with EntitySchema is adopted, lives a week and is deployed", () =>
  withDatabase(newest(), async (url) => {
    const project = copyProject("javascript", url);
    await project.run(`npm install ${packed()} && npm install --save-dev @electric-sql/pglite`);
    await project.run("npm run migration:run");
    const client = await connect(url);
    await client.query(ROWS);
    await client.end();
    const before = await traitsIn(url);
    await project.run("npx remodel adopt --rows role");
    expect(await traitsIn(url)).toEqual(before);
    await liveWeek({ project, revisions: "src/revisions", edits: EDITS });
    project.edit(SMALL, [`exports.FaxLine = `, "const FaxLine = "]);
    await project.run(`npx remodel revision --autogenerate -m "No faxes" --accept drops && npx remodel upgrade`);

    // The revisions of a project in JavaScript run as they are.
    await withDatabase(newest(), async (other) => {
      const folder = newPlace();
      for (const name of ["package.json", "package-lock.json", "src"])
        cpSync(join(project.folder, name), join(folder, name), { recursive: true });
      const deployed = projectIn(folder, other);
      await deployed.run("npm ci --omit=dev && npx remodel upgrade && npx remodel check");
      expect(await traitsIn(other)).toEqual(await traitsIn(url));
      const roles = "SELECT * FROM role ORDER BY name";
      expect(await rowsIn(other, roles)).toEqual(await rowsIn(url, roles));
      expect(await deployed.run("node src/index.js", { env: { DATABASE_URL: url } })).toMatchObject({
        stdout: "300 shops\n",
      });
    });
  }));
