import { expect, test } from "vitest";
import { readError } from "../../src/errors.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { upgrade } from "../../src/run/run.ts";
import { runScript } from "../support/psql.ts";
import { revisionText } from "../support/revisions.ts";
import { anyMajors, connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

/** Tables of the role that upgrades. A policy hides each second row of `lease` from it. */
const TABLES = `DO $$ BEGIN CREATE ROLE remodel_migrator LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;
  GRANT CREATE ON SCHEMA public TO remodel_migrator; SET ROLE remodel_migrator;
  CREATE TABLE shop (id integer PRIMARY KEY, code text); CREATE TABLE lease (id integer PRIMARY KEY, shop integer, code text);
  INSERT INTO shop SELECT n, 's' || n FROM generate_series(1, 4) n; INSERT INTO lease SELECT n, n FROM generate_series(1, 4) n;
  ALTER TABLE lease ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY even ON lease USING (id % 2 = 0)`;

/** Runs one revision as the owner of the tables, and reads what became of them. */
async function runAsOwner(
  major: number,
  steps: string,
  { more = "", how = "run" }: { readonly more?: string; readonly how?: "run" | "script" } = {},
): Promise<{ readonly codes: unknown; readonly forced: unknown; readonly error?: unknown }> {
  return await withFolder((folder) =>
    withDatabase(major, async (url) => {
      const admin = await connect(url);
      const owner = new URL(url);
      owner.username = "remodel_migrator";
      await admin.query(`${TABLES}; ${more}; RESET ROLE`);
      writeRevision(folder, "1.ts", revisionText("aaaa", null, steps));
      const session = await testSession({ url: owner.href, folder, entities: [] });
      const client = await connect(owner.href);
      try {
        const script = how === "script" ? await offlineSql(session, "upgrade", "heads") : undefined;
        const run = script === undefined ? upgrade(session) : runScript(client, script);
        const error = await run.then(() => undefined).catch((thrown: unknown) => thrown);
        const { rows } = await admin.query(`SELECT
          (SELECT json_agg(code ORDER BY id) FROM lease) AS codes,
          (SELECT json_object_agg(relname, relforcerowsecurity) FROM pg_class WHERE relname IN ('lease', 'shop')) AS forced`);
        return { ...rows[0], ...(error !== undefined && { error }) };
      } finally {
        await session.close();
        await client.end();
        await admin.end();
      }
    }),
  );
}

const SET = `op.setValues("lease", { set: { code: "k.code" }, from: "shop AS k", where: "k.id = lease.shop" });`;
const HIDDEN = expect.objectContaining({ message: expect.stringContaining("row-level security policy for table") });

test.each(anyMajors())(
  "PostgreSQL %i: new values reach rows that a forced policy hides from the owner",
  async (major) => {
    expect(await runAsOwner(major, SET)).toEqual({
      codes: ["s1", "s2", "s3", "s4"],
      forced: { lease: true, shop: false },
    });
    const more = "ALTER TABLE lease NO FORCE ROW LEVEL SECURITY";
    expect(await runAsOwner(major, SET, { more, how: "script" })).toEqual({
      codes: ["s1", "s2", "s3", "s4"],
      forced: { lease: false, shop: false },
    });
  },
);

test("rows of another table that a forced policy hides are an error, since values would be lost", async () => {
  const more = "ALTER TABLE shop ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY";
  for (const how of ["run", "script"] as const)
    expect(await runAsOwner(newest(), SET, { more, how })).toEqual({
      codes: [null, null, null, null],
      forced: { lease: true, shop: true },
      error: HIDDEN,
    });
});

test("the error about hidden rows says what to type, and that is enough", async () => {
  const more = "ALTER TABLE shop ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY";
  const { error } = await runAsOwner(newest(), SET, { more });
  const { hint = "" } = readError(error);
  expect(hint).toMatch("BYPASSRLS");
  const [before = ""] = /op\.sql\(".*?"\)/.exec(hint) ?? [];
  const added = before.replace("…", "shop");
  const steps = `${added}; ${SET} ${added.replace("NO FORCE", "FORCE")};`;
  expect(await runAsOwner(newest(), steps, { more })).toEqual({
    codes: ["s1", "s2", "s3", "s4"],
    forced: { lease: true, shop: true },
  });
  const other = `${more}; RESET ROLE; ALTER TABLE shop OWNER TO postgres; GRANT SELECT ON shop TO remodel_migrator`;
  const refused = await runAsOwner(newest(), SET, { more: other });
  expect(readError(refused.error).hint).toMatch(
    "Run the command as the owner of that table or with a role that has BYPASSRLS.",
  );
});

test("policies decide again what the next statement of the revision reads", async () => {
  const next = `${SET} op.sql("UPDATE lease SET code = 'seen'");`;
  expect(await runAsOwner(newest(), next)).toMatchObject({ codes: ["s1", "seen", "s3", "seen"] });
});

test("batches do not pass over rows that a policy hides, in a run and in a script", async () => {
  for (const how of ["run", "script"] as const)
    expect(await runAsOwner(newest(), `op.backfill("lease", { set: { code: "'filled'" } });`, { how })).toEqual({
      codes: [null, null, null, null],
      forced: { lease: true, shop: false },
      error: HIDDEN,
    });
});
