import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { cliProject, expectRefused, revisionText, SHOP } from "./support.ts";

/** The statements of SECURITY.md, in their order: to run, to look, and what is taken from all others. */
const BLOCKS = [...readFileSync(new URL("../../SECURITY.md", import.meta.url), "utf8").matchAll(/```sql\n(.*?)```/gs)];

describe.each(anyMajors())("PostgreSQL %i: with the rights that SECURITY.md lists", (major) => {
  it("the migrator runs everything, and the reviewer sees everything and changes nothing", () =>
    withDatabase(major, async (url) => {
      const admin = await connect(url);
      const [run, look, revoke] = BLOCKS.map(([, sql = ""]) => sql) as [string, string, string];
      const suffix = `${major}_${Date.now().toString(36)}`;
      const [migrator, reviewer] = [`migrator_${suffix}`, `reviewer_${suffix}`];
      const grant = (sql: string) =>
        admin.query(
          sql
            .replaceAll(" migrator", ` ${migrator}`)
            .replaceAll(" reviewer", ` ${reviewer}`)
            .replaceAll("DATABASE mall", `DATABASE ${new URL(url).pathname.slice(1)}`),
        );
      const project = cliProject({ ...SHOP });
      const as = (username: string) => (args: string) =>
        project.run(...args.split(" "), "--url", Object.assign(new URL(url), { username }).href);
      try {
        await admin.query(`CREATE ROLE ${migrator} LOGIN; CREATE ROLE ${reviewer} LOGIN`);
        await admin.query(`REVOKE CONNECT ON DATABASE ${new URL(url).pathname.slice(1)} FROM PUBLIC; ${revoke}`);
        await grant(run);
        const runs = as(migrator);
        for (const args of [
          "revision --autogenerate -m Shop --rev-id aaaa11110000",
          "upgrade",
          "check",
          "downgrade base",
          "stamp head",
          "stamp base",
          "upgrade",
        ])
          expect(await runs(args), args).toMatchObject({ code: 0 });
        await grant(look);
        const looks = as(reviewer);
        for (const args of [
          "current",
          "check",
          "history -i",
          "diff",
          "upgrade --plan",
          "revision --autogenerate -m More --dry-run",
        ])
          expect(await looks(args), args).toMatchObject({ code: 0 });
        project.write({ "migrations/2.ts": revisionText("bbbb22220000", "aaaa11110000", 'op.dropTable("shop");') });
        expect(await looks("upgrade --plan")).toMatchObject({ stdout: expect.stringContaining("DROP TABLE") });
        for (const args of ["stamp base", "upgrade", "downgrade base"]) expect((await looks(args)).code, args).toBe(2);
        expect(await looks("current")).toMatchObject({ stdout: expect.stringContaining("aaaa11110000") });
        await grant(look.replaceAll("GRANT SELECT", "REVOKE SELECT").replaceAll("remodel_log TO", "remodel_log FROM"));
        expectRefused(await looks("current"), "DATABASE_FORBIDDEN", "lacks SELECT on public.remodel_", "GRANT SELECT");
      } finally {
        await admin.query(`DROP OWNED BY ${migrator}, ${reviewer}; DROP ROLE ${migrator}, ${reviewer}`);
        await admin.end();
      }
    }));
});
