import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { cliProject, databaseLine, expectRefused, SHOP } from "./support.ts";

test("--schema makes each command about one schema of the database", () =>
  withDatabase(
    newest(),
    async (url) => {
      const project = cliProject(SHOP, url);
      const run = async (mall: string, ...args: readonly string[]) => {
        const ran = await project.run(...args, "--schema", mall, "--json");
        return { code: ran.code, data: JSON.parse(ran.stdout) };
      };
      expect(await project.run("current", "--schema", "mall_a")).toEqual({
        code: 0,
        stdout: "The database has no revision yet.\n",
        stderr: databaseLine(url, "mall_a"),
      });
      const written = await run("mall_a", "revision", "--autogenerate", "-m", "Shops");
      const { revision } = written.data;
      expect(written).toMatchObject({ code: 0, data: { text: expect.not.stringContaining("mall_a") } });
      expect(await run("mall_a", "upgrade")).toMatchObject({ code: 0, data: { revisions: [{ revision }] } });
      expect(await run("mall_b", "upgrade", "--plan")).toMatchObject({ code: 0, data: { revisions: [{ revision }] } });
      expect(await run("mall_b", "current", "--check-heads")).toMatchObject({ code: 1, data: { current: [] } });
      expect(await run("mall_b", "stamp", "head")).toMatchObject({ code: 0, data: { applied: [revision] } });
      expect(await run("mall_b", "diff")).toMatchObject({ code: 1, data: { inSync: false } });
      expect(await run("mall_b", "stamp", "base")).toMatchObject({ code: 0, data: { applied: [] } });
      expect(await run("mall_b", "upgrade")).toMatchObject({ code: 0, data: { revisions: [{ revision }] } });
      expect(await run("mall_a", "downgrade", "base")).toMatchObject({ code: 0, data: { revisions: [{ revision }] } });
      expect(await run("mall_a", "check")).toMatchObject({ code: 1, data: { pending: [revision] } });
      expect(await run("mall_b", "check")).toMatchObject({ code: 0, data: { inSync: true } });
      const shown = await project.run("show", "current", "--schema", "mall_b");
      expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining(revision) });

      const client = await connect(url);
      const { rows } = await client
        .query("SELECT count(*)::int AS count FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        .finally(() => client.end());
      expect(rows).toEqual([{ count: 0 }]);

      expectRefused(
        await project.run("upgrade", "--schema", "mall_x"),
        "SCHEMA_MISSING",
        "The schema mall_x does not exist",
        'CREATE SCHEMA "mall_x"',
      );
      expectRefused(await project.run("current", "--schema", "a", "--schema", "b"), "USAGE", "twice", "once");
      expectRefused(await project.run("fleet", "list", "--schema", "mall_a"), "USAGE", "one database", "--select");
    },
    { sql: "CREATE SCHEMA mall_a; CREATE SCHEMA mall_b" },
  ));
