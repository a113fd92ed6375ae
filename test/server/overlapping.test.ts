import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { upgrade } from "../../src/run/run.ts";
import { catalogOf, withProject } from "../support/idioms/project.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { synchronizeOn, typeormStatements } from "../support/typeorm.ts";

/** What one can say of one column that makes it unique or indexed. */
const DECLARATIONS: Readonly<Record<string, { column?: object; uniques?: object[]; indices?: object[] }>> = {
  column: { column: { unique: true } },
  unique: { uniques: [{ columns: ["code"] }] },
  named: { uniques: [{ name: "uq", columns: ["code"] }] },
  deferred: { uniques: [{ name: "dq", columns: ["code"], deferrable: "INITIALLY DEFERRED" }] },
  both: { uniques: [{ name: "cq", columns: ["code", "id"] }] },
  turned: { uniques: [{ name: "tq", columns: ["id", "code"] }] },
  index: { indices: [{ columns: ["code"] }] },
  indexed: { indices: [{ name: "ix", columns: ["code"] }] },
  sole: { indices: [{ name: "ux", columns: ["code"], unique: true }] },
  partial: { indices: [{ name: "px", columns: ["code"], unique: true, where: "code <> ''" }] },
  key: { column: { primary: true } },
};

const names = Object.keys(DECLARATIONS);
const PAIRS = names.flatMap((a, at) => names.slice(at).map((b) => [a, b] as const));

/** An entity of its own for each pair, with the name of the table in every name that is given. */
function entity([a, b]: readonly [string, string]): EntitySchema {
  const name = `${a}_${b}`;
  const parts = [DECLARATIONS[a]!, DECLARATIONS[b]!];
  const own = (list: readonly object[], at: number) =>
    list.map((one) => ("name" in one ? { ...one, name: `${name}_${String(one.name)}${a === b ? at : ""}` } : one));
  return new EntitySchema({
    name,
    columns: {
      id: { type: "int", primary: true },
      code: { type: "text", ...parts[0]!.column, ...parts[1]!.column },
    },
    uniques: parts.flatMap(({ uniques = [] }, at) => own(uniques, at)),
    indices: parts.flatMap(({ indices = [] }, at) => own(indices, at)),
  } as never);
}

/** TypeORM makes an index of one name twice, which PostgreSQL refuses. */
const REFUSED = ["index_index"];

test("two declarations about one column are made once, are in sync, and are what TypeORM makes where it comes to rest", () =>
  withProject(newest(), async ({ at, url }) => {
    const entities = PAIRS.map(entity) as never;
    await at(entities, (session) => revise(session, { message: "All", autogenerate: true }));
    await at(entities, (session) => upgrade(session));
    expect((await at(entities, compare)).upgrade).toEqual([]);
    expect(await at(entities, check)).toMatchObject({ inSync: true });

    await withDatabase(newest(), async (other) => {
      const accepted = PAIRS.filter(([a, b]) => !REFUSED.includes(`${a}_${b}`));
      const made = accepted.map(entity);
      await synchronizeOn(other, made);
      const again = (await typeormStatements(other, made)).join("\n");
      const [mine, theirs] = [await catalogOf(url), await catalogOf(other)];
      const settled = accepted.map((pair) => pair.join("_")).filter((name) => !again.includes(`"${name}"`));
      expect(settled.length).toBeGreaterThan(PAIRS.length / 2);
      for (const name of settled) expect(mine.get(name), name).toEqual(theirs.get(name));
    });

    // What TypeORM adds later, where it does not come to rest at first, is no difference either.
    const client = await connect(url);
    await client.query(`ALTER TABLE column_named ADD CONSTRAINT column_named_uq UNIQUE (code)`).catch(() => undefined);
    await client.end();
    expect((await at(entities, compare)).upgrade).toEqual([]);
  }));
