import { expect, test } from "vitest";
import { writeRevision } from "../../src/revision/folder.ts";
import { offlineSql } from "../../src/run/offline.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { readState } from "../../src/state/applied-rows.ts";
import { listCatalog } from "../support/observer.ts";
import { runScript } from "../support/psql.ts";
import { revisionText } from "../support/revisions.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const MALL = 'op.createTable("mall", { columns: [{ name: "id", type: "integer" }] });';
/** The index comes outside a transaction, between two that share one. */
const STEPS = `op.addColumn("mall", { name: "a", type: "text", nullable: true });
  op.createIndex("mall", { name: "IDX_a", columns: ["a"] }, { concurrently: true });
  op.addColumn("mall", { name: "b", type: "text", nullable: true });`;
const BACK = 'op.dropColumn("mall", "b"); op.dropIndex("mall", "IDX_a"); op.dropColumn("mall", "a");';

test("a script stops on a database that is elsewhere and leaves it as it was; a run goes on where a script broke off", () =>
  withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      writeRevision(folder, "1.ts", revisionText("aaaa", null, MALL, 'op.dropTable("mall");'));
      writeRevision(folder, "2.ts", revisionText("bbbb", "aaaa", STEPS, BACK));
      const client = await connect(url);
      const session = await testSession({ url, folder, entities: [] });
      try {
        const empty = await listCatalog(client, { ignoreTables: [] });
        const script = await offlineSql(session, "upgrade", "aaaa:bbbb");
        const elsewhere = await connect(url);
        await expect(runScript(elsewhere, script)).rejects.toThrow(
          "remodel: this script starts from (aaaa), the database has ()",
        );
        await elsewhere.end();
        expect(await listCatalog(client, { ignoreTables: [] })).toBe(empty);

        await runScript(client, await offlineSql(session, "upgrade", "base:aaaa"));
        const half = script.replace('ADD COLUMN "b" text', "ALTER COLUMN nonsense DROP DEFAULT");
        const other = await connect(url);
        await expect(runScript(other, half)).rejects.toThrow("nonsense");
        await other.end();
        expect((await readState(await session.connection(), await session.state())).map((row) => row.revision)).toEqual(
          ["aaaa"],
        );
        await upgrade(session);
        await downgrade(session, "base");
        expect(await listCatalog(client)).toBe(empty);
      } finally {
        await session.close();
        await client.end();
      }
    }),
  ));

test("a revision with code (op.run) is refused by name", () =>
  withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      writeRevision(folder, "1.ts", revisionText("aaaa", null, "op.run(async () => undefined);"));
      const session = await testSession({ url, folder, entities: [] });
      try {
        await expect(offlineSql(session, "upgrade", "heads")).rejects.toMatchObject({
          code: "USAGE",
          message: "Revision aaaa has a step in code (op.run), which a script cannot contain.",
        });
      } finally {
        await session.close();
      }
    }),
  ));
