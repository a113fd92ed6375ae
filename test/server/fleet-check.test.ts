import { expect, test } from "vitest";
import { type CheckOptions, type FleetCheck, readFleetCheck } from "../../src/fleet/check.ts";
import { openFleet } from "../../src/fleet/open.ts";
import { cliProject, expectDone, revisionText, SHOP, shopModel } from "../cli/support.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";

const MALLS = [
  "there_1",
  "there_2",
  "note_1",
  "note_2",
  "index",
  "kept",
  "kept_too",
  "behind",
  "empty",
  "edited",
  "worse",
];
const HEAD = "bbbbbbbbbbbb";

/** What is done to the schema of a mall after its last run. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  note_1: ["ALTER TABLE shop ADD note text"],
  note_2: ["ALTER TABLE shop ADD note text"],
  index: ['CREATE INDEX "IDX_name" ON shop (name)'],
  kept: ["ALTER TABLE shop DROP code"],
  kept_too: ["ALTER TABLE shop DROP code"],
  behind: ["ALTER TABLE shop ADD note text"],
  edited: [`UPDATE remodel_revision SET checksum = 'x' WHERE revision = '${HEAD}'`],
  worse: [`UPDATE remodel_revision SET checksum = 'x' WHERE revision = '${HEAD}'`, "DROP TABLE shop"],
};

test("a check compares one tenant of each class, and finds what differs in every tenant", () =>
  withDatabase(
    newest(),
    async (url) => {
      const tenants = [
        ...MALLS.map((name) => ({ name, schema: name, url })),
        { name: "gone", url: Object.assign(new URL(url), { pathname: "/no_such_mall" }).href },
      ];
      const fleet = `{ tenants: ${JSON.stringify(tenants)} }`;
      const project = cliProject(
        { ...SHOP, "remodel.config.ts": `export const remodel = { fleet: ${fleet} };\n` },
        url,
      );
      const first = await project.run("revision", "--autogenerate", "-m", "Shops", "--schema", "there_1", "--json");
      const { revision } = JSON.parse(first.stdout);
      const up = ["--quiet", "fleet", "upgrade", "--no-journal", "--except", "gone", "--except", "empty"];
      expectDone(await project.run(...up), /11|10/);
      project.write({
        "models/shop.ts": shopModel('  @Column({ type: "text", nullable: true }) code: string | null;\n'),
        "migrations/b.ts": revisionText(
          HEAD,
          revision,
          `  op.addColumn("shop", { name: "code", type: "text", nullable: true });`,
        ),
      });
      expectDone(await project.run(...up, "--except", "behind"), /at bbbbbbbbbbbb/);
      const client = await connect(url);
      for (const [mall, statements] of Object.entries(CHANGES))
        for (const sql of [`SET search_path = ${mall}`, ...statements]) await client.query(sql);
      await client.end();
      for (const mall of ["kept", "kept_too"]) await project.run("stamp", "current", "--schema", mall);

      const compared: string[] = [];
      const options = { onCompare: (name: string) => compared.push(name) };
      const { target, counts, classes } = await check(project.folder, url, options);
      expect(target).toEqual([HEAD]);
      expect(counts).toEqual({
        there: 2,
        behind: 1,
        ahead: 0,
        edited: 1,
        empty: 1,
        unreachable: 1,
        drifted: 4,
        different: 2,
      });
      expect(classes.map(({ state, current, reason, tenants }) => [state, current, reason, tenants])).toEqual([
        ["there", [HEAD], undefined, ["there_1", "there_2"]],
        ["behind", [revision], undefined, ["behind"]],
        ["edited", [HEAD], `${HEAD} was edited after it was applied`, ["edited"]],
        ["empty", [], undefined, ["empty"]],
        ["unreachable", [], "the database does not exist", ["gone"]],
        ["drifted", [HEAD], "shop has a column note", ["note_1", "note_2"]],
        ["drifted", [HEAD], "shop has an index IDX_name", ["index"]],
        ["drifted", [HEAD], `the database lacks the table shop; ${HEAD} was edited after it was applied`, ["worse"]],
        ["different", [HEAD], "the models add column shop.code", ["kept", "kept_too"]],
      ]);
      expect(compared.sort()).toEqual(["index", "kept", "note_1", "there_1", "worse"]);
      const [there, , edited, , , note, index, worse, kept] = classes.map(({ fingerprint }) => fingerprint);
      expect(edited).toBe(there);
      expect(new Set([there, note, index, worse, kept]).size).toBe(5);
      expect(classes[5]?.difference).toMatchObject({
        changes: [{ operations: [{ name: "dropColumn" }] }],
        diff: expect.stringMatching(/^--- database\n\+\+\+ models\n[\s\S]*^- .*"note" text/m),
        drift: {
          revision: HEAD,
          diff: expect.stringMatching(/^--- after b+\n\+\+\+ database\n[\s\S]*^\+ .*"note" text/m),
        },
      });
      expect(classes[8]?.difference).toMatchObject({ diff: expect.stringMatching(/^\+ .*"code" text/m) });
      expect(classes[8]?.difference).not.toHaveProperty("drift");

      // What is in no fingerprint of a run differs too: here the rows of TypeORM's own table.
      const more = await connect(url);
      await more.query(
        `CREATE TABLE there_2.typeorm_metadata ("type" varchar NOT NULL, "database" varchar, "schema" varchar, "table" varchar, "name" varchar, "value" text);
        INSERT INTO there_2.typeorm_metadata VALUES ('VIEW', NULL, 'there_2', NULL, 'old', 'SELECT 1')`,
      );
      await more.end();
      const rows = await check(project.folder, url, { ...options, only: ["there_*"] });
      expect(rows.classes.map(({ state, tenants }) => [state, tenants])).toEqual([
        ["there", ["there_1"]],
        ["different", ["there_2"]],
      ]);
      expect(rows.classes[0]?.fingerprint).toBe(rows.classes[1]?.fingerprint);

      project.write({ "models/shop.ts": `export class Shop {}\n` });
      await expect(check(project.folder, url)).rejects.toMatchObject({ code: "MODELS_EMPTY" });
    },
    { sql: MALLS.map((name) => `CREATE SCHEMA ${name}`).join("; ") },
  ));

interface Options extends CheckOptions {
  /** Only these tenants. */
  readonly only?: readonly string[];
}

/** Checks the fleet of a project in this process. */
async function check(cwd: string, url: string, { only = [], ...options }: Options = {}): Promise<FleetCheck> {
  process.env["DATABASE_URL"] = url;
  const before = process.cwd();
  process.chdir(cwd);
  try {
    return await readFleetCheck(await openFleet({ cwd, select: only }), options);
  } finally {
    process.chdir(before);
  }
}
