import { readFileSync } from "node:fs";
import * as morph from "ts-morph";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/questions/answer.ts";
import { answerQuestions, type OpenQuestion, openQuestions } from "../../src/questions/edit.ts";

const open = (text: string) => openQuestions(text, morph);

/** Answers by the beginnings of the questions' texts. */
function answer(text: string, answers: Readonly<Record<string, Answer>>): string {
  const pairs = open(text).flatMap((question) => {
    const start = Object.keys(answers).find((one) => question.text.startsWith(one));
    return start === undefined ? [] : [[question.id, answers[start]!] as const];
  });
  return answerQuestions(text, new Map(pairs), morph);
}

function all(text: string, given: Answer): string {
  return answerQuestions(text, new Map(open(text).map(({ id }) => [id, given])), morph);
}

/** Answers everything with no, also what the commented lines ask then. */
function refused(text: string): string {
  const next = all(text, "no");
  return next === text ? text : refused(next);
}

function golden(name: string): string {
  return readFileSync(new URL(`../cases/${name}/revision.ts`, import.meta.url), "utf8");
}

function file(upgrade: string, downgrade = ""): string {
  return `/** A note. */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
${upgrade}}

export function downgrade(op: Operations): void {
${downgrade}}
`;
}

const TITLE = file(
  `  op.todo("Was mall.title renamed to mall.name? If not, keep the commented lines instead.");
  op.renameColumn("mall", "title", "name");
  op.renameIndex("mall", "IDX_a", "IDX_b");
  // op.dropIndex("mall", "IDX_a");
  // op.addColumn("mall", { name: "name", type: "text", nullable: true });
  // op.createIndex("mall", { name: "IDX_b", columns: ["name"] });
  // op.dropColumn("mall", "title");
`,
  `  op.todo("Was mall.name renamed to mall.title? If not, keep the commented lines instead.");
  op.renameColumn("mall", "name", "title");
  op.renameIndex("mall", "IDX_b", "IDX_a");
  // op.dropIndex("mall", "IDX_b");
  // op.addColumn("mall", { name: "title", type: "text", nullable: true });
  // op.createIndex("mall", { name: "IDX_a", columns: ["title"] });
  // op.dropColumn("mall", "name");
`,
);

const CODE = `  op.todo("shop.code becomes required. Rows in the way:", \`SELECT * FROM "shop" WHERE "code" IS NULL\`);
  op.alterColumn("shop", "code", { nullable: false });
`;

/** A key that no cast can convert, with a foreign key on it, and what a person must write for another column. */
const UUID = file(
  `  op.todo("shop.id changes from integer to uuid. PostgreSQL has no cast from integer to uuid.");
  op.addColumn("shop", { name: "remodel_id", type: "uuid", default: "gen_random_uuid()" });
  op.addColumn("visit", { name: "remodel_shopId", type: "uuid", nullable: true });
  op.setValues("visit", { set: { remodel_shopId: \`k."remodel_id"\` }, from: \`"shop" AS k\`, where: \`k."id" = "visit"."shopId"\` });
  op.sql("UPDATE counter SET read = 1");
  op.alterColumn("shop", "id", { default: null });
  op.dropSequence("shop_id_seq");
  op.alterColumn("shop", "id", { type: "uuid", using: \`"remodel_id"\` });
  op.dropColumn("shop", "remodel_id");
  op.alterColumn("visit", "shopId", { type: "uuid", using: \`"remodel_shopId"\` });
  op.dropColumn("visit", "remodel_shopId");

  op.alterColumn("shop", "id", { default: "gen_random_uuid()" });
  op.alterColumn("shop", "code", { default: "'new'" });
`,
);

describe("openQuestions", () => {
  test("a question has its place, its query, its guess and the other way", () => {
    expect(open(TITLE)[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      direction: "upgrade",
      line: 8,
      about: "rename",
      text: "Was mall.title renamed to mall.name? If not, keep the commented lines instead.",
      live: [`op.renameColumn("mall", "title", "name");`, `op.renameIndex("mall", "IDX_a", "IDX_b");`],
      alternatives: [],
      candidates: [],
      ifNo: [
        `op.dropIndex("mall", "IDX_a");`,
        `op.addColumn("mall", { name: "name", type: "text", nullable: true });`,
        `op.createIndex("mall", { name: "IDX_b", columns: ["name"] });`,
        `op.dropColumn("mall", "title");`,
      ],
    } satisfies Partial<OpenQuestion>);
    expect(open(file(CODE))).toMatchObject([
      { about: "constraint", query: `SELECT * FROM "shop" WHERE "code" IS NULL`, ifNo: [] },
    ]);
  });

  test("a file without questions has none", () => {
    expect(open(file("", ""))).toEqual([]);
    expect(open("export const revision = 'aaaa';\n")).toEqual([]);
  });

  test.each([
    ["columns/rename", ["rename"]],
    ["columns/rename-and-retype", ["rename", "rename", "constraint"]],
    ["columns/respelt", ["rename"]],
    ["columns/swap", ["rename"]],
    ["enums/rename-value", ["rename"]],
    ["tables/rename", ["rename", "rename"]],
    ["tables/move-to-schema", ["rename"]],
    ["constraints/change", ["constraint", "constraint", "constraint", "constraint"]],
    ["constraints/drop-and-add", ["constraint", "constraint", "constraint", "constraint", "constraint"]],
  ])("%s: both directions share their ids", (name, abouts) => {
    const questions = open(golden(name));
    const [up, down] = (["upgrade", "downgrade"] as const).map((direction) =>
      questions.filter((one) => one.direction === direction),
    );
    expect(up!.map(({ about }) => about)).toEqual(abouts);
    const twosided = up!.filter(({ about }) => about === "rename" || name.startsWith("constraints/"));
    expect(down!.map(({ id }) => id)).toEqual(expect.arrayContaining(twosided.map(({ id }) => id)));
  });

  test.each([
    ["columns/change-family", ["type"]],
    ["columns/add-required", ["constraint"]],
    ["columns/defaults-and-nulls", ["constraint"]],
    ["enums/remove-and-reorder", ["enum"]],
    ["indexes/change", ["constraint"]],
  ])("%s: what its questions are about", (name, abouts) => {
    expect([...new Set(open(golden(name)).map(({ about }) => about))]).toEqual(abouts);
  });

  test("an id tells of the thing, not of the file, the place or the wording", () => {
    const [first] = open(TITLE);
    const other = file(`\n\n  op.todo('Really?')\n  op.renameColumn( 'mall','title',  'name' )\n`);
    expect(open(other).map(({ id }) => id)).toEqual([first!.id]);
    const [one, two] = ["code", "name"].map((name) => open(file(CODE.replaceAll("code", name)))[0]!.id);
    expect(one).not.toBe(two);
  });

  test("two questions about one thing are numbered", () => {
    const ids = open(file(`${CODE}\n${CODE}`)).map(({ id }) => id);
    expect(ids).toEqual([ids[0], `${ids[0]}-2`]);
  });

  test("a thing of a renamed table is the same thing in the other direction", () => {
    const text = file(
      `  op.renameTable("store", "shop");
  op.renameColumn("shop", "no", "code");

  op.todo("shop.code changes.");
  op.alterColumn("shop", "code", { type: "integer" });
`,
      `  op.renameTable("shop", "store");
  op.renameColumn("store", "code", "no");

  op.todo("store.no changes back.");
  op.alterColumn("store", "no", { type: "text" });
`,
    );
    const [up, down] = open(text);
    expect(up!.id).toBe(down!.id);
  });

  test("questions stand in arrow functions and in inner blocks too, and `op` may have another name", () => {
    const text = `export const upgrade = (o: Operations) => {
  if (big) {
    o.todo("Is it?");
    o.dropConstraint("shop", "UQ_a");
  }
};
export const downgrade = function (op) {};
`;
    expect(open(text)).toMatchObject([{ text: "Is it?", live: [`o.dropConstraint("shop", "UQ_a");`], line: 3 }]);
  });

  test("a syntax error is told with its line", () => {
    expect(() => open(file("  op.todo(;\n"))).toThrow(/^8: /);
  });
});

describe("answerQuestions", () => {
  test("yes keeps the guess, in both directions", () => {
    expect(all(TITLE, "yes")).toBe(
      file(
        `  op.renameColumn("mall", "title", "name");
  op.renameIndex("mall", "IDX_a", "IDX_b");
`,
        `  op.renameColumn("mall", "name", "title");
  op.renameIndex("mall", "IDX_b", "IDX_a");
`,
      ),
    );
  });

  test("no keeps the commented lines, in both directions", () => {
    expect(all(TITLE, "no")).toBe(
      file(
        `  op.dropIndex("mall", "IDX_a");
  op.addColumn("mall", { name: "name", type: "text", nullable: true });
  op.createIndex("mall", { name: "IDX_b", columns: ["name"] });
  op.dropColumn("mall", "title");
`,
        `  op.dropIndex("mall", "IDX_b");
  op.addColumn("mall", { name: "title", type: "text", nullable: true });
  op.createIndex("mall", { name: "IDX_a", columns: ["title"] });
  op.dropColumn("mall", "name");
`,
      ),
    );
  });

  test("no answer, or one to another question, changes nothing", () => {
    expect(answerQuestions(TITLE, new Map(), morph)).toBe(TITLE);
    expect(answerQuestions(TITLE, new Map([["00000000", "no"]]), morph)).toBe(TITLE);
  });

  test("a person's comments, statements, spaces and blank lines stay", () => {
    const text = file(`  // Ann: it is a rename, see #12

  op.todo("Was mall.title renamed to mall.name?")   // ask Ann
    op.renameColumn( "mall",'title', "name" )  // it is
  op.sql(\`UPDATE mall
    SET name = trim(name)\`)
  /* the old way
     was worse */
  // op.addColumn("mall", {
  //   name: "name",
  //   type: "text",
  // });
  // op.renameColumn is what we want, says Ann
  //op.dropColumn("mall", "title");


  op.createView("v", {expression:"SELECT 1"})   // last
`);
    expect(all(text, "yes")).toBe(
      file(`  // Ann: it is a rename, see #12

  // ask Ann
    op.renameColumn( "mall",'title', "name" )  // it is
  op.sql(\`UPDATE mall
    SET name = trim(name)\`)
  /* the old way
     was worse */
  // op.renameColumn is what we want, says Ann


  op.createView("v", {expression:"SELECT 1"})   // last
`),
    );
    expect(all(text, "no")).toBe(
      file(`  // Ann: it is a rename, see #12

  // ask Ann
    // it is
  op.sql(\`UPDATE mall
    SET name = trim(name)\`)
  /* the old way
     was worse */
  op.addColumn("mall", {
    name: "name",
    type: "text",
  });
  // op.renameColumn is what we want, says Ann
  op.dropColumn("mall", "title");


  op.createView("v", {expression:"SELECT 1"})   // last
`),
    );
  });

  test("a statement that a person put between the lines is nobody's to delete", () => {
    const text = file(`  op.todo("shop.code is required and has no default.");
  op.addColumn("shop", { name: "code", type: "text", nullable: true });
  op.sql(\`UPDATE "shop" SET "code" = 'S' || "id"\`);
  const later = true;
  op.backfill("shop", { set: { code: "'S'" } });
  op.alterColumn("shop", "code", { nullable: false });
`);
    const kept = `  op.sql(\`UPDATE "shop" SET "code" = 'S' || "id"\`);
  const later = true;
  op.backfill("shop", { set: { code: "'S'" } });
`;
    expect(all(text, "no")).toBe(file(kept));
    expect(all(text, "yes")).toBe(text.replace(/^ {2}op\.todo.*\n/m, ""));
  });

  test("tabs, Windows line ends and a byte order mark stay", () => {
    const windows = `\uFEFF${TITLE.replaceAll("\n", "\r\n").replaceAll("  ", "\t")}`;
    const expected = (text: string) => `\uFEFF${text.replaceAll("\n", "\r\n").replaceAll("  ", "\t")}`;
    expect(all(windows, "yes")).toBe(expected(all(TITLE, "yes")));
    expect(all(windows, "no")).toBe(expected(all(TITLE, "no")));
  });

  test("several statements on one line", () => {
    const text = file(`  op.todo("A?"); op.dropConstraint("shop", "UQ_a"); op.dropColumn("shop", "b");\n`);
    expect(all(text, "yes")).toBe(file(`   op.dropConstraint("shop", "UQ_a"); op.dropColumn("shop", "b");\n`));
    expect(all(text, "no")).toBe(file(`    op.dropColumn("shop", "b");\n`));
  });

  test("a paragraph that goes takes one of the blank lines around it along", () => {
    const middle = (name: string) => `  op.todo("Drop ${name}?");\n  op.dropConstraint("shop", "${name}");\n`;
    const plain = `  op.dropView("v");\n`;
    const text = file(`${middle("a")}\n${plain}\n${middle("b")}\n${plain}\n${middle("c")}\n${middle("d")}`);
    expect(all(text, "no")).toBe(file(`${plain}\n${plain}`));
    expect(answer(text, { "Drop b": "no" })).toBe(
      file(`${middle("a")}\n${plain}\n${plain}\n${middle("c")}\n${middle("d")}`),
    );
    expect(all(file(middle("a"), middle("a")), "no")).toBe(file("", ""));
  });

  test("answers may differ from question to question", () => {
    const text = golden("constraints/change");
    const answered = answer(text, {
      "The check CHK_rent": "yes",
      "shop gets the unique": "no",
      "The unique constraint UQ_rent": "no",
    });
    expect(open(answered).map((one) => one.text.slice(0, 30))).toEqual([
      "The unique constraint UQ_code ",
      "The foreign key FK_6d8ceb14c4d",
      "The unique constraint UQ_code ",
      "The foreign key FK_6d8ceb14c4d",
    ]);
    expect(answered).not.toContain("UQ_rent");
    expect(answered).toContain(`\n  op.dropConstraint("shop", "CHK_rent");\n  op.createCheckConstraint(`);
  });

  test("without another way, no leaves the change out, and what takes it back too", () => {
    expect(all(golden("columns/add-required"), "no")).toMatch(/upgrade\(.*\{\n\}\n\n.*downgrade\(.*\{\n\}\n$/);
    const nulls = answer(golden("columns/defaults-and-nulls"), { "shop.code": "no" });
    expect(nulls).not.toContain(`"code", { nullable`);
    expect(nulls).toContain(`op.alterColumn("shop", "code", { default: "'none'" });`);
    expect(nulls).toContain(`op.alterColumn("shop", "code", { default: null });`);
    const types = answer(golden("columns/change-family"), { "account.number": "no" });
    expect(types).not.toContain(`"number"`);
    expect(types).toContain(`"vip"`);
  });

  test("a question of downgrade alone leaves upgrade as it is", () => {
    const text = golden("columns/widen");
    const [upgrade] = text.split("export function downgrade");
    expect(all(text, "no")).toBe(`${upgrade}export function downgrade(op: Operations): void {\n}\n`);
  });

  test("questions among the commented lines are open then, each a paragraph of its own", () => {
    const answered = all(golden("columns/rename"), "no");
    expect(answered).toContain(`  op.dropConstraint("mall", "UQ_3f992c9b6fee0ad573bd95d61bd");

  op.todo(
    \`mall.name is required and has no default.`);
    expect(answered).toContain(`  op.alterColumn("mall", "name", { nullable: false });

  op.todo(
    "mall gets the unique constraint UQ_c1eafcd4c203526a45cf058ac42 (name, city).`);
    expect(answered).toContain(`columns: ["name", "city"] });

  op.createIndex("mall", { name: "IDX_b43542ab30461cdc0f2bfb1601", columns: ["name"] });
  op.dropColumn("mall", "title");
}`);
    expect(open(answered).map(({ live }) => live.length)).toEqual([2, 1, 2, 1]);
    expect(refused(answered)).toContain(`op.dropColumn("mall", "title");`);
  });

  test("lines that a person uncommented belong to the question that is about the same thing", () => {
    const text = file(`  op.dropIndex("mall", "IDX_a");
  op.todo("mall.name is required and has no default.");
  op.addColumn("mall", { name: "name", type: "text", nullable: true });
  op.alterColumn("mall", "name", { nullable: false });
  op.createIndex("mall", { name: "IDX_b", columns: ["name"] });
  op.dropColumn("mall", "title");
`);
    expect(open(text)[0]!.live).toHaveLength(2);
  });

  test("a blank line that a person put below the question or above the other way does not part them", () => {
    const spaced = TITLE.replace('instead.");\n', 'instead.");\n\n').replace(
      "  // op.dropIndex",
      "\n  // op.dropIndex",
    );
    expect(open(spaced).map(({ live, ifNo }) => [live.length, ifNo.length])).toEqual([
      [2, 4],
      [2, 4],
    ]);
  });

  test("a comment of one's own in the next paragraph is not the other way", () => {
    const text = file(`${CODE}\n  // op.dropColumn("shop", "code");\n  op.dropView("v");\n`);
    expect(all(text, "yes")).toContain(`\n  // op.dropColumn("shop", "code");\n`);
  });

  test("every value that an enum type renames is a line of the question, what a person renames is not", () => {
    const text =
      file(`  op.todo("Of mood, was 'a' renamed to 'c' and 'b' renamed to 'd' (in the same place)? If not, keep the comment.");
  op.renameEnumValue("mood", "a", "c");
  op.renameEnumValue("mood", "b", "d");
  op.renameEnumValue("mood", "x", "y");
  op.renameEnumValue("tone", "a", "c");
  // op.replaceEnum("mood", ["c", "d", "x"], []);
`);
    expect(open(text)[0]?.live).toEqual([
      `op.renameEnumValue("mood", "a", "c");`,
      `op.renameEnumValue("mood", "b", "d");`,
    ]);
    expect(refused(text)).toContain(`{
  op.renameEnumValue("mood", "x", "y");
  op.renameEnumValue("tone", "a", "c");
  op.replaceEnum("mood", ["c", "d", "x"], []);
}`);
  });

  test("with the rename of a table, questions about what is inside it are refused", () => {
    const text = golden("tables/rename-with-edits");
    const answered = answer(text, { "Was store renamed": "no", "Was shop renamed": "no" });
    expect(open(answered)).toEqual([]);
    expect(answered).not.toContain("op.renameColumn");
    expect(answered).toContain(`op.createTable("shop", {`);
    expect(answered).toContain(`op.dropTable("shop");`);
  });

  test.each(["  ", "\t"])("the calls of a question keep the indentation of their own lines, after %j", (indent) => {
    const call = (name: string) => [`op.dropConstraint(`, `${indent}"${name}",`, `${indent}"UQ_a",`, `);`];
    const lines = [`op.todo("Is it?");`, ...call("shop"), ...call("mall").map((line) => `// ${line}`)];
    const [question] = open(file(lines.map((line) => `${indent}${line}\n`).join("")));
    expect(question).toMatchObject({ live: [call("shop").join("\n")], ifNo: [call("mall").join("\n")] });
  });

  test("with the rename of a column, questions about the column are refused", () => {
    const answered = all(golden("columns/rename-and-retype"), "no");
    expect(open(answered)).toEqual([]);
    // What stood behind a question about the column stays; on the column that is made anew it changes nothing.
    expect(answered.match(/alterColumn.*/g)).toEqual([`alterColumn("shop", "shopName", { default: null });`]);
  });

  test.each([
    "columns/rename",
    "columns/swap",
    "columns/respelt",
    "enums/rename-value",
    "tables/rename",
    "tables/move-to-schema",
    "constraints/primary-key",
    "enums/add-values",
    "foreign-keys/key-type-changes",
    "indexes/change",
    "tables/hostile-names",
    "views/create-and-change",
  ])("%s: all yes is the file without its questions and comments", (name) => {
    const text = golden(name);
    const expected = text
      .replace(/^ {2}op\.todo\((?:.*\);|\n(?: {4}.*\n)+ {2}\);)\n/gm, "")
      .replace(/^ {2}\/\/ .*\n/gm, "");
    expect(all(text, "yes")).toBe(expected);
    expect(open(refused(text))).toEqual([]);
  });
});

test.each([
  ["change", `"total" IS DISTINCT FROM (a + b)`],
  ["change or fail", `"total" IS DISTINCT FROM (a + b) OR (a + b) IS NULL`],
  ["fail", "(a + b) IS NULL"],
])("the rows of a column that becomes a generated one, or another one: %s", (rows, condition) =>
  expect(
    open(
      file(`  op.todo("What becomes of shop.total?", \`SELECT * FROM "shop" WHERE ${condition}\`);
  op.dropColumn("shop", "total");
  op.addColumn("shop", { name: "total", type: "integer", asExpression: "a + b" });
`),
    ),
  ).toMatchObject([{ rows, about: "type" }]),
);

describe("an expression is written into the lines of a question", () => {
  const give = (text: string, expression: string) =>
    answerQuestions(text, new Map(open(text).map(({ id }) => [id, { expression }] as const)), morph);
  const ADDED = `  op.todo("mall.name is required and has no default. Existing rows need a value.");
  op.addColumn("mall", { name: "name", type: "text", nullable: true });
  op.alterColumn("mall", "name", { nullable: false });
`;
  const USING = `  op.todo("shop.code changes from text to integer.");
  op.alterColumn("shop", "code", { type: "integer", using: "…" });
`;

  test("as an UPDATE above the line that makes a new column required", () => {
    expect(open(file(ADDED))).toMatchObject([{ takesValue: true }]);
    expect(give(file(ADDED), "upper('a\"b')")).toBe(
      file(`  op.addColumn("mall", { name: "name", type: "text", nullable: true });
  op.sql(\`UPDATE "mall" SET "name" = upper('a"b')\`);
  op.alterColumn("mall", "name", { nullable: false });
`),
    );
  });

  test("for the rows without a value, if the column is there already", () => {
    expect(give(file(CODE), "'none'")).toBe(
      file(`  op.sql(\`UPDATE "shop" SET "code" = 'none' WHERE "code" IS NULL\`);
  op.alterColumn("shop", "code", { nullable: false });
`),
    );
  });

  test("in place of the placeholder; what the other direction lacks stays a question", () => {
    const up = '  op.alterColumn("shop", "code", { type: "integer", using: "length(code)" });\n';
    expect(give(file(USING, USING), "length(code)")).toBe(file(up, USING));
    expect(give(file(up, USING), "$&")).toBe(
      file(
        up,
        USING.replace(/.*\n/, "").replace("…", () => "$&"),
      ),
    );
  });

  test("not for a generated column, whose values nobody writes", () =>
    expect(
      open(
        file(`  op.todo("mall.area is required, and is generated as a * b. Rows in the way:", \`SELECT * FROM "mall" WHERE (a * b) IS NULL\`);
  op.alterColumn("mall", "area", { nullable: false });
`),
      ),
    ).toEqual([expect.not.objectContaining({ takesValue: true })]));

  test("not where none is needed", () => expect(open(TITLE)).not.toMatchObject([{ takesValue: true }, {}]));
});

describe("a no to a line whose `using` a person edited", () => {
  const type = (to: string, using?: string) =>
    `  op.alterColumn("shop", "code", { type: "${to}"${using === undefined ? "" : `, using: ${JSON.stringify(using)}`} });\n`;
  const question = (from: string, to: string) => `  op.todo("shop.code changes from ${from} to ${to}.");\n`;
  const written = type("integer", '"code"::integer');
  const back = type("text");

  test("is refused, with the line", () => {
    const edited = file(`${question("text", "integer")}${type("integer", "length(code)")}`, back);
    expect(() => all(edited, "no")).toThrow(
      expect.objectContaining({
        code: "USAGE",
        message: "9: A person edited `using` in this line, so a no does not delete it.",
        hint: "Delete the line in the file, or only its `using`, then answer no.",
      }),
    );
    expect(all(edited, "yes")).toBe(file(type("integer", "length(code)"), back));
  });

  test("is refused where the placeholder was replaced, and not where it is still there", () => {
    const asked = (using: string) => file(`${question("inet", "integer")}${type("integer", using)}`, type("inet", "…"));
    expect(all(asked("…"), "no")).toBe(file("", ""));
    expect(() => all(asked("host(code)::integer"), "no")).toThrow("A person edited `using`");
  });

  test("is refused in downgrade too, with and without a question there", () => {
    const down = type("text", "lower(code::text)");
    const up = `${question("text", "integer")}${written}`;
    expect(() => all(file(up, `${question("integer", "text")}${down}`), "no")).toThrow("14: A person edited `using`");
    expect(() => all(file(up, down), "no")).toThrow("13: A person edited `using`");
  });

  test("is refused if the old type is not in the file", () => {
    const text = (using?: string) => file(`${question("text", "integer")}${type("integer", using)}`);
    expect(() => all(text('"code"::integer'), "no")).toThrow("A person edited `using`");
    expect(all(text(), "no")).toBe(file("", ""));
  });

  test("is refused for a renamed column too, whose old name is in downgrade", () => {
    const renamed = (using: string) =>
      file(
        `  op.todo("Was shop.number renamed to shop.code (text and integer)? If not, keep the commented lines instead.");
  op.renameColumn("shop", "number", "code");
${type("integer", using)}  // op.addColumn("shop", { name: "code", type: "integer", nullable: true });
  // op.dropColumn("shop", "number");
`,
        `${back}  op.renameColumn("shop", "code", "number");
`,
      );
    expect(all(renamed('"code"::integer'), "no")).toContain('  op.dropColumn("shop", "number");\n');
    expect(() => all(renamed("length(code)"), "no")).toThrow("10: A person edited `using`");
  });

  test("is not refused for the line that the tool wrote", () => {
    expect(all(file(`${question("text", "integer")}${written}`, back), "no")).toBe(file("", ""));
  });
});

describe("lines that serve others", () => {
  test("a key that gets other values is one question with all its lines, and a no leaves none of them", () => {
    const [question] = open(UUID);
    expect(question).toMatchObject({
      about: "type",
      live: expect.arrayContaining([expect.stringContaining("op.setValues")]),
    });
    expect(question?.live).toHaveLength(9);
    expect(all(UUID, "no")).toBe(
      file(`  op.sql("UPDATE counter SET read = 1");

  op.alterColumn("shop", "code", { default: "'new'" });
`),
    );
    expect(all(UUID, "yes")).toBe(UUID.replace(/ {2}op\.todo.*\n/, ""));
  });

  test("an expression goes into the statement that fills a second column", () => {
    const text =
      file(`  op.todo("shop.owner changes from integer to uuid. PostgreSQL has no cast from integer to uuid.");
  op.addColumn("shop", { name: "remodel_owner", type: "uuid", nullable: true });
  op.setValues("shop", { set: { remodel_owner: "…" } });
  op.alterColumn("shop", "owner", { type: "uuid", using: \`"remodel_owner"\` });
  op.dropColumn("shop", "remodel_owner");
`);
    const [{ id } = { id: "" }] = open(text);
    const written = answerQuestions(text, new Map([[id, { expression: "uuidv7()" }]]), morph);
    expect(written).toBe(text.replace(/ {2}op\.todo.*\n/, "").replace("…", "uuidv7()"));
  });

  test("statements that give something back are part of the other answer", () => {
    const text = file(`  op.todo("Was shop.a renamed to shop.b? If not, keep the commented lines instead.");
  op.renameColumn("shop", "a", "b");
  // op.addColumn("shop", { name: "b", type: "text", nullable: true });
  // op.dropColumn("shop", "a");
  // op.sql(\`CREATE INDEX "shop_a_lower" ON "shop" USING btree (lower(a))\`);
  // op.sql("UPDATE shop SET b = 1");
`);
    expect(all(text, "yes")).toBe(
      file(`  op.renameColumn("shop", "a", "b");
  // op.sql("UPDATE shop SET b = 1");
`),
    );
    expect(all(text, "no")).toContain('\n  op.sql(`CREATE INDEX "shop_a_lower"');
  });
});
