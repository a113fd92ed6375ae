import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { type Comparison, compare } from "../../src/compare/compare.ts";
import { PLACEHOLDER } from "../../src/kinds/statements.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { byTable, tableOf } from "../support/idioms/all.ts";
import { type Edit, edits } from "../support/idioms/changes.ts";
import { options, typeOptions } from "../support/idioms/options.ts";
import { catalogOf, catalogText, withProject } from "../support/idioms/project.ts";
import { anyMajors, isMatrix, newest, withDatabase } from "../support/servers.ts";
import { synchronizeOn, typeormStatements } from "../support/typeorm.ts";

const MINUTES = 3 * 60_000;
const SIZE = 40;

const place = (edit: Edit, at: number) => {
  const table = tableOf(at);
  return { edit, table, before: edit.before(table), after: edit.after(table) };
};

type Placed = ReturnType<typeof place>;

/** Edits that one database holds. The time that one revision takes grows faster than their number. */
const GROUPS: readonly (readonly [name: string, placed: readonly Placed[]])[] = [
  ["edits", edits.map(place)],
  ...inParts("options", options),
  ...inParts("types", isMatrix() ? typeOptions : []),
];

function inParts(name: string, all: readonly Edit[]): [string, readonly Placed[]][] {
  const parts = Array.from({ length: Math.ceil(all.length / SIZE) }, (_, at) => all.slice(at * SIZE, (at + 1) * SIZE));
  return parts.map((part, at) => [`${name}, part ${at + 1}`, part.map(place)]);
}

const EACH = anyMajors().flatMap((major) => GROUPS.map(([name, placed]) => ({ major, name, placed })));

describe.each(EACH)("PostgreSQL $major: $name", ({ major, name, placed }) => {
  let made: Awaited<ReturnType<typeof edited>>;
  beforeAll(async () => {
    made = await edited(major, placed);
  }, MINUTES);

  test.each(placed.map((one) => [one.edit.name, one] as const))("%s", (_, { edit, table }) => {
    const clean = { upgrade: [], downgrade: [], unreadable: [] };
    expect(of(made.before, table)).toEqual(clean);
    expect(of(made.between, table).upgrade.length === 0).toBe(edit.same === true);
    expect(of(made.after, table)).toEqual(clean);
    expect(made.catalogAfter.get(table)).toEqual(made.oracle.get(table));
    expect(of(made.back, table)).toEqual(clean);
    expect(unordered(made.catalogBack.get(table))).toEqual(unordered(made.catalogBefore.get(table)));
  });

  test("nothing else is different, and base leaves the database as it was", () => {
    for (const comparison of [made.before, made.after, made.back])
      expect([...comparison.upgrade.keys(), ...comparison.downgrade.keys(), ...comparison.unreadable.keys()]).toEqual(
        [],
      );
    expect(made.base).toBe(made.empty);
  });

  if (major === newest() && name === "edits")
    test("TypeORM's own generator misses some", () => {
      const missed = placed.filter(({ table }) => !made.typeorm.has(table));
      console.log(
        `${placed.length} edits: all found, made and taken back here; ${missed.length} missed by TypeORM: ` +
          missed.map(({ edit }) => edit.name).join("; "),
      );
      expect(missed.length).toBeGreaterThan(0);
    });
});

/** All edits in one database: there and back. */
async function edited(major: number, placed: readonly Placed[]) {
  const [before, after] = [placed.flatMap((one) => one.before), placed.flatMap((one) => one.after)];
  return withProject(major, async ({ url, folder, at }) => {
    const empty = await catalogText(url);
    await at(before, (session) => revise(session, { message: "Before", autogenerate: true, revisionId: "aaaa" }));
    await at(before, (session) => upgrade(session));
    const inBefore = sorted(await at(before, compare));
    const catalogBefore = await catalogOf(url);
    const statements = major === newest() ? await typeormStatements(url, after) : [];
    const between = sorted(await at(after, compare));
    await at(after, (session) =>
      revise(session, { message: "After", autogenerate: true, revisionId: "bbbb", accept: ["all"] }),
    );
    complete(folder, "bbbb");
    await at(after, (session) => upgrade(session));
    const inAfter = sorted(await at(after, compare));
    const catalogAfter = await catalogOf(url);
    await at(after, (session) => downgrade(session, "aaaa"));
    const back = sorted(await at(before, compare));
    const catalogBack = await catalogOf(url);
    await at(after, (session) => downgrade(session, "base"));
    const base = await catalogText(url);
    const oracle = await withDatabase(
      major,
      async (other) => {
        await synchronizeOn(other, after);
        return catalogOf(other);
      },
      // TypeORM installs it for generated uuids only, and not for a default that calls it.
      { sql: 'CREATE EXTENSION "uuid-ossp"' },
    );
    return {
      ...{ empty, before: inBefore, between, after: inAfter, back, base },
      ...{ catalogBefore, catalogAfter, catalogBack, oracle, typeorm: byTable(statements, (sql) => sql) },
    };
  });
}

/** A change of type for which there is no cast gets an expression from a person, who then deletes its question. */
function complete(folder: string, revision: string): void {
  const file = join(folder, readdirSync(folder).find((name) => name.startsWith(revision)) ?? "");
  const text = readFileSync(file, "utf8").replaceAll(`using: "${PLACEHOLDER}"`, 'using: "NULL"');
  writeFileSync(file, text.replace(/^ {2}op\.todo\((?:.*\);|\n(?: {4}.*\n)+ {2}\);)\n/gm, ""));
}

function sorted({ upgrade, downgrade, unreadable }: Comparison) {
  const text = ({ operations }: Comparison["upgrade"][number]) => JSON.stringify(operations);
  return {
    upgrade: byTable(upgrade, text),
    downgrade: byTable(downgrade, text),
    unreadable: byTable(unreadable, ({ where }) => where),
  };
}

function of({ upgrade, downgrade, unreadable }: ReturnType<typeof sorted>, table: string) {
  const text = ({ operations }: Comparison["upgrade"][number]) => operations.flatMap(({ sql }) => sql).join("; ");
  return {
    upgrade: (upgrade.get(table) ?? []).map(text),
    downgrade: (downgrade.get(table) ?? []).map(text),
    unreadable: unreadable.get(table) ?? [],
  };
}

function unordered(blocks: readonly string[] = []): readonly string[] {
  return [...blocks].sort();
}
