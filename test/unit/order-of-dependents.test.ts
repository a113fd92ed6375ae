import { describe, expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { guessRenames, invertGuesses } from "../../src/diff/rename-candidates.ts";
import type { Dependent } from "../../src/schema/dependencies.ts";
import type { Change } from "../../src/schema/operation.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";

/*
 * What uses something that is replaced is dropped before all of it changes, and created after all of it, whatever
 * questions the revision has.
 */

const column = (name: string, type = "integer", rest: Partial<Column> = {}): Column => ({ name, type, ...rest });

const VIRTUAL: Partial<Column> = { asExpression: "n * 2", generatedType: "VIRTUAL" };

/** What is replaced, and the object that uses it. */
const REPLACED: Readonly<
  Record<string, { before: Schema; after: Schema; dependent: Omit<Dependent, "drop" | "create"> }>
> = {
  "a view": {
    before: { views: [{ name: "report", expression: "SELECT 1 AS n" }] },
    after: { views: [{ name: "report", expression: "SELECT 2 AS n, 3 AS m" }] },
    dependent: { kind: "function", name: "n()", uses: [{ relation: "report" }] },
  },
  "a column of another type": {
    before: { tables: [{ name: "mall", columns: [column("no")] }] },
    after: { tables: [{ name: "mall", columns: [column("no", "bigint")] }] },
    dependent: { kind: "view", name: "numbers", uses: [{ relation: "mall", column: "no" }] },
  },
  "a virtual column whose place a plain one takes": {
    before: { tables: [{ name: "mall", columns: [column("no", "integer", VIRTUAL), column("n")] }] },
    after: { tables: [{ name: "mall", columns: [column("no"), column("n")] }] },
    dependent: { kind: "view", name: "numbers", uses: [{ relation: "mall", column: "no" }] },
  },
  "an enum type": {
    before: { enums: [{ name: "state", values: ["open", "void"] }] },
    after: { enums: [{ name: "state", values: ["open"] }] },
    dependent: { kind: "composite type", name: "pair", uses: [{ type: "state" }] },
  },
  "a table that is created again on the way back": {
    before: { tables: [{ name: "lease", columns: [column("a"), column("b", "text")] }] },
    after: {},
    dependent: { kind: "statistics", name: "st", table: "lease", uses: [{ relation: "lease", column: "a" }] },
  },
};

const shop = (name: string, code: string): Table => ({
  name,
  columns: [column("id", "uuid"), column(code, "text"), column("at", "timestamp"), column("x", "jsonb")],
});

/** What is asked in the same revision. */
const ASKED: Readonly<Record<string, readonly [Table, Table]>> = {
  nothing: [shop("shop", "code"), shop("shop", "code")],
  "a table has another name": [shop("shop", "code"), shop("store", "code")],
  "a column has another name": [shop("shop", "code"), shop("shop", "number")],
  "a table and a column have other names": [shop("shop", "code"), shop("store", "number")],
};

const join = (one: Schema, table: Table): Schema => ({ ...one, tables: [...(one.tables ?? []), table] });

test("what comes back with the old name of its table waits for the columns of the table", () => {
  const models = {
    tables: [{ ...shop("store", "code"), columns: [...shop("store", "code").columns, column("n", "text")] }],
  };
  const live = {
    tables: [{ ...shop("shop", "code"), columns: [...shop("shop", "code").columns, column("n", "date")] }],
  };
  const guesses = invertGuesses(guessRenames(live, models));
  const uses = [{ relation: "shop" }];
  const own: Dependent = {
    kind: "materialized view",
    name: "rows",
    uses,
    values: uses,
    drop: "DROP IT",
    create: ["CREATE IT"],
  };
  const dependencies = { dependents: [own], uses: new Map(), facts: new Map() };
  const changes = diff(models, live, { guesses, dependencies, liveSide: "after" });
  const all = changes.flatMap(({ operations }) =>
    operations.map(({ name, args }) => (name === "sql" ? args[0] : name)),
  );
  expect(all.indexOf("CREATE IT")).toBeGreaterThan(all.lastIndexOf("alterColumn"));
  expect(all).toContain("renameTable");
});

describe.each(Object.entries(REPLACED))("%s", (_, { before, after, dependent }) => {
  test.each(Object.entries(ASKED))("asked: %s", (_, [from, to]) => {
    const [live, models] = [join(before, from), join(after, to)];
    const guesses = guessRenames(live, models);
    const own: Dependent = { ...dependent, drop: "DROP IT", create: ["CREATE IT"] };
    const dependencies = { dependents: [own], uses: new Map(), facts: new Map() };
    const back = { guesses: invertGuesses(guesses), liveSide: "after" } as const;
    const ways = [diff(live, models, { guesses, dependencies }), diff(models, live, { ...back, dependencies })];
    const found = ways.map((changes) => ranges(changes));
    expect(found.some(({ created }) => created >= 0)).toBe(true);
    for (const { dropped, created, first, last } of found) {
      if (dropped >= 0) expect(dropped).toBeLessThan(first);
      if (created >= 0) expect(created).toBeGreaterThan(last);
    }
  });
});

/** Where the dependent is dropped and created, and from where to where something else is done. */
function ranges(changes: readonly Change[]) {
  const all = changes.flatMap(({ operations }) => operations);
  const isOwn = (name: string, args: readonly unknown[]) => name === "sql" && String(args[0]).endsWith(" IT");
  const others = all.flatMap(({ name, args }, at) => (isOwn(name, args) ? [] : [at]));
  const find = (text: string) => all.findIndex(({ name, args }) => name === "sql" && args[0] === text);
  return { dropped: find("DROP IT"), created: find("CREATE IT"), first: others[0] ?? 0, last: others.at(-1) ?? 0 };
}

test("on the way back a trigger of a renamed table is dropped after the question, where its statement has the right name", () => {
  const before: Schema = { tables: [shop("shop", "code")] };
  const after: Schema = { tables: [{ ...shop("store", "code"), columns: shop("store", "code").columns.map(widen) }] };
  const guesses = invertGuesses(guessRenames(before, after));
  const trigger: Dependent = {
    kind: "trigger",
    name: "touch",
    table: "shop",
    uses: [{ relation: "shop", column: "code" }],
    drop: "DROP TRIGGER touch ON shop",
    create: ["CREATE TRIGGER touch"],
  };
  const dependencies = { dependents: [trigger], uses: new Map(), facts: new Map() };
  const down = diff(after, before, { guesses, dependencies, liveSide: "after" });
  const said = down.flatMap(({ operations }) => operations.map(({ name, args }) => `${name} ${args[0]}`));
  expect(said[0]).toBe("renameTable store");
  // The upgrade could not create it again, so a person may have left it out.
  expect(said[1]).toBe("sql DROP TRIGGER IF EXISTS touch ON shop");
  expect(said.at(-1)).toBe("sql CREATE TRIGGER touch");
});

test("what uses a virtual column goes before a plain one takes its place", () => {
  const { before, after, dependent } = REPLACED["a virtual column whose place a plain one takes"] ?? {};
  if (before === undefined || after === undefined || dependent === undefined) throw new Error("There is no such row.");
  const own: Dependent = { ...dependent, drop: "DROP IT", create: ["CREATE IT"] };
  const changes = diff(before, after, { dependencies: { dependents: [own], uses: new Map(), facts: new Map() } });
  const said = changes.flatMap(({ operations }) => operations.map(({ name, args }) => `${name} ${args[0]}`));
  expect([said[0], said.at(-1)]).toEqual(["sql DROP IT", "sql CREATE IT"]);
});

const widen = (one: Column): Column => (one.name === "code" ? { ...one, type: "character varying(9)" } : one);

describe("the downgrade names what is in its way and it cannot restore", () => {
  const table = (type: string): Table => ({ name: "shop", columns: [column("state", type)] });
  const values = (...list: readonly string[]) => [{ name: "state", values: list }];
  test.each<[what: string, live: Schema, models: Schema, dependent: Dependent]>([
    [
      "a column of an excluded table, of an enum type that is replaced",
      { enums: values("open", "void"), tables: [table("state")] },
      { enums: values("void", "open"), tables: [table("state")] },
      {
        kind: "column",
        name: "old_state",
        table: "audit",
        uses: [{ type: "state" }],
        drop: "ALTER TABLE audit DROP COLUMN old_state",
        create: [],
        holdsData: true,
      },
    ],
    [
      "a foreign key of an excluded table to a column of another type",
      { tables: [table("integer")] },
      { tables: [table("uuid")] },
      {
        kind: "foreign key",
        name: "FK",
        table: "audit",
        uses: [{ relation: "shop", column: "state" }],
        drop: "ALTER TABLE audit DROP CONSTRAINT FK",
        create: ["ALTER TABLE audit ADD CONSTRAINT FK"],
      },
    ],
  ])("%s", (_, live, models, dependent) => {
    const dependencies = { dependents: [dependent], uses: new Map(), facts: new Map() };
    const ways = [diff(live, models, { dependencies }), diff(models, live, { dependencies, liveSide: "after" })];
    const named = ways.map((changes) => changes.flatMap(({ notes = [] }) => notes));
    expect(named.map((notes) => notes.map(({ object }) => object))).toEqual([
      [`${dependent.kind} ${dependent.name} of audit`],
      [`${dependent.kind} ${dependent.name} of audit`],
    ]);
  });
});
