import { expect, test } from "vitest";
import { fileText, until } from "../support/running.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, type Files, ORMCONFIG, SHOP } from "./support.ts";

const SLEEP = "SELECT pg_sleep(603)";
const SLEEPING = `SELECT datname FROM pg_stat_activity WHERE query = '${SLEEP}' AND state = 'active' AND datname LIKE 'remodel_verify_%'`;
const SLEEPERS: Files = {
  "migrations/a_nap.ts": fileText("a_nap", null, `op.accept("unknown-sql", "a nap"); op.sql("${SLEEP}");`),
  "migrations/b_none.ts": fileText("b_none", "a_nap", ""),
};
const OLD_MIGRATION = `import type { MigrationInterface, QueryRunner } from "typeorm";
export class Nap1700000000000 implements MigrationInterface {
  name = "Nap1700000000000";
  async up(runner: QueryRunner): Promise<void> { await runner.query("${SLEEP}"); }
  async down(): Promise<void> {}
}
`;

/** What is proved, in which project, and what its database has. */
const COMMANDS: readonly (readonly [args: readonly string[], files: Files, sql?: string])[] = [
  [["squash", "base:head", "-m", "Short"], SLEEPERS],
  [["dev"], SLEEPERS],
  [
    ["adopt", "--wrap"],
    {
      "ormconfig.ts": ORMCONFIG.replace("entities:", 'migrations: ["old/*.ts"], entities:'),
      "old/1700000000000-Nap.ts": OLD_MIGRATION,
    },
    `CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL);
    INSERT INTO migrations (timestamp, name) VALUES (1700000000000, 'Nap1700000000000')`,
  ],
];

for (const [args, files, sql = ""] of COMMANDS)
  test(`a signal ends the proof of ${args[0]}: its database and its folder are removed`, () =>
    withDatabase(newest(), async (url) => {
      const project = cliProject({ ...SHOP, ...files }, url);
      const client = await connect(url);
      await client.query(sql);
      const before = project.files();
      const napping = project.start(...args, "--on", url, "--quiet");
      const name = await until(async () => {
        if (napping.child.exitCode !== null) return "";
        return (await client.query(SLEEPING)).rows[0]?.datname as string | undefined;
      });
      napping.child.kill("SIGINT");
      const stderr = expect.stringMatching(/CANCELLED: /);
      expect(await napping.ended).toMatchObject({ code: 130, stdout: "", stderr });
      const left = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
      expect([name, left.rowCount]).toEqual([expect.stringMatching(/^remodel_verify_/), 0]);
      expect(project.files()).toEqual(before);
      expect((await client.query("SELECT to_regclass('remodel_revision') AS state")).rows).toEqual([{ state: null }]);
      await client.end();
    }));
