import { expect, test } from "vitest";
import { writeRevision } from "../../src/revision/folder.ts";
import { upgrade } from "../../src/run/run.ts";
import { revisionText } from "../cli/support.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

/** Statements that a superuser can run and this role cannot, and what the error says to do. */
const REFUSED: Readonly<Record<string, string>> = {
  'op.sql("ALTER TABLE mine OWNER TO remodel_other")':
    "Only a member of remodel_other may give it something: as a superuser, run GRANT remodel_other TO the role of this connection.",
  'op.sql(`ALTER TABLE mine OWNER TO "remodel_other";`)':
    'Only a member of "remodel_other" may give it something: as a superuser, run GRANT "remodel_other" TO the role of this connection.',
  'op.addColumn("theirs", { name: "a", type: "integer", nullable: true })':
    "Run the command as another role, with --url. What this role lacks: remodel doctor",
};

test.each(Object.entries(REFUSED))("the error of %s says what to type", (line, hint) =>
  withFolder((folder) =>
    withDatabase(newest(), async (own) => {
      const admin = await connect(own);
      const role = (name: string) =>
        admin.query(`DO $$ BEGIN CREATE ROLE ${name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
      await role("remodel_weak LOGIN");
      await role("remodel_other");
      await admin.query("GRANT ALL ON SCHEMA public TO remodel_weak; CREATE TABLE theirs (n int)");
      await admin.query("CREATE TABLE mine (n int); ALTER TABLE mine OWNER TO remodel_weak");
      await admin.end();
      writeRevision(folder, "aaaa.ts", revisionText("aaaa", null, `  ${line};`));
      const url = Object.assign(new URL(own), { username: "remodel_weak" }).href;
      const session = await testSession({ url, folder, entities: [] });
      try {
        const error = await upgrade(session).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: "REVISION_FAILED", hint: expect.stringContaining(hint) });
      } finally {
        await session.close();
      }
    }),
  ),
);
