import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { describeSelf, isAlive, lockFolder, type Owner } from "../../src/connection/folder-lock.ts";
import { createLoader } from "../../src/load/load.ts";
import { until } from "../support/running.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "remodel-busy-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(home, "data-"));
});

const locks = () => readdirSync(folder).filter((name) => name.endsWith(".lock"));
const lockOf = (owner: unknown) => {
  const name = `remodel-${crypto.randomUUID()}.lock`;
  writeFileSync(join(folder, name), typeof owner === "string" ? owner : JSON.stringify(owner));
};

test("a folder is taken by one at a time, and leaves nothing behind", async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: "DATABASE_BUSY" });
  unlock();
  (await lockFolder(folder))();
  expect(readdirSync(folder)).toEqual([]);
});

test("of many that begin at once no two have the folder", async () => {
  let inside = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, async () => {
      const unlock = await lockFolder(folder);
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      unlock();
    }),
  );
  const codes = results.map((result) => (result.status === "rejected" ? result.reason.code : "had it"));
  expect(codes).toContain("had it");
  expect(codes.filter((code) => code !== "had it" && code !== "DATABASE_BUSY")).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

const self = describeSelf();
const FAR = 2 ** 22 + 1;

describe("a lock is broken when its process is gone", () => {
  test.each<[why: string, owner: Owner]>([
    ["there is no such process", { ...self, pid: FAR }],
    ["its number belongs to a later process", { ...self, started: "1" }],
    ["the machine was started again", { ...self, boot: "another" }],
  ])("%s", async (_why, owner) => {
    lockOf(owner);
    expect(isAlive(owner)).toBe(false);
    (await lockFolder(folder))();
    expect(locks()).toEqual([]);
  });

  test("it was killed, and nobody has asked for its exit code", async () => {
    // The shell replaces itself: the sleeping process has a child that it never waits for.
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 600"], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const [pid] = await once(parent.stdout, "data");
      const { started: _, ...machine } = self;
      const owner = { ...machine, pid: Number(String(pid)) };
      await until(async () => (isAlive(owner) ? undefined : true));
      expect(isAlive(owner)).toBe(false);
    } finally {
      parent.kill();
    }
  });
});

describe("a lock is kept where its process may be there", () => {
  test.each<[why: string, owner: unknown]>([
    ["this one", self],
    ["on another machine", { ...self, host: "another", pid: FAR }],
    ["in another container", { ...self, namespace: "pid:[1]", pid: FAR }],
    ["a file that is not written yet", ""],
    ["a file that is not ours", "null"],
  ])("%s", async (_why, owner) => {
    lockOf(owner);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: "DATABASE_BUSY",
      message: expect.stringMatching(folder),
      hint: expect.stringMatching(/rm |Close that connection first/),
    });
    expect(locks()).toHaveLength(1);
  });
});

const OPEN = `
  const { connect } = await import(process.argv[1]);
  const { createLoader } = await import(process.argv[2]);
  const db = await connect(process.argv[3], createLoader(process.cwd()), process.cwd());
  await db.query("CREATE TABLE shop (id int)");
  process.stdout.write("open");
  setInterval(() => undefined, 1000);
`;

test("two connections to one embedded database lose no row: the second is refused, until the first is gone", async () => {
  const dist = (file: string) => new URL(`../../dist/${file}`, import.meta.url).href;
  const args = [
    "--input-type=module",
    "-e",
    OPEN,
    dist("connection/connect.js"),
    dist("load/load.js"),
    `pglite:${folder}`,
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  expect(String((await once(child.stdout, "data"))[0])).toBe("open");
  const otherName = join(home, "other-name");
  symlinkSync(folder, otherName);
  const loader = createLoader(ROOT);
  const open = (name: string) => connect(`pglite:${name}`, loader, ROOT);
  for (const name of [folder, otherName])
    await expect(open(name)).rejects.toMatchObject({
      code: "DATABASE_BUSY",
      message: expect.stringMatching(`is open in process ${child.pid} on `),
    });
  child.kill("SIGKILL");
  await once(child, "close");
  const db = await open(folder);
  expect(await db.query("SELECT * FROM shop")).toEqual([]);
  await expect(db.another()).rejects.toMatchObject({
    code: "DATABASE_BUSY",
    message: expect.stringMatching("is open in this process"),
  });
  await db.close();
  expect(locks()).toEqual([]);
});
