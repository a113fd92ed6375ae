import { expect, test } from "vitest";
import { reopened, runAll, withPlace, writeRevision } from "../support/running.ts";
import { anyMajors } from "../support/servers.ts";

const ID = '{ columns: [{ name: "id", type: "integer" }] }';

/** Calls that are sent as one text, one in each line. */
const GOOD = [
  'op.createEnum("größe", ["klein", "groß 😀"]);',
  `op.createTable("mall", ${ID});`,
  `op.createTable("shop", ${ID});`,
  'op.createCheckConstraint("shop", { name: "positive", expression: "id > 0" });',
  'op.createIndex("shop", { name: "shop_id", columns: ["id"] });',
  'op.commentOnTable("shop", "the shops");',
];

/** Calls that fail, and how: when the text is read, when a statement is analysed, when it runs. */
const BAD: readonly (readonly [code: string, call: string])[] = [
  ["42601", 'op.createCheckConstraint("mall", { name: "bad", expression: "id > > 0" });'],
  ["42601", 'op.createCheckConstraint("mall", { name: "bad", expression: "(id > 0" });'],
  ["42703", 'op.createCheckConstraint("mall", { name: "bad", expression: "nothing > 0" });'],
  ["42704", 'op.createTable("bad", { columns: [{ name: "id", type: "no_such_type" }] });'],
  ["42P07", `op.createTable("old", ${ID});`],
];

/** The line of the first call in a file of `writeRevision`. */
const FIRST_LINE = 9;

const cases = BAD.flatMap(([code, call]) =>
  // After the two tables that the call may need.
  [3, 4, 5, 6].map((at) => [code, at, call] as const),
);

test.each(anyMajors())("an error names its statement and its line, wherever it is in a text, on %i", (major) =>
  withPlace(async (place) => {
    await place.admin.query("CREATE TABLE old (id integer)");
    for (const [code, at, call] of cases) {
      writeRevision(place, "a", null, [...GOOD.slice(0, at), call, ...GOOD.slice(at)].join("\n  "));
      const sql = expect.stringMatching(/bad|"old"/);
      await expect(runAll(await reopened(place)), `${call} at ${at}`).rejects.toMatchObject({
        code: "REVISION_FAILED",
        message: expect.stringContaining(`a.ts:${FIRST_LINE + at}: `),
        details: { line: FIRST_LINE + at, operation: at + 1, code, sql },
      });
    }
    writeRevision(place, "a", null, GOOD.join("\n  "));
    await runAll(await reopened(place));
    const { rows } = await place.admin.query("SELECT obj_description('shop'::regclass) AS comment");
    expect(rows).toEqual([{ comment: "the shops" }]);
  }, major),
);
