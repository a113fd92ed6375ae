import { expect, test } from "vitest";
import { anyMajors, connect, withDatabase } from "../support/servers.ts";
import { cliProject, expectRefused, revisionText, SHOP } from "./support.ts";

const PROJECT = {
  ...SHOP,
  "migrations/1.ts": revisionText("aaaa11110000", null, 'op.sql("CREATE TABLE shop (id integer)");'),
};

test.each(anyMajors())(
  "PostgreSQL %i: upgrade --create makes a database that is missing, also for two at once",
  (major) =>
    withDatabase(major, async (url) => {
      const admin = await connect(url);
      const name = `${new URL(url).pathname.slice(1)} "new"`;
      const missing = Object.assign(new URL(url), { pathname: encodeURIComponent(name) }).href;
      const project = cliProject(PROJECT, missing);
      try {
        expectRefused(
          await project.run("upgrade"),
          "DATABASE_UNREACHABLE",
          /does not exist\n.*remodel upgrade --create/,
          "createdb",
        );
        expectRefused(await project.run("upgrade", "--create", "--plan"), "USAGE", "mutually exclusive", "--help");
        const [one, two] = [project.start("upgrade", "--create"), project.start("upgrade", "--create")];
        const ran = await Promise.all([one.ended, two.ended]);
        expect(ran.map(({ code }) => code)).toEqual([0, 0]);
        const notes = ran.map(({ stderr }) => stderr).join("");
        expect(notes.match(/^Created the database .*$/gm)).toEqual([`Created the database ${name}.`]);
        expect((await project.run("current")).stdout).toMatch(/^aaaa11110000/);
        expect(await project.run("upgrade", "--create")).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/^Nothing to do/),
        });
        const { rows } = await admin.query(
          `SELECT a.encoding = b.encoding AND a.datcollate = b.datcollate AS same FROM pg_database a, pg_database b
         WHERE a.datname = $1 AND b.datname = 'template1'`,
          [name],
        );
        expect(rows).toEqual([{ same: true }]);
      } finally {
        await admin.query(`DROP DATABASE IF EXISTS "${name.replaceAll('"', '""')}" WITH (FORCE)`);
        await admin.end();
      }
    }),
);

test("the error for a role without CREATEDB says what it lacks", () =>
  withDatabase(anyMajors()[0]!, async (url) => {
    const admin = await connect(url);
    const role = `plain_${new URL(url).pathname.slice(-12)}`;
    try {
      await admin.query(`CREATE ROLE ${role} LOGIN`);
      const other = Object.assign(new URL(`${url}_not`), { username: role }).href;
      const ran = await cliProject(PROJECT, other).run("upgrade", "--create");
      expectRefused(ran, "DATABASE_FORBIDDEN", "could not be created: permission denied", "CREATEDB");
    } finally {
      await admin.query(`DROP ROLE ${role}`);
      await admin.end();
    }
  }));
