import { join } from "node:path";
import { expect, test } from "vitest";
import { createLoader } from "../../src/load/load.ts";
import { loadRevision } from "../../src/state/revisions.ts";
import { revisionText } from "../support/revisions.ts";
import { project } from "./fixture.ts";

function openRevision(upgrade: string) {
  const folder = project({ "a.ts": revisionText("a", null, upgrade) });
  const revision = { id: "a", down: [], message: "a", file: join(folder, "a.ts") };
  return { loader: createLoader(folder), revision };
}

const calls = (): unknown => Reflect.get(globalThis, "recordedCalls");

test("a revision is recorded once for all tenants of a run", async () => {
  Reflect.set(globalThis, "recordedCalls", 0);
  const { loader, revision } = openRevision('  (globalThis as any).recordedCalls++; op.dropTable("shop");');
  const first = await loadRevision(loader, revision);
  const recorded = calls();
  expect(await loadRevision(loader, revision)).toBe(first);
  expect(calls()).toBe(recorded);
});

test("another loader reads the file again, since it may have changed", async () => {
  const { loader, revision } = openRevision('  op.dropTable("shop");');
  const first = await loadRevision(loader, revision);
  expect(await loadRevision(createLoader(join(revision.file, "..")), revision)).not.toBe(first);
});

test("what a step remembers in a variable is not seen by the run of another tenant", async () => {
  const { loader, revision } = openRevision(`  const seen: string[] = [];
  op.run(async (db) => { seen.push("one"); await db.query(seen.join()); });`);
  const texts: string[] = [];
  const query = async (text: string) => {
    texts.push(text);
    return [];
  };
  for (const _ of [1, 2]) {
    const { upgrade } = await loadRevision(loader, revision);
    await Reflect.apply(upgrade[0]?.operation.run ?? expect.fail, undefined, [{ query }]);
  }
  expect(texts).toEqual(["one", "one"]);
});

test("a step that is another one at a later call is refused", async () => {
  const { loader, revision } = openRevision(`  op.run(async () => {});
  if ((globalThis as any).recordedCalls++ === 2) op.dropTable("shop");`);
  Reflect.set(globalThis, "recordedCalls", 0);
  await loadRevision(loader, revision);
  await expect(loadRevision(loader, revision)).rejects.toMatchObject({ code: "REVISION_INVALID" });
});
