import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stamp } from "../../src/author/stamp.ts";
import { openTodos } from "../../src/author/todos.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { inSession, type Place, reopened, withPlace, writeRevision } from "../support/running.ts";

const go = (place: Place, way: "upgrade" | "downgrade", target: string) =>
  inSession(place, (session) => (way === "upgrade" ? upgrade : downgrade)(session, target)).then(
    ({ revisions }) => revisions.map(({ revision }) => revision.id),
    (error: unknown) => error,
  );

/** What makes an operation another one each time, and where it stands: in the function, or in the file. */
const CHANGING: readonly string[] = [
  "Math.random()",
  "new Date().toISOString()",
  "Date.now()",
  "new Date().getFullYear()",
  "Date()",
  "process.hrtime.bigint()",
  "performance.now()",
  "crypto.randomUUID()",
];

test("a revision whose operations are not the same twice is refused with the line, before anything is run", () =>
  withPlace(async (place) => {
    const write = async (up: string, top = "") => {
      writeRevision(place, "r1", null, up, top);
      return await go(await reopened(place), "upgrade", "heads");
    };
    for (const value of CHANGING) {
      const here = await write(`op.sql("SELECT 1");\n  op.sql(\`SELECT '\${${value}}'\`);`);
      expect(here, value).toMatchObject({
        code: "REVISION_INVALID",
        details: { line: 10 },
        hint: expect.stringContaining("gen_random_uuid()"),
      });
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a revision file
      const above = await write("op.sql(`SELECT '${MADE}'`);", `const MADE = ${value};`);
      expect(above, `${value} in the file`).toMatchObject({ code: "REVISION_INVALID", details: { line: 9 } });
    }
    const counted = await write(
      `for (let at = 0; at < Math.trunc(Date.now() / 1e9) % 7; at++) op.sql("SELECT 1");\n  op.sql(\`SELECT \${performance.now()}\`);`,
    );
    expect(counted).toMatchObject({ code: "REVISION_INVALID" });
    expect(
      await write(
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a revision file
        "op.run(async (db) => void (await db.query(`SELECT ${Math.random()}, '${new Date().toISOString()}'`)));",
      ),
    ).toEqual(["r1"]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a revision file
    expect(await write("op.sql(`SELECT '${new Date(0).toISOString()}'`);", "")).toEqual([]);
  }));

test("what cannot be taken back says so before anything is run, and stops no upgrade", () =>
  withPlace(async (place) => {
    const throwing = [
      `op.irreversible("the prices are gone");`,
      `throw new Error("the prices are gone");`,
      `(undefined as any).gone();`,
    ];
    for (const down of throwing) {
      writeRevision(place, "r1", null, `op.sql("SELECT 1");`, "", down);
      writeRevision(place, "r2", "r1", `op.sql("SELECT 2");`);
      const own = await reopened(place);
      expect(await go(own, "upgrade", "heads"), down).toEqual(["r1", "r2"]);
      expect(await go(own, "downgrade", "base"), down).toMatchObject({
        code: "REVISION_IRREVERSIBLE",
        message: expect.stringMatching(/r1 .*r1\.ts:\d+ /),
      });
      expect(await go(own, "downgrade", "r1"), down).toEqual(["r2"]);
      await place.admin.query("DELETE FROM remodel_revision");
    }
    writeRevision(place, "r1", null, `op.irreversible("no");`);
    expect(await go(await reopened(place), "upgrade", "heads")).toMatchObject({ code: "REVISION_INVALID" });
    writeRevision(place, "r1", null, `op.sql("SELECT 1");`, "", `op.dropTabel("a");`);
    expect(await go(await reopened(place), "upgrade", "heads")).toMatchObject({ code: "OPERATION_INVALID" });
    for (const [kind, up] of [
      ["async", "async function"],
      ["generators", "function*"],
    ] as const) {
      const text = `export const revision = "r1";\nexport const downRevision = null;\nexport ${up} upgrade(op: any) { op.sql("SELECT 1"); }\nexport function downgrade() {}\n`;
      writeFileSync(`${place.folder}/r1.ts`, text);
      expect(await go(await reopened(place), "upgrade", "heads")).toMatchObject({
        code: "REVISION_INVALID",
        message: expect.stringContaining(kind),
      });
    }
  }));

test("without a revision nothing succeeds in silence", () =>
  withPlace(async (place) => {
    for (const [folder, text] of [
      [place.folder, "There is no revision file in"],
      [`${place.folder}/nothing`, "does not exist"],
    ] as const)
      await inSession(place, async (open) => {
        const here = { ...open, folder };
        const told = {
          code: "HISTORY_EMPTY",
          message: expect.stringContaining(text),
          hint: expect.stringContaining("--migrations"),
        };
        await expect(upgrade(here)).rejects.toMatchObject(told);
        await expect(upgrade(here, "base")).rejects.toMatchObject(told);
        await expect(downgrade(here, "base")).rejects.toMatchObject(told);
        await expect(stamp(here, ["head"])).rejects.toMatchObject(told);
        await expect(stamp(here, ["heads"])).rejects.toMatchObject(told);
        expect(await openTodos(here)).toEqual([]);
      });
    expect((await place.admin.query("SELECT to_regclass('remodel_revision') AS state")).rows).toEqual([
      { state: null },
    ]);
  }));
