import { expect, test } from "vitest";
import { examineHistory } from "../../src/doctor/history-line.ts";
import { preflightTenant } from "../../src/fleet/preflight.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { findForbiddenOwner } from "../../src/run/new-owners.ts";
import { upgrade } from "../../src/run/run.ts";
import { loadRevisions } from "../../src/state/revisions.ts";
import type { Session } from "../../src/state/session.ts";
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

/** Calls a function with a project whose revision has these lines, as a role that owns the table `mine` and no other. */
async function withWeakRole(lines: string, body: (session: Session) => Promise<void>): Promise<void> {
  await withFolder((folder) =>
    withDatabase(newest(), async (own) => {
      const admin = await connect(own);
      const role = (name: string) =>
        admin.query(`DO $$ BEGIN CREATE ROLE ${name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
      await role("remodel_weak LOGIN");
      await role("remodel_other");
      await admin.query("GRANT ALL ON SCHEMA public TO remodel_weak; CREATE TABLE theirs (n int)");
      await admin.query("CREATE TABLE mine (n int); ALTER TABLE mine OWNER TO remodel_weak");
      await admin.end();
      writeRevision(folder, "aaaa.ts", revisionText("aaaa", null, lines));
      const url = Object.assign(new URL(own), { username: "remodel_weak" }).href;
      const session = await testSession({ url, folder, entities: [] });
      try {
        await body(session);
      } finally {
        await session.close();
      }
    }),
  );
}

test.each(Object.entries(REFUSED))("the error of %s says what to type", (line, hint) =>
  withWeakRole(`  ${line};`, async (session) => {
    const error = await upgrade(session).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "REVISION_FAILED", hint: expect.stringContaining(hint) });
  }),
);

/** Revisions, and the role to which the first forbidden statement gives something. */
const OWNERS: readonly (readonly [lines: string, owner: string | undefined])[] = [
  ['op.sql("ALTER TABLE mine OWNER TO remodel_other");', "remodel_other"],
  ['op.dropColumn("mine", "n");\n  op.sql(`ALTER TABLE mine OWNER TO "remodel_other";`);', '"remodel_other"'],
  ['op.sql("alter table mine owner to Remodel_Other");', "Remodel_Other"],
  ['op.sql("ALTER TABLE mine OWNER TO remodel_weak");', undefined],
  ['op.sql("ALTER TABLE mine OWNER TO CURRENT_USER");', undefined],
  ['op.sql("ALTER TABLE mine OWNER TO remodel_not_there");', undefined],
  ['op.sql("GRANT remodel_other TO remodel_weak");\n  op.sql("ALTER TABLE mine OWNER TO remodel_other");', undefined],
  ['op.run(async () => undefined);\n  op.sql("ALTER TABLE mine OWNER TO remodel_other");', undefined],
  ["op.sql(`COMMENT ON TABLE mine IS 'OWNER TO remodel_other'`);", undefined],
];

test.each(OWNERS)("before it runs, %s is known to be forbidden: %s", (lines, owner) =>
  withWeakRole(`  ${lines}`, async (session) => {
    const [db, graph] = [await session.connection(), session.graph()];
    const [revision] = [...graph.given.values()];
    const [file, line] = [revision!.file, 7 + lines.split("\n").length];
    const found = await findForbiddenOwner(db, await loadRevisions(session.loader, [revision!]));
    expect(found).toEqual(owner && { owner, role: "remodel_weak", revision: "aaaa", file, line });
    const ahead = await preflightTenant(session, "upgrade", "heads");
    const reason = `the role may not give anything to ${owner}`;
    expect(ahead).toMatchObject(owner === undefined ? { state: "ready" } : { state: "forbidden", reason, file, line });
    const history = await examineHistory(db, session);
    const text = `pending: aaaa. aaaa gives something to ${owner}, which remodel_weak may not: ${file}:${line}.`;
    const missing = { name: "history", status: "missing", text, hint: `GRANT ${owner} TO remodel_weak` };
    const note = { name: "history", status: "note", text: "pending: aaaa", hint: "Run: remodel upgrade" };
    expect(history).toEqual(owner === undefined ? note : missing);
  }),
);
