import { beforeAll, describe, expect, test } from "vitest";
import { compare } from "../../src/run/compare.ts";
import { revise } from "../../src/run/revise.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Change } from "../../src/schema/operation.ts";
import { byTable, idioms } from "../support/idioms/all.ts";
import { catalogOf, catalogText, withProject } from "../support/idioms/project.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { synchronizeOn, type TypeormVersion } from "../support/typeorm.ts";

const MINUTES = 3 * 60_000;

const judged = idioms.filter(({ idiom }) => idiom.refused === undefined && idiom.never === undefined);
const placed = judged.filter(({ idiom }) => idiom.refused03 === undefined);
const entities = placed.flatMap((one) => one.entities);

describe.each<[TypeormVersion, TypeormVersion]>([
  ["0.3", "1"],
  ["1", "0.3"],
])("what TypeORM %s made, under TypeORM %s", (from, to) => {
  let made: Awaited<ReturnType<typeof moved>>;
  beforeAll(async () => {
    made = await moved(from, to);
  }, MINUTES);

  test.each(placed.map((one) => [one.idiom.name, one] as const))("%s", (_, { idiom, table }) => {
    const changes = made.between.get(table) ?? [];
    const others = changes.filter(
      ({ operations, question }) => question || operations.some(({ name }) => !isRename(name)),
    );
    if (idiom.other03 === undefined) expect(others).toEqual([]);
    else expect(others).not.toEqual([]);
    expect(made.catalog.get(table)).toEqual(made.oracle.get(table));
  });

  test("checks, exclusions and partial indexes get the names that this TypeORM gives them, and are in sync", () => {
    const renamed = [...made.between.values()].flat().flatMap(({ operations }) => operations);
    console.log(`TypeORM ${from} to ${to}: ${renamed.length} names changed, all as renames`);
    expect(renamed.length).toBeGreaterThan(0);
    expect(made.after).toEqual([]);
    expect(made.back).toBe(made.before);
  });
});

test.each(judged.filter(({ idiom }) => idiom.refused03).map((one) => [one.idiom.name, one] as const))(
  "TypeORM 0.3 refuses: %s",
  (_, one) =>
    withDatabase(newest(), (url) =>
      expect(synchronizeOn(url, one.entities, { version: "0.3" })).rejects.toThrow(one.idiom.refused03),
    ),
);

function isRename(name: string): boolean {
  return name === "renameConstraint" || name === "renameIndex";
}

/** A database made by one TypeORM, brought to the other and back. */
async function moved(from: TypeormVersion, to: TypeormVersion) {
  return withProject(newest(), async ({ url, at }) => {
    await synchronizeOn(url, entities, { version: from });
    const before = await catalogText(url);
    const in2 = await at(entities, compare, to);
    const accept = ["all"] as const;
    await at(entities, (session) => revise(session, { message: "To", autogenerate: true, accept }), to);
    await at(entities, (session) => upgrade(session), to);
    const again = await at(entities, compare, to);
    const catalog = await catalogOf(url);
    await at(entities, (session) => downgrade(session, "base"), to);
    const back = await catalogText(url);
    const oracle = await withDatabase(newest(), async (other) => {
      await synchronizeOn(other, entities, { version: to });
      return catalogOf(other);
    });
    const text = ({ operations }: Change) => JSON.stringify(operations);
    return {
      ...{ before, catalog, oracle, back, between: byTable(in2.upgrade, text) },
      after: [...again.upgrade, ...again.downgrade, ...again.unreadable],
    };
  });
}
