import { expect, test } from "vitest";
import { writeRevision } from "../../src/revision/folder.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { readState } from "../../src/state/applied-rows.ts";
import { readSyncStatus } from "../../src/state/sync-status.ts";
import { revisionText } from "../support/revisions.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

test("a branch that another one depends on keeps its rows, and goes with the other only when told", () =>
  withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      const label = (text: string) => `export const branchLabels = "${text}";`;
      writeRevision(folder, "1.ts", revisionText("malls1", null, "", "", label("malls")));
      writeRevision(folder, "2.ts", revisionText("malls2", "malls1"));
      writeRevision(
        folder,
        "3.ts",
        revisionText("shops1", null, "", "", `${label("shops")} export const dependsOn = "malls2";`),
      );
      const session = await testSession({ url, folder, entities: [] });
      const applied = async () =>
        (await readState(await session.connection(), await session.state())).map(({ revision }) => revision).sort();
      try {
        await upgrade(session, "shops@head");
        expect(await applied()).toEqual(["malls1", "malls2", "shops1"]);
        expect((await readSyncStatus(session)).current).toEqual(["malls2", "shops1"]);
        await expect(downgrade(session, "-1")).rejects.toMatchObject({ code: "GRAPH_HEADS" });
        await expect(downgrade(session, "malls@base")).rejects.toMatchObject({
          message: "A downgrade to malls@base must also downgrade what depends on it: shops1.",
          hint: expect.stringContaining("--with-dependents"),
        });
        expect(await applied()).toEqual(["malls1", "malls2", "shops1"]);
        await downgrade(session, "malls@base", { withDependents: true });
        expect(await applied()).toEqual([]);
      } finally {
        await session.close();
      }
    }),
  ));
