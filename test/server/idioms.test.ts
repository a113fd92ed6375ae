import { beforeAll, describe, expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { type Comparison, compare } from "../../src/compare/compare.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { byTable, idioms } from "../support/idioms/all.ts";
import { groupStatements, synchronizeGroups } from "../support/idioms/groups.ts";
import type { Model } from "../support/idioms/idiom.ts";
import { catalogOf, catalogText, withProject } from "../support/idioms/project.ts";
import { anyMajors, newest, withDatabase } from "../support/servers.ts";
import { synchronizeOn } from "../support/typeorm.ts";

/** All of a run's databases are made once, in one go; the tests only look at what came of it. */
const MINUTES = 3 * 60_000;

const possible = idioms.filter(({ idiom }) => idiom.impossible === undefined);
const hopeless = idioms.filter(({ idiom }) => idiom.impossible !== undefined);
const refused = possible.filter(({ idiom }) => idiom.refused !== undefined);
const judged = possible.filter(({ idiom }) => idiom.refused === undefined);
const models = (of: typeof idioms): readonly Model[] => of.flatMap(({ entities }) => entities);

describe.each(anyMajors())("PostgreSQL %i", (major) => {
  describe("an idiom", () => {
    let made: Awaited<ReturnType<typeof converge>>;
    beforeAll(async () => {
      made = await converge(major);
    }, MINUTES);

    test.each(possible.map((one) => [one.idiom.name, one] as const))("%s", (_, { idiom, table }) => {
      const again = idiom.never === undefined ? [] : ["alterColumn"];
      expect(operationsOf(made.upgrade, table)).toEqual(again);
      expect(operationsOf(made.downgrade, table)).toEqual(again);
      expect(made.unreadable.get(table) ?? []).toEqual([]);
      if (idiom.refused === undefined && idiom.never === undefined)
        expect(made.catalog.get(table)).toEqual(made.oracle.get(table));
    });

    test("nothing else is different, and base leaves the database as it was", () => {
      expect(
        [...made.upgrade.keys(), ...made.downgrade.keys(), ...made.unreadable.keys()].filter(
          (table) => !isNever(table),
        ),
      ).toEqual([]);
      expect(made.unmodelled).toEqual([]);
      expect(made.base).toBe(made.empty);
    });

    if (major === newest())
      test("TypeORM's own generator reports changes in what is in sync", () => {
        const wrong = judged.filter(({ table }) => made.typeorm.has(table));
        const never = possible.filter(({ idiom }) => idiom.never !== undefined);
        console.log(
          `${idioms.length} idioms: ${possible.length - never.length} converged here; ${wrong.length} changed for ever by ` +
            `TypeORM, which refused ${idioms.length - judged.length} more`,
        );
        expect(wrong.length).toBeGreaterThan(0);
      });

    test.each(hopeless.map((one) => [one.idiom.name, one] as const))("impossible: %s", (_, { idiom, entities }) =>
      withProject(major, async ({ url, at }) => {
        await expect(synchronizeOn(url, entities)).rejects.toThrow(idiom.refused);
        const ours = async () => {
          await at(entities, (session) => revise(session, { message: "One", autogenerate: true }));
          await at(entities, (session) => upgrade(session));
        };
        await expect(ours()).rejects.toThrow(idiom.impossible);
      }),
    );

    test.each(refused.map((one) => [one.idiom.name, one] as const))("only here: %s", (_, { idiom, entities }) =>
      withDatabase(major, (url) => expect(synchronizeOn(url, entities)).rejects.toThrow(idiom.refused)),
    );
  });
});

function isNever(table: string): boolean {
  return possible.some((one) => one.table === table && one.idiom.never !== undefined);
}

type Sorted<Item> = ReadonlyMap<string, readonly Item[]>;

function operationsOf(changes: Sorted<Comparison["upgrade"][number]>, table: string): string[] {
  return (changes.get(table) ?? []).flatMap(({ operations }) => operations.map(({ name }) => name));
}

/** Makes all idioms in one database by a revision, and in another by TypeORM. */
async function converge(major: number) {
  return withProject(major, async ({ url, at }) => {
    const all = models(possible);
    const empty = await catalogText(url);
    await at(all, (session) => revise(session, { message: "All", autogenerate: true, revisionId: "aaaa" }));
    await at(all, (session) => upgrade(session));
    const comparison = await at(all, compare);
    const catalog = await catalogOf(url);
    const typeorm = major === newest() ? await groupStatements(url, judged) : new Map<string, readonly string[]>();
    await at(all, (session) => downgrade(session, "base"));
    const base = await catalogText(url);
    const oracle = await withDatabase(major, async (other) => {
      await synchronizeGroups(other, judged);
      return catalogOf(other);
    });
    return { ...sorted(comparison), catalog, oracle, typeorm, empty, base };
  });
}

function sorted({ upgrade, downgrade, unreadable, unmodelled }: Comparison) {
  const text = ({ operations }: Comparison["upgrade"][number]) => JSON.stringify(operations);
  return {
    upgrade: byTable(upgrade, text),
    downgrade: byTable(downgrade, text),
    unreadable: byTable(unreadable, ({ where }) => where),
    unmodelled,
  };
}
