import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rowsIn, traitsIn } from "../support/adopting.ts";
import { connect, createDatabase, newest, type TestDatabase } from "../support/servers.ts";
import { copyProject, newPlace, packed, projectIn } from "./project.ts";

const ROWS = readFileSync(new URL("rows.sql", import.meta.url), "utf8").replace("200000", "2000");
const MALLS = 8;

test("a chain of eight malls, of which two have drifted, is adopted, upgraded and deployed", async () => {
  const malls: TestDatabase[] = [];
  try {
    for (let at = 0; at < MALLS + 1; at += 1) malls.push(await createDatabase(newest()));
    await liveInMalls(malls.slice(0, MALLS), malls[MALLS]!);
  } finally {
    for (const mall of malls) await mall.drop();
  }
});

const nameOf = (at: number) => `mall-${at + 1}`;

async function liveInMalls(malls: readonly TestDatabase[], spare: TestDatabase): Promise<void> {
  const [{ url }] = malls as readonly [TestDatabase];
  const project = copyProject("javascript", url);
  const tenants = malls.map((mall, at) => ({ name: nameOf(at), url: mall.url }));
  project.write("malls.json", JSON.stringify(tenants));
  await project.run(`npm install ${packed()} && npm install --save-dev @electric-sql/pglite`);
  for (const mall of malls) {
    await project.run("npm run migration:run", { env: { DATABASE_URL: mall.url } });
    await query(mall.url, ROWS);
  }
  await query(malls[2]!.url, "ALTER TABLE shop ADD fax text");
  await query(malls[5]!.url, "DROP INDEX shop_contact_lower; ALTER TABLE mall ALTER city TYPE text");
  await project.run("npx remodel adopt --rows role");
  // A data source that is exported the CommonJS way has its configuration in package.json.
  const { remodel, ...manifest } = JSON.parse(project.read("package.json"));
  const fleet = { tenants: "malls.json" };
  project.write("package.json", JSON.stringify({ ...manifest, remodel: { ...remodel, fleet } }));

  // Only those that equal the baseline are stamped; what differs in the others is said.
  const stamped = await project.run("npx remodel fleet stamp head", { code: 1 });
  expect(stamped.stdout).toMatch(/fax.*mall-3/);
  expect(stamped.stdout).toMatch(/mall-6/);
  await query(malls[2]!.url, "ALTER TABLE shop DROP fax");
  await query(
    malls[5]!.url,
    "ALTER TABLE mall ALTER city TYPE varchar; CREATE INDEX shop_contact_lower ON shop (lower(contact))",
  );
  await project.run("npx remodel fleet stamp head");

  project.edit(
    "src/entities/mall.js",
    ["    title: {", "    name: {"],
    [`"title_given", expression: "title <> ''"`, `"name_given", expression: "name <> ''"`],
  );
  await project.run(`npx remodel revision --autogenerate -m "Names of malls" --accept all`);
  // One mall has codes that are no numbers: it is left as it is, and named.
  project.edit("src/entities/shop.js", [`code: { type: "varchar", length: 20 }`, `code: { type: "int" }`]);
  await project.run("npx remodel fleet upgrade");
  await project.run(`npx remodel revision --autogenerate -m "Codes are numbers" --accept all`);
  await query(malls[3]!.url, "UPDATE shop SET code = 'A-' || code WHERE id = 7");
  const upgraded = await project.run("npx remodel fleet upgrade", { code: 1 });
  expect(upgraded.stdout).toMatch(/mall-4/);
  await query(malls[3]!.url, "UPDATE shop SET code = '7777' WHERE id = 7");
  await project.run("npx remodel fleet upgrade");
  await project.run("npx remodel fleet check");

  const folder = newPlace();
  for (const name of ["package.json", "package-lock.json", "src", "malls.json"])
    cpSync(join(project.folder, name), join(folder, name), { recursive: true });
  const deployed = projectIn(folder, spare.url);
  await deployed.run("npm ci --omit=dev && npx remodel fleet status && npx remodel upgrade");
  for (const mall of malls) expect(await traitsIn(spare.url)).toEqual(await traitsIn(mall.url));
  const roles = "SELECT * FROM role ORDER BY name";
  expect(await rowsIn(spare.url, roles)).toEqual(await rowsIn(url, roles));
}

async function query(url: string, sql: string): Promise<void> {
  const client = await connect(url);
  await client.query(sql);
  await client.end();
}
