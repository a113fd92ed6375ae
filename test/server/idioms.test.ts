import { beforeAll, describe, expect, test } from "vitest";
import { type Comparison, compare } from "../../src/run/compare.ts";
import { revise } from "../../src/run/revise.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/run/session.ts";
import { byTable, idioms } from "../support/idioms/all.ts";
import type { Model } from "../support/idioms/idiom.ts";
import { listCatalog } from "../support/observer.ts";
import { connect, majors, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { synchronizeOn, typeormStatements } from "../support/typeorm.ts";

/** All of a run's databases are made once, in one go; the tests only look at what came of it. */
const MINUTES = 3 * 60_000;

const possible = idioms.filter(({ idiom }) => idiom.impossible === undefined);
const judged = possible.filter(({ idiom }) => idiom.refused === undefined);
const models = (of: typeof idioms): readonly Model[] => of.flatMap(({ entities }) => entities);

describe.each(majors())("PostgreSQL %i", (major) => {
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
      expect([...made.upgrade.keys(), ...made.downgrade.keys(), ...made.unreadable.keys()].filter((table) => !isNever(table))).toEqual([]);
      expect(made.unmodelled).toEqual([]);
      expect(made.base).toBe(made.empty);
    });

    test("TypeORM's own generator reports changes of models it has just synchronized", () => {
      const wrong = judged.filter(({ table }) => made.typeorm.has(table));
      console.log(
        `PostgreSQL ${major}: ${possible.length} idioms, ${possible.length - possible.filter(({ idiom }) => idiom.never).length} converged here, ` +
          `${wrong.length} changed for ever by TypeORM, ${possible.length - judged.length} refused by TypeORM`,
      );
      expect(wrong.length).toBeGreaterThan(0);
    });
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
    const statements = await typeormStatements(url, models(judged) as never);
    await at(all, (session) => downgrade(session, "base"));
    const base = await catalogText(url);
    const oracle = await withDatabase(major, async (other) => {
      await synchronizeOn(other, models(judged));
      return catalogOf(other);
    });
    return { ...sorted(comparison), catalog, oracle, typeorm: byTable(statements, (sql) => sql), empty, base };
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

interface Place {
  readonly url: string;
  readonly at: <Result>(entities: readonly Model[], act: (session: Session) => Promise<Result>) => Promise<Result>;
}

/** A database and a folder of revisions, and sessions over models that come and go. */
async function withProject<Result>(major: number, body: (place: Place) => Promise<Result>): Promise<Result> {
  return withFolder((folder) =>
    withDatabase(major, (url) =>
      body({
        url,
        async at(entities, act) {
          const session = await testSession({ url, folder, entities });
          try {
            return await act(session);
          } finally {
            await session.close();
          }
        },
      }),
    ),
  );
}

async function catalogText(url: string): Promise<string> {
  const client = await connect(url);
  try {
    return await listCatalog(client, { columnOrder: false });
  } finally {
    await client.end();
  }
}

/** The listing's blocks, by the table they are about. */
async function catalogOf(url: string): Promise<Sorted<string>> {
  return byTable((await catalogText(url)).split(/\n(?! )/), (block) => block);
}
