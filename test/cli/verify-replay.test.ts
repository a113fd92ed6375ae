import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { enterBefore, startWalk } from "../../src/shadow/walk.ts";
import { openSession } from "../../src/state/session.ts";
import { addEmbedded, type CliProject, cliProject, MODULE, revisionText } from "./support.ts";

const CACHE = "node_modules/.cache/typeorm-remodel";
const [FIRST, MANY, CODE, LAST] = ["aaaa11110000", "bbbb22220000", "cccc33330000", "dddd44440000"];
const COLUMNS = Array.from(
  { length: 40 },
  (_, at) => `  op.addColumn("shop", { name: "c${at}", type: "text", nullable: true });`,
);
const NOTE = `  op.sql("ALTER TABLE shop ADD note text");`;

const PROJECT = {
  ...MODULE,
  "ormconfig.ts": `import { DataSource } from "typeorm";
export default new DataSource({ type: "postgres", url: "postgres://nobody@127.0.0.1:1/none", entities: [] });`,
  "migrations/1.ts": revisionText(
    FIRST,
    null,
    `  op.createTable("shop", { columns: [{ name: "id", type: "integer" }], primaryKey: { columns: ["id"] } });`,
  ),
  "migrations/2.ts": revisionText(MANY, FIRST, COLUMNS.join("\n")),
  "migrations/3.ts": revisionText(CODE, MANY, NOTE),
  "migrations/4.ts": revisionText(LAST, CODE, `  op.renameColumn("shop", "c1", "d1");`),
};

test("a run begins with the copy of an earlier one, unless a revision was edited or the copy is damaged", async () => {
  const project = cliProject(PROJECT);
  addEmbedded(project);
  const first = await replay(project, CODE);
  const copies = listCopies(project);
  expect([first.rows, copies.length]).toEqual([20, 1]);
  const later = await replay(project, LAST);
  expect([later.ran.slice(0, 2), later.ran.length, listCopies(project)]).toEqual([first.ran, 3, copies]);

  const [copy = ""] = copies;
  writeFileSync(copy, readFileSync(copy).subarray(0, 10_000));
  const again = await replay(project, CODE);
  expect(again.ran.filter((one) => first.ran.includes(one))).toEqual([]);

  project.write({
    "migrations/1.ts": PROJECT["migrations/1.ts"].replace(`"id", type: "integer"`, `"id", type: "bigint"`),
  });
  const edited = await replay(project, CODE);
  expect(edited.ran.filter((one) => again.ran.includes(one))).toEqual([]);
  expect(listCopies(project).length).toBe(2);

  project.write({
    "migrations/1.ts": PROJECT["migrations/1.ts"].replace("  op.create", "  op.run(async () => {});\n  op.create"),
  });
  await replay(project, CODE);
  expect(listCopies(project).length).toBe(2);
});

/** Goes to the schema before a revision. What a run applied has the time of that run. */
async function replay({ folder }: CliProject, before: string) {
  const session = await openSession({ cwd: folder });
  const revision = session.graph().revisions.get(before);
  if (revision === undefined) throw new Error(before);
  const walk = startWalk(session, {}, undefined);
  try {
    const place = await enterBefore(walk, revision);
    const { query } = place.throwaway.connection;
    const ran = await query("SELECT revision || ' ' || applied_at AS ran FROM remodel_revision ORDER BY applied_at");
    const [count] = await query("SELECT count(*)::integer AS rows FROM shop");
    return { ran: ran.map((row) => String(row["ran"])), rows: count?.["rows"] };
  } finally {
    await walk.leave();
    await session.close();
  }
}

function listCopies({ folder }: CliProject): readonly string[] {
  const home = join(folder, CACHE);
  return readdirSync(home).flatMap((name) => (name.endsWith(".copy.gz") ? [join(home, name)] : []));
}
