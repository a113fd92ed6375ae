// `check` compares nothing where nothing has changed since the last one. Whatever changes, it is seen.
import fc from "fast-check";
import { expect, it } from "vitest";
import { type CliProject, cliProject, MODULE, type Ran } from "../cli/support.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { settings, soaking } from "./runs.ts";

const KNOWN = "Nothing has changed since the last check.";

const MODELS = `import { Check, Column, Entity, Index, PrimaryGeneratedColumn, ViewColumn, ViewEntity } from "typeorm";

@Entity()
@Index(["name"])
@Check('"size" > 0 AND length(name) > 1')
export class Shop {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
  @Column("int", { default: () => "1 + 1" }) size: number;
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
];

/** What can change: statements and files. */
const CHANGES = [
  ...STATEMENTS.map(([does, undoes]) => ({ does, undoes })),
  {
    file: "models.ts",
    text: MODELS.replace("name: string", 'name: string;\n  @Column("text", { nullable: true }) city: string'),
  },
  { file: "package.json", text: '{ "name": "malls", "type": "module", "remodel": { "exclude": ["shop"] } }\n' },
  { file: "revision", text: "// nothing\n" },
];

type Change = (typeof CHANGES)[number];

it("sees whatever changes", { timeout: soaking ? 3_600_000 : 240_000 }, () =>
  withDatabase(newest(), async (url) => {
    const project = cliProject(FILES, url);
    expect(await project.run("revision", "--autogenerate", "-m", "Shops")).toMatchObject({ code: 0 });
    expect(await project.run("upgrade")).toMatchObject({ code: 0 });
    const db = await connect(url);
    const all = fc.shuffledSubarray(CHANGES, { minLength: CHANGES.length });
    try {
      await fc.assert(
        fc.asyncProperty(all, async (changes) => {
          for (const change of changes) await expectSeen(project, change, (sql) => db.query(sql));
        }),
        settings("known checks", soaking ? 20 : 1),
      );
      expect(await project.run("check", "--fresh", "--timings")).toSatisfy(isCompared);
      expect(await project.runWith({ OWN_SCHEMA: "other" }, "check", "--timings")).toSatisfy(isCompared);
    } finally {
      await db.end();
    }
  }),
);

async function expectSeen(project: CliProject, change: Change, run: (sql: string) => Promise<unknown>): Promise<void> {
  const check = () => project.run("check", "--timings");
  const known = await check();
  const twice = isCompared(known) ? await check() : known;
  expect(twice).toMatchObject({ code: 0, stderr: expect.stringContaining(KNOWN) });
  const undo = await make(project, change, run);
  const seen = await check();
  await undo();
  expect(seen, JSON.stringify(change)).toSatisfy(isCompared);
}

/** Makes a change. @returns takes it back */
async function make(
  project: CliProject,
  change: Change,
  run: (sql: string) => Promise<unknown>,
): Promise<() => Promise<unknown>> {
  if ("does" in change) {
    await run(change.does);
    return () => run(change.undoes);
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
