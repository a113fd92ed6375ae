import { beforeAll, describe, expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Change } from "../../src/schema/operation.ts";
import { byTable, idioms } from "../support/idioms/all.ts";
import { synchronizeGroups } from "../support/idioms/groups.ts";
import { catalogOf, withProject } from "../support/idioms/project.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { synchronizeOn, type TypeormVersion } from "../support/typeorm.ts";

const MINUTES = 3 * 60_000;

const judged = idioms.filter(({ idiom }) => idiom.refused === undefined && idiom.never === undefined);
const placed = judged.filter(({ idiom }) => idiom.refused03 === undefined);
const entities = placed.flatMap((one) => one.entities);

/** Which TypeORM made the database, and which is asked next. */
const MOVES: readonly (readonly [from: TypeormVersion, to: TypeormVersion])[] = [
  ["0.3", "1"],
  ["1", "0.3"],
];

let made: Record<TypeormVersion, Awaited<ReturnType<typeof moved>>>;
beforeAll(async () => {
  made = { "0.3": await moved("0.3", "1"), "1": await moved("1", "0.3") };
}, MINUTES);

describe.each(MOVES)("what TypeORM %s made, under TypeORM %s", (from, to) => {
  test.each(placed.map((one) => [one.idiom.name, one] as const))("%s", (_, { idiom, table }) => {
    const changes = made[from].between.get(table) ?? [];
    const others = changes.filter(
      ({ operations, question }) => question || operations.some(({ name }) => !isRename(name)),
    );
    if (idiom.other03 === undefined) expect(others).toEqual([]);
    else expect(others).not.toEqual([]);
    expect(made[from].after.get(table)?.map(inPairs)).toEqual(made[to].before.get(table)?.map(inPairs));
  });

  test("checks, exclusions and partial indexes get the names that this TypeORM gives them, and are in sync", () => {
    const operations = [...made[from].between.values()].flat().flatMap((change) => change.operations);
    const renames = operations.filter(({ name }) => isRename(name));
    console.log(`From TypeORM ${from} to ${to}: ${renames.length} other names, all as renames`);
    expect(renames.length).toBeGreaterThan(0);
    expect(made[from].left).toEqual([]);
    expect(made[from].back).toEqual(made[from].before);
  });
});

test.each(judged.filter(({ idiom }) => idiom.refused03).map((one) => [one.idiom.name, one] as const))(
  "TypeORM 0.3 refuses: %s",
  (_, one) =>
    withDatabase(newest(), (url) =>
      expect(synchronizeOn(url, one.entities, { version: "0.3" })).rejects.toThrow(one.idiom.refused03),
    ),
);

/** The pairs of a foreign key mean the same in any order, and the two lines list them in another one. */
function inPairs(block: string): string {
  return block.replace(
    /FOREIGN KEY \(([^)]*)\) REFERENCES (\S+)\(([^)]*)\)/g,
    (_, own: string, table: string, others: string) => {
      const there = others.split(", ");
      const pairs = own.split(", ").map((column, at) => `${column} = ${there[at]}`);
      return `FOREIGN KEY ${table} (${pairs.sort().join(", ")})`;
    },
  );
}

function isRename(name: string): boolean {
  return name === "renameConstraint" || name === "renameIndex";
}

/** A database made by one TypeORM, brought to the other and back. */
async function moved(from: TypeormVersion, to: TypeormVersion) {
  return withProject(newest(), async ({ url, at }) => {
    await synchronizeGroups(url, placed, { version: from });
    const before = await catalogOf(url);
    const accept = ["all"] as const;
    const between = await at(entities, compare, to);
    await at(entities, (session) => revise(session, { message: "To", autogenerate: true, accept }), to);
    await at(entities, (session) => upgrade(session), to);
    const { upgrade: up, downgrade: down, unreadable } = await at(entities, compare, to);
    const after = await catalogOf(url);
    await at(entities, (session) => downgrade(session, "base"), to);
    const text = ({ operations }: Change) => JSON.stringify(operations);
    const left = [...up, ...down, ...unreadable];
    return { before, between: byTable(between.upgrade, text), left, after, back: await catalogOf(url) };
  });
}
