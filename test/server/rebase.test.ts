import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rebase } from "../../src/author/rebase.ts";
import { RemodelError } from "../../src/errors.ts";
import { heads } from "../../src/history/graph.ts";
import { writeRevision } from "../../src/revision/folder.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { revisionText } from "../support/revisions.ts";
import { oldest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const COLUMN = (name: string) => `op.addColumn("mall", { name: "${name}", type: "text", nullable: true });`;
const DROP = (name: string) => `op.dropColumn("mall", "${name}");`;

/** mall ─┬─ mine ─ more  and  └─ theirs */
function withFork(body: (session: Session, folder: string) => Promise<void>): Promise<void> {
  return withFolder((folder) =>
    withDatabase(oldest(), async (url) => {
      const create = 'op.createTable("mall", { columns: [{ name: "id", type: "integer" }] });';
      writeRevision(folder, "mall.ts", revisionText("mall", null, create, 'op.dropTable("mall");'));
      writeRevision(folder, "mine.ts", revisionText("mine", "mall", COLUMN("a"), DROP("a")));
      writeRevision(folder, "more.ts", revisionText("more", "mine", COLUMN("b"), DROP("b")));
      writeRevision(folder, "theirs.ts", revisionText("theirs", "mall", COLUMN("c"), DROP("c")));
      const session = await testSession({ url, folder, entities: [] });
      try {
        await body(session, folder);
      } finally {
        await session.close();
      }
    }),
  );
}

const filesOf = (folder: string) => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
const headsOf = (session: Session) => heads(session.graph()).map(({ id }) => id);

test("a line that is not applied moves onto the other head", () =>
  withFork(async (session, folder) => {
    const before = filesOf(folder);
    await upgrade(session, "theirs");
    expect(await rebase(session, "mine", "theirs")).toMatchObject({ before: "mall", asked: true, applied: false });
    expect(headsOf(session)).toEqual(["more"]);
    expect(filesOf(folder)).toEqual(
      before.map((text) =>
        text.replace('"mine";\nexport const downRevision = "mall"', '"mine";\nexport const downRevision = "theirs"'),
      ),
    );
    expect((await upgrade(session)).revisions.map(({ revision }) => revision.id)).toEqual(["mine", "more"]);
  }));

test("a line that is applied here goes down first, as the hint says", () =>
  withFork(async (session, folder) => {
    const before = filesOf(folder);
    await upgrade(session, "more");
    const error = (await rebase(session, "mine", "theirs").catch((thrown) => thrown)) as RemodelError;
    expect(error).toBeInstanceOf(RemodelError);
    expect(error.code).toBe("USAGE");
    expect(error.message).toMatch("mine is applied in this database, and theirs, which would come before it, is not");
    expect(filesOf(folder)).toEqual(before);
    const [, target] = /remodel downgrade (\S+)/.exec(error.hint!)!;
    expect((await downgrade(session, target!)).revisions.map(({ revision }) => revision.id)).toEqual(["more", "mine"]);
    await rebase(session, "mine", "theirs");
    expect((await upgrade(session)).revisions.map(({ revision }) => revision.id)).toEqual(["theirs", "mine", "more"]);
  }));

test("a line that is applied here moves where the other one is applied as well", () =>
  withFork(async (session) => {
    await upgrade(session, "heads");
    expect(await rebase(session, "mine", "theirs")).toMatchObject({ asked: true, applied: true });
    expect(headsOf(session)).toEqual(["more"]);
    expect((await upgrade(session)).revisions).toEqual([]);
    expect((await downgrade(session, "base")).revisions).toHaveLength(4);
  }));

test("a revision that is half applied stays where it is until what would come before it is applied", () =>
  withFork(async (session, folder) => {
    const steps = `${COLUMN("a")} op.sql("SELECT 1/0");`;
    const text = revisionText("mine", "mall", steps, DROP("a"));
    writeFileSync(join(folder, "mine.ts"), `${text}export const transaction = false;\n`);
    const before = filesOf(folder);
    await expect(upgrade(session, "mine")).rejects.toMatchObject({ code: "REVISION_FAILED" });
    await expect(rebase(session, "mine", "theirs")).rejects.toMatchObject({
      code: "REVISION_HALF_APPLIED",
      message: expect.stringMatching(
        "mine is half applied in this database, and theirs, which would come before it, is",
      ),
    });
    expect(filesOf(folder)).toEqual(before);
    await upgrade(session, "theirs");
    expect(await rebase(session, "mine", "theirs")).toMatchObject({ applied: true });
  }));

test("half a line stays where it is, and so does what would follow itself", () =>
  withFork(async (session, folder) => {
    const before = filesOf(folder);
    await expect(rebase(session, "more", "theirs")).rejects.toMatchObject({
      code: "GRAPH_HEADS",
      hint: "To move the whole line, run: remodel rebase mine --onto theirs",
    });
    await expect(rebase(session, "mine", "more")).rejects.toMatchObject({ code: "GRAPH_CYCLE" });
    expect(filesOf(folder)).toEqual(before);
  }));
