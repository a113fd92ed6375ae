// `check` compares nothing where nothing has changed since the last one. Whatever changes, it is seen.
import fc from "fast-check";
import type pg from "pg";
import { expect, it } from "vitest";
import { type CliProject, cliProject, MODULE, type Ran } from "../cli/support.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { settings, soaking } from "./runs.ts";

const KNOWN = "Nothing has changed since the last check.";
/** What is said where only the print of the catalogs was taken. */
const SAME_ROWS = "No row of the system catalogs has been written since then.";

const MODELS = `import { Check, Column, Entity, Index, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

@Entity()
@Index(["name"])
@Index("floors", ["floor"])
@Check('"size" > 0 AND length(name) > 1')
export class Shop {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
  @Column("int", { default: () => "1 + 1" }) size: number;
  @Column("int", { default: () => "first_floor()" }) floor: number;
  @Column("enum", { enum: ["open", "closed"], default: "open" }) status: string;
  @Column("timestamptz", { default: () => "now()" }) at: Date;
}

@ViewEntity({ expression: "SELECT name FROM shop WHERE size > 1" })
export class LargeShop {
  @ViewColumn() name: string;
}
`;

const FILES = {
  ...MODULE,
  "models.ts": MODELS,
  "ormconfig.ts": `import { DataSource } from "typeorm";

export default new DataSource({
  type: "postgres", url: process.env.DATABASE_URL, entities: ["models.ts"], schema: process.env.OWN_SCHEMA ?? "public",
});
`,
};

/** A statement, and the one that takes it back. */
const STATEMENTS: readonly (readonly [does: string, undoes: string])[] = [
  ['CREATE INDEX by_hand ON shop (name, "size")', "DROP INDEX by_hand"],
  ["ALTER TABLE shop ALTER size SET DEFAULT 3", "ALTER TABLE shop ALTER size SET DEFAULT 1 + 1"],
  ["COMMENT ON COLUMN shop.name IS 'on the door'", "COMMENT ON COLUMN shop.name IS NULL"],
  ["ALTER TABLE shop ALTER status DROP NOT NULL", "ALTER TABLE shop ALTER status SET NOT NULL"],
  ["ALTER TABLE shop ADD CONSTRAINT more CHECK (size < 9)", "ALTER TABLE shop DROP CONSTRAINT more"],
  [
    "ALTER TYPE shop_status_enum RENAME VALUE 'open' TO 'Open'",
    "ALTER TYPE shop_status_enum RENAME VALUE 'Open' TO 'open'",
  ],
  [
    "CREATE OR REPLACE VIEW large_shop AS SELECT name FROM shop WHERE size > 2",
    "CREATE OR REPLACE VIEW large_shop AS SELECT name FROM shop WHERE size > 1",
  ],
  ["CREATE TABLE stray (id int)", "DROP TABLE stray"],
  [
    "CREATE TRIGGER same BEFORE UPDATE ON shop FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "DROP TRIGGER same ON shop",
  ],
  ["CREATE POLICY mine ON shop USING (size > 0)", "DROP POLICY mine ON shop"],
  ["GRANT INSERT ON remodel_revision TO PUBLIC", "REVOKE INSERT ON remodel_revision FROM PUBLIC"],
  [
    "UPDATE remodel_revision SET checksum = checksum || '0'",
    "UPDATE remodel_revision SET checksum = rtrim(checksum, '0')",
  ],
  [
    "INSERT INTO remodel_revision (revision, message, duration_ms) VALUES ('abcdef012345', '', 1)",
    "DELETE FROM remodel_revision WHERE revision = 'abcdef012345'",
  ],
  ["ALTER TABLE remodel_revision RENAME TO hidden", "ALTER TABLE hidden RENAME TO remodel_revision"],
  ["CREATE FUNCTION length(varchar) RETURNS int IMMUTABLE RETURN 7", "DROP FUNCTION length(varchar)"],
  ["ALTER FUNCTION first_floor() RENAME TO ground_floor", "ALTER FUNCTION ground_floor() RENAME TO first_floor"],
  ["ALTER DATABASE :name SET search_path = elsewhere, public", "ALTER DATABASE :name RESET search_path"],
  [
    "ALTER ROLE CURRENT_USER IN DATABASE :name SET search_path = elsewhere, public",
    "ALTER ROLE CURRENT_USER IN DATABASE :name RESET search_path",
  ],
  ["ALTER SCHEMA public RENAME TO private", "ALTER SCHEMA private RENAME TO public"],
  [
    "BEGIN; DROP INDEX floors; CREATE INDEX floors ON shop (size); COMMIT",
    "BEGIN; DROP INDEX floors; CREATE INDEX floors ON shop (floor); COMMIT",
  ],
  ["SET ROLE known_check; CREATE TABLE stray (id int); RESET ROLE", "DROP TABLE stray"],
];

/** What changes rows of catalogs, or what else is in a print, but no answer, or only the order of its rows. */
const UNREAD: readonly (readonly [does: string, undoes: string])[] = [
  ["COMMENT ON FUNCTION first_floor() IS 'at the door'", "COMMENT ON FUNCTION first_floor() IS NULL"],
  ["GRANT SELECT ON shop TO known_check", "REVOKE SELECT ON shop FROM known_check"],
  ["ALTER TABLE shop ALTER size SET STATISTICS 7", "ALTER TABLE shop ALTER size SET STATISTICS -1"],
  ["ALTER ROLE known_check RENAME TO known_checks", "ALTER ROLE known_checks RENAME TO known_check"],
  ["ALTER DATABASE :name SET lc_monetary = 'POSIX'", "ALTER DATABASE :name RESET lc_monetary"],
  [
    "ALTER ROLE CURRENT_USER IN DATABASE :name SET default_statistics_target = 7",
    "ALTER ROLE CURRENT_USER IN DATABASE :name RESET default_statistics_target",
  ],
  ["CREATE TEMPORARY TABLE shop (id int)", "DROP TABLE pg_temp.shop"],
  ["VACUUM FULL pg_catalog.pg_attribute", "SELECT"],
];

/** What leaves a print as it is. */
const UNWRITTEN: readonly string[] = [
  "BEGIN; ALTER TABLE shop ADD COLUMN more int; DROP INDEX floors; COMMENT ON TABLE shop IS 'no'; ROLLBACK",
  "ANALYZE shop",
  "VACUUM (FREEZE) pg_catalog.pg_class, pg_catalog.pg_attribute, shop",
  "REINDEX TABLE pg_catalog.pg_class",
  "INSERT INTO shop (name) VALUES ('Bakery')",
  "SELECT nextval('shop_id_seq')",
];

/** What a check does: it compares, or it asks, or it takes only the print. */
type Sort = "compared" | "asked" | "printed";

/** What can change, and what the next check may do. */
const CHANGES: readonly Change[] = [
  ...STATEMENTS.map(([does, undoes]) => ({ sorts: ["compared"] as const, does, undoes })),
  ...UNREAD.map(([does, undoes]) => ({ sorts: ["asked", "compared"] as const, does, undoes })),
  ...UNWRITTEN.map((does) => ({ sorts: ["printed"] as const, does })),
  {
    sorts: ["compared"],
    file: "models.ts",
    text: MODELS.replace("name: string", 'name: string;\n  @Column("text", { nullable: true }) city: string'),
  },
  {
    sorts: ["compared"],
    file: "package.json",
    text: '{ "name": "malls", "type": "module", "remodel": { "exclude": ["shop"] } }\n',
  },
  { sorts: ["compared"], file: "revision", text: "// nothing\n" },
];

type Change = { readonly sorts: readonly Sort[] } & (
  | { readonly does: string; readonly undoes?: string }
  | { readonly file: string; readonly text: string }
);

const SETUP = `CREATE FUNCTION first_floor() RETURNS int IMMUTABLE RETURN 0;
  CREATE SCHEMA elsewhere;
  DROP ROLE IF EXISTS known_check;
  DROP ROLE IF EXISTS known_checks;
  CREATE ROLE known_check;
  GRANT CREATE ON SCHEMA public TO known_check`;

it("sees whatever changes", { timeout: soaking ? 3_600_000 : 240_000 }, () =>
  withProject(async (project, db) => {
    const all = fc.shuffledSubarray([...CHANGES], { minLength: CHANGES.length });
    await fc.assert(
      fc.asyncProperty(all, async (changes) => {
        for (const change of changes)
          await expectSeen(project, change, (sql) => db.query(sql.replaceAll(":name", db.database ?? "")));
      }),
      settings("known checks", soaking ? 20 : 1),
    );
    expect(await project.run("check", "--fresh", "--timings")).toSatisfy(isCompared);
    expect(await project.runWith({ OWN_SCHEMA: "other" }, "check", "--timings")).toSatisfy(isCompared);
  }),
);

it("sees what is committed after a check", () =>
  withProject(async (project, db) => {
    await untilPrinted(project);
    await db.query("BEGIN; CREATE INDEX by_hand ON shop (name, size)");
    await untilPrinted(project);
    await db.query("COMMIT");
    expect(await project.run("check", "--timings")).toSatisfy(isCompared);
  }));

/** Makes a project whose database is in sync. */
async function withProject(work: (project: CliProject, db: pg.Client) => Promise<void>): Promise<void> {
  await withDatabase(
    newest(),
    async (url) => {
      const project = cliProject(FILES, url);
      expect(await project.run("revision", "--autogenerate", "-m", "Shops")).toMatchObject({ code: 0 });
      expect(await project.run("upgrade")).toMatchObject({ code: 0 });
      const db = await connect(url);
      try {
        await work(project, db);
      } finally {
        await db.end();
      }
    },
    { sql: SETUP },
  );
}

/** Checks until only the print of the catalogs is taken: the first check compares, the second one confirms the print. */
async function untilPrinted(project: CliProject): Promise<void> {
  const said: string[] = [];
  while (said.length < 6 && !said.at(-1)?.includes(SAME_ROWS))
    said.push((await project.run("check", "--timings")).stderr);
  expect(said).toContainEqual(expect.stringContaining(SAME_ROWS));
}

async function expectSeen(project: CliProject, change: Change, run: (sql: string) => Promise<unknown>): Promise<void> {
  await untilPrinted(project);
  const undo = await make(project, change, run);
  const ran = await project.run("check", "--timings");
  await undo();
  expect(change.sorts, JSON.stringify(change)).toContain(sortOf(ran));
}

function sortOf(ran: Ran): Sort {
  if (isCompared(ran)) return "compared";
  return ran.stderr.includes(SAME_ROWS) ? "printed" : "asked";
}

/** Makes a change. @returns takes it back */
async function make(
  project: CliProject,
  change: Change,
  run: (sql: string) => Promise<unknown>,
): Promise<() => Promise<unknown>> {
  if ("does" in change) {
    await run(change.does);
    return async () => change.undoes && (await run(change.undoes));
  }
  const files = project.files();
  const path =
    change.file === "revision"
      ? (Object.keys(files).find((name) => name.startsWith("migrations/")) ?? "")
      : change.file;
  const before = files[path] ?? "";
  project.write({ [path]: change.file === "revision" ? `${before}${change.text}` : change.text });
  return async () => project.write({ [path]: before });
}

function isCompared({ stderr }: Ran): boolean {
  return !stderr.includes(KNOWN);
}
