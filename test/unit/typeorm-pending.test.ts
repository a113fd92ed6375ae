import { resolve } from "node:path";
import { expect, test } from "vitest";
import { noteIgnored, refusePending } from "../../src/adopt/pending.ts";
import { readError } from "../../src/errors.ts";

const state = (...names: readonly string[]) => {
  const migrations = names.map((name) => ({ name }));
  return { migrations, pending: migrations, table: "migrations" } as never;
};

test.each([
  [
    ["Code1"],
    "TypeORM has not run Code1 yet: its table migrations does not have it.",
    / If it is not to run.* To run it: npx typeorm migration:run -d src\/db\.js$/,
    "src/db.js",
  ],
  [
    ["Code1", "Later2", "Last3"],
    "TypeORM has not run Code1, Later2 and Last3 yet: its table migrations does not have them.",
    /failed in the middle.* If they are not to run, add --ignore-pending\. To run them: npx typeorm-ts-node-commonjs migration:run -d db\.cts$/,
    "db.cts",
  ],
  [
    ["Code1"],
    "TypeORM has not run Code1 yet: its table migrations does not have it.",
    / npx typeorm-ts-node-esm migration:run -d db\.mts$/,
    "db.mts",
  ],
])("of pending migrations %j all are named, and what to do if one failed half way", (names, message, hint, file) => {
  let thrown: unknown;
  try {
    refusePending(state(...names), resolve(file));
  } catch (error) {
    thrown = error;
  }
  expect(readError(thrown)).toMatchObject({ code: "TYPEORM_PENDING", message, hint: expect.stringMatching(hint) });
  expect(noteIgnored(state(...names))[0]).toContain(names.at(-1));
});

test("nothing pending is neither refused nor noted", () => {
  expect(refusePending(state(), "db.ts")).toBeUndefined();
  expect(noteIgnored(state())).toEqual([]);
});
