import { describe, expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import type { Guess } from "../../src/diff/guess.ts";
import { guessRenames } from "../../src/diff/rename-candidates.ts";
import { phraseNote } from "../../src/kinds/note-text.ts";
import { phraseQuestion } from "../../src/kinds/question-text.ts";
import type { Dependencies, Dependent } from "../../src/schema/dependencies.ts";
import type { Operation } from "../../src/schema/operation.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";

const text = (name: string): Column => ({ name, type: "text", nullable: true });
const table = (name: string, columns: readonly string[], more: Partial<Table> = {}): Table => ({
  name,
  columns: columns.map(text),
  ...more,
});
const describeCalls = (operations: readonly Operation[] = []) =>
  operations.map(({ name, args }) => [name, ...args.filter((arg) => typeof arg === "string")].join(" "));

/** Each change: its operations, and what is to be kept instead if its question is answered no. */
function changes(before: Schema, after: Schema) {
  const found = diff(before, after, { guesses: guessRenames(before, after) });
  return found.map(({ operations, ifNo }) => ({
    yes: describeCalls(operations),
    ...(ifNo && { no: describeCalls(ifNo) }),
  }));
}

describe("a question has what belongs to its rename", () => {
  test("a default that casts to a type with a new name comes after the type has it", () => {
    const side = (name: string, type: string): Schema => ({
      enums: [{ name: type, values: ["open"] }],
      tables: [
        table("mall", [], { columns: [{ name: "state", type }] }),
        table(name, [], { columns: [text("code"), { name: "state", type, default: `'open'::${type}` }] }),
      ],
    });
    expect(changes(side("shop", "sales.state"), side("odd.shop", "status"))).toEqual([
      { yes: ["moveToSchema shop odd"], no: ["createTable odd.shop", "dropTable shop"] },
      { yes: ["moveEnumToSchema sales.state"] },
      { yes: ["renameEnum state status"] },
      { yes: ["alterColumn odd.shop state"] },
    ]);
  });

  test("a column", () => {
    const before = { tables: [table("shop", ["id", "title"])] };
    const after = { tables: [table("shop", ["id", "name"])] };
    expect(changes(before, after)).toEqual([
      { yes: ["renameColumn shop title name"], no: ["addColumn shop", "dropColumn shop title"] },
    ]);
  });

  test("the other names that a column could have got, in the name that its table has at that place", () => {
    const [old, renamed] = [
      ["id", "a", "b", "c", "title", "code"],
      ["id", "a", "b", "c", "name", "number"],
    ];
    for (const [from, to] of [
      ["shop", "store"],
      ["store", "shop"],
      ["shop", "sales.shop"],
      ["shop", "shop"],
    ] as const) {
      const [before, after] = [{ tables: [table(from, old)] }, { tables: [table(to, renamed)] }];
      const asked = diff(before, after, { guesses: guessRenames(before, after) }).filter(
        ({ alternatives }) => alternatives,
      );
      expect(asked).toHaveLength(2);
      for (const { operations, alternatives = [] } of asked)
        expect(alternatives.map(({ operation: { args } }) => args.slice(0, 2))).toEqual([
          operations[0]?.args.slice(0, 2),
        ]);
    }
  });

  test("a column that a generated one uses, whose values are computed again", () => {
    const search = (used: string): Column => ({ ...text("search"), asExpression: used, generatedType: "STORED" });
    const shop = (used: string) => ({ tables: [table("shop", [], { columns: [text(used), search(used)] })] });
    const [before, after] = [shop("title"), shop("name")];
    const [first] = diff(before, after, { guesses: guessRenames(before, after) });
    expect(describeCalls(first?.ifNo)).toContain("dropColumn shop search");
    const question = first?.question;
    expect(question?.asks === "rename" && phraseQuestion(question)).toMatch(
      /keep the commented lines instead: the values of shop\.title are lost\.$/,
    );
  });

  test("a key that is named after its column", () => {
    const unique = (column: string) => ({ uniques: [{ name: `UQ_${column}`, columns: [column] }] });
    const before = { tables: [table("shop", ["id", "title"], unique("title"))] };
    const after = { tables: [table("shop", ["id", "name"], unique("name"))] };
    const [first, ...others] = changes(before, after);
    expect(others).toEqual([]);
    expect(first?.yes).toEqual(["renameColumn shop title name", "renameConstraint shop UQ_title UQ_name"]);
    expect(first?.no).toContain("dropColumn shop title");
    expect(first?.no).toContain("createUniqueConstraint shop");
  });

  test("the sequence of a table whose exclusion constraint asks, too", () => {
    const numbered = (name: string, rule: string) =>
      table(name, ["code", "note", "at"], {
        columns: [{ name: "id", type: "serial" }, ...["code", "note", "at"].map(text)],
        exclusions: [{ name: rule, expression: `USING btree (${rule} WITH =)` }],
      });
    const [first, ...others] = changes({ tables: [numbered("shop", "code")] }, { tables: [numbered("store", "note")] });
    expect(first?.yes).toEqual(["renameTable shop store", "renameSequence shop_id_seq store_id_seq"]);
    expect(others.flatMap(({ yes }) => yes)).not.toContain("renameSequence shop_id_seq store_id_seq");
  });

  test("a table, with what would be created and dropped instead", () => {
    const before = { tables: [table("shop", ["id", "name", "code"])] };
    const after = { tables: [table("store", ["id", "name", "code"])] };
    expect(changes(before, after)).toEqual([
      { yes: ["renameTable shop store"], no: ["createTable store", "dropTable shop"] },
    ]);
  });

  test("columns come before tables, and columns of renamed tables after them", () => {
    const before = { tables: [table("mall", ["id", "title"]), table("shop", ["id", "code", "word", "size"])] };
    const after = { tables: [table("mall", ["id", "name"]), table("store", ["id", "code", "word", "width"])] };
    expect(changes(before, after).map(({ yes }) => yes)).toEqual([
      ["renameColumn mall title name"],
      ["renameTable shop store"],
      ["renameColumn store size width"],
    ]);
  });

  test("what no rename concerns comes after the questions", () => {
    const before = { tables: [table("shop", ["id", "title"])] };
    const after = { tables: [table("shop", ["id", "name"]), table("mall", ["a", "b", "c", "d"])] };
    expect(changes(before, after).map(({ yes }) => yes)).toEqual([
      ["renameColumn shop title name"],
      ["createTable mall"],
    ]);
  });

  test("a new enum type comes before them, and a view is dropped before them and created after them", () => {
    const views = (expression: string) => [{ name: "report", expression }];
    const before = { tables: [table("shop", ["id", "title"])], views: views("SELECT title FROM shop") };
    const after = {
      enums: [{ name: "state", values: ["open"] }],
      tables: [table("shop", ["id", "name"])],
      views: views("SELECT name FROM shop"),
    };
    expect(changes(before, after).flatMap(({ yes }) => yes)).toEqual([
      "dropView report",
      "createEnum state",
      "renameColumn shop title name",
      "createView report",
    ]);
  });

  test.each([
    ["renamed", "c", ["renameTable c shop", "dropConstraint shop x", "renameConstraint shop a x"]],
    ["kept", "shop", ["dropConstraint shop x", "renameConstraint shop a x"]],
  ])("a key of a %s table gets the name of an exclusion after that is dropped", (_, name, expected) => {
    const exclusions = [{ name: "x", expression: "USING gist (int4range(id, id) WITH &&)" }];
    const before = { tables: [table(name, ["id"], { exclusions, primaryKey: { name: "a", columns: ["id"] } })] };
    const after = { tables: [table("shop", ["id"], { primaryKey: { name: "x", columns: ["id"] } })] };
    expect(changes(before, after).flatMap(({ yes }) => yes)).toEqual(expected);
  });
});

describe("what happens to objects that models do not declare", () => {
  const trigger = (...columns: readonly string[]): Dependent => ({
    kind: "trigger",
    name: "touch",
    table: "shop",
    uses: columns.map((column) => ({ relation: "shop", column })),
    drop: "DROP TRIGGER touch ON shop",
    create: [],
  });
  const asked = (before: Schema, after: Schema, guesses: readonly Guess[], dependent: Dependent) => {
    const dependencies: Dependencies = { dependents: [dependent], uses: new Map(), facts: new Map() };
    const [first] = diff(before, after, { guesses, dependencies });
    if (first?.question?.asks !== "rename") throw new Error("The first change asks nothing.");
    return { yes: first.notes?.map(phraseNote) ?? [], no: phraseQuestion(first.question) };
  };

  test("a question names what is in the way of its own operations", () => {
    const side = (values: readonly string[], first: string, second: string): Schema => ({
      enums: [{ name: "state", values }],
      tables: [{ name: "shop", columns: [text("id"), { name: first, type: "state" }, { name: second, type: "text" }] }],
    });
    const before = side(["open", "void"], "a", "b");
    const after = side(["open"], "b", "a");
    const renames = [
      { list: "columns", table: "shop", from: "a", to: "b" },
      { list: "columns", table: "shop", from: "b", to: "a" },
    ] as const;
    const guesses = [{ renames, certain: false, reason: "their types", others: [] }];
    const found = asked(before, after, guesses, trigger("a"));
    expect(found.yes).toEqual([
      "The trigger touch of shop uses shop.b: PostgreSQL refuses the change while it exists.",
    ]);
  });

  test("a question says what is in the way, or lost, if the answer is no", () => {
    const before = { tables: [table("shop", ["id", "title"])] };
    const after = { tables: [table("shop", ["id", "name"])] };
    const guesses = guessRenames(before, after);
    const blocked = asked(before, after, guesses, trigger("title"));
    expect(blocked.yes).toEqual([]);
    expect(blocked.no).toMatch(
      / With those lines: The trigger touch of shop uses shop\.title: PostgreSQL refuses the change while it exists\.$/,
    );
    const lost = asked(before, after, guesses, { ...trigger("title"), kind: "index", name: "by_hand" });
    expect(lost.no).toMatch(
      / With those lines: The index by_hand of shop uses shop\.title: it is lost with this change\.$/,
    );
    expect(asked(before, after, guesses, trigger("id")).no).not.toContain("With those lines");
  });

  test("on the way back, a question says what has followed to the new name and is in the way of a no", () => {
    const view = {
      ...trigger(),
      kind: "view",
      name: "report",
      create: ["CREATE VIEW report AS SELECT title FROM shop"],
    };
    const { table: _, ...report } = { ...view, uses: [{ relation: "shop", column: "title" }] };
    const live = { tables: [table("shop", ["id", "title", "code"])] };
    const no = (models: Schema, one: Dependent) => {
      const dependencies: Dependencies = { dependents: [one], uses: new Map(), facts: new Map() };
      const guesses = guessRenames(models, live);
      const [first] = diff(models, live, { guesses, dependencies, liveSide: "after" });
      return first?.question && phraseQuestion(first.question);
    };
    const refused = "PostgreSQL refuses the change while it exists.";
    const moved: Readonly<Record<string, Schema>> = {
      "sales.shop.title": { tables: [table("sales.shop", ["id", "title", "code"])] },
      "store.title": { tables: [table("store", ["id", "title", "code"])] },
      "shop.label": { tables: [table("shop", ["id", "label", "code"])] },
    };
    for (const [used, models] of Object.entries(moved)) {
      const sentence = ` With those lines: The view report uses ${used}: ${refused}`;
      expect(no(models, report)?.slice(-sentence.length)).toBe(sentence);
    }
    const other = { ...report, uses: [{ relation: "shop", column: "code" }] };
    expect(no(moved["shop.label"] ?? {}, other)).not.toContain("With those lines");
  });

  test("a question names all that a table loses if the answer is no", () => {
    const before = { tables: [table("shop", ["id", "title"])] };
    const after = { tables: [table("store", ["id", "title"])] };
    const byHand: readonly Dependent[] = ["policy", "index", "trigger"].map((kind) => ({
      ...trigger("title"),
      kind,
      name: `${kind}_by_hand`,
    }));
    const no = (...dependents: readonly Dependent[]) => {
      const dependencies: Dependencies = { dependents, uses: new Map(), facts: new Map() };
      const [first] = diff(before, after, { guesses: guessRenames(before, after), dependencies });
      return first?.question && phraseQuestion(first.question);
    };
    expect(no(...byHand)).toMatch(
      /: all rows of shop are lost\. With those lines: The policy policy_by_hand of shop, the index index_by_hand of shop and the trigger trigger_by_hand of shop use shop: they are lost with this change\.$/,
    );
    expect(no(...byHand.slice(1, 2))).toMatch(
      /: The index index_by_hand of shop uses shop: it is lost with this change\.$/,
    );
  });
});
