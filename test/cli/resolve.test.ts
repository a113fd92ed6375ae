import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { spawn } from "@lydell/node-pty";
import { describe, expect, it } from "vitest";
import { askQuestions } from "../../src/cli/ask.ts";
import { openSession } from "../../src/state/session.ts";
import { newest, withDatabase } from "../support/servers.ts";
import {
  COMMAND,
  cliProject,
  expectDone,
  expectRefused,
  type Files,
  revisionText,
  SHOP,
  shopModel,
} from "./support.ts";

const RENAME = `  op.todo("Was shop.title renamed to shop.name? If not, keep the commented lines instead.");
  op.renameColumn("shop", "title", "name");
  // op.todo("shop.name is required and has no default.");
  // op.addColumn("shop", { name: "name", type: "text", nullable: true });
  // op.alterColumn("shop", "name", { nullable: false });
  // op.dropColumn("shop", "title");
`;
const BACK = `  op.todo("Was shop.name renamed to shop.title? If not, keep the commented lines instead.");
  op.renameColumn("shop", "name", "title");
  // op.addColumn("shop", { name: "title", type: "text", nullable: true });
  // op.dropColumn("shop", "name");
`;
const REQUIRED = `  op.todo("shop.code becomes required. Rows in the way:", \`SELECT * FROM "shop" WHERE "code" IS NULL\`);
  op.alterColumn("shop", "code", { nullable: false });
`;
const OPTIONAL = `  op.alterColumn("shop", "code", { nullable: true });
`;

const NOWHERE = "postgres://nobody@127.0.0.1:1/none";
const [FIRST, SECOND] = ["migrations/1.ts", "migrations/2.ts"];
const HISTORY: Files = {
  [FIRST]: revisionText("aaaa11110000", null, RENAME, BACK),
  [SECOND]: revisionText("bbbb22220000", "aaaa11110000", REQUIRED, OPTIONAL),
};
const YES = revisionText(
  "aaaa11110000",
  null,
  `  op.renameColumn("shop", "title", "name");\n`,
  `  op.renameColumn("shop", "name", "title");\n`,
);

/** A project without models: these commands need no more than the files. */
function historyProject(files: Files = HISTORY) {
  const project = cliProject({ "package.json": '{ "type": "module" }', ...files });
  return { ...project, run: (...args: readonly string[]) => project.run(...args, "--url", NOWHERE) };
}

/** The ids of the rename and of the required column. */
async function idsOf(project: ReturnType<typeof historyProject>): Promise<readonly [string, string]> {
  const { stdout } = await project.run("todo", "--json");
  const { todos } = JSON.parse(stdout) as { todos: { id: string }[] };
  expect(todos).toHaveLength(3);
  expect(todos[0]!.id).toBe(todos[1]!.id);
  return [todos[0]!.id, todos[2]!.id];
}

describe("resolve without a terminal", () => {
  it("lists what is open, each question once, and exits 1", async () => {
    const some = historyProject();
    const [rename, required] = await idsOf(some);
    expect(await some.run("resolve")).toEqual({
      code: 1,
      stderr: "",
      stdout: `${rename}  migrations/1.ts:8, 18
    Was shop.title renamed to shop.name? If not, keep the commented lines instead.
${required}  migrations/2.ts:8
    shop.code becomes required. Rows in the way:
    SELECT * FROM "shop" WHERE "code" IS NULL
Open: 2 questions. Answer with --answer ID=yes or ID=no.
`,
    });
    expect(some.files()).toMatchObject(HISTORY);
  });

  it("accepts the guesses of one kind, in both directions", async () => {
    const some = historyProject();
    const ran = await some.run("resolve", "--accept", "renames");
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(ran.stdout).toMatch(/^Answered 1 question in migrations\/1\.ts\.\n/);
    expect(some.files()).toMatchObject({ [FIRST]: YES, [SECOND]: HISTORY[SECOND]! });
    expectDone(
      await some.run("resolve", "--accept", "all"),
      /^Answered 1 question in migrations\/2\.ts\.\nAccepted, but not sure: shop\.code becomes required\. The rows in the way could not be counted\.\n$/,
    );
    expectDone(await some.run("resolve"), "No question is open.");
  });

  it("takes an answer for each id, one revision or all of them", async () => {
    const some = historyProject();
    const [rename, required] = await idsOf(some);
    const ran = await some.run("resolve", "aaaa", "--answer", `${rename}=yes`, "--json");
    expect({ ...ran, stdout: JSON.parse(ran.stdout) }).toEqual({
      code: 0,
      stderr: "",
      stdout: {
        answered: [{ revision: "aaaa11110000", file: join(some.folder, FIRST), id: rename, answer: "yes" }],
        deleted: [],
        todos: [],
        questions: 0,
        unsure: [],
      },
    });
    const left = await some.run("resolve", "--answer", `${required}=no`);
    expectDone(left, "Answered 1 question");
    expect(left.stdout).toMatch(/^Deleted in migrations\/\S+:\n {2}op\.alterColumn\("shop", "code", /m);
    expect(some.files()).toMatchObject({
      [FIRST]: YES,
      [SECOND]: revisionText("bbbb22220000", "aaaa11110000").replaceAll("{\n\n}", "{\n}"),
    });
  });

  it("an answer by id is an exception to --accept, and questions among the commented lines come after it", async () => {
    const some = historyProject();
    const [rename] = await idsOf(some);
    const ran = await some.run("resolve", "aaaa", "--accept", "renames", "--answer", `${rename}=no`);
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(ran.stdout).toMatch(/\n[0-9a-f]{8} {2}migrations\/1\.ts:8\n {4}shop\.name is required/);
    const open = await some.run("resolve", "aaaa", "--accept", "constraints");
    expect(open).toMatchObject({ code: 1, stderr: "" });
    expect(open.stdout).toContain("Not accepted: shop.name needs a value in the existing rows.");
    const [, required] = /^([0-9a-f]{8}) /.exec(open.stdout) ?? [];
    expectDone(await some.run("resolve", "aaaa", "--answer", `${required}=yes`), "Answered 1 question");
    expect(some.files()[FIRST]).toBe(
      revisionText(
        "aaaa11110000",
        null,
        `  op.addColumn("shop", { name: "name", type: "text", nullable: true });
  op.alterColumn("shop", "name", { nullable: false });

  op.dropColumn("shop", "title");
`,
        `  op.addColumn("shop", { name: "title", type: "text", nullable: true });
  op.dropColumn("shop", "name");
`,
      ),
    );
  });

  it.each([
    ["an unknown id", ["--answer", "12345678=yes"], /No open question has the id 12345678/, "todo --json"],
    ["two answers", ["--answer", "ID=yes", "--answer", "ID=no"], /two answers to ID/, "once"],
    ["an answer that is none", ["--answer", "ID=perhaps"], /--answer ID=perhaps cannot be read/, "ID=yes"],
    ["an unknown kind", ["--accept", "everything"], /--accept cannot be "everything"/, "renames"],
  ])("refuses %s and writes nothing", async (_what, args, message, hint) => {
    const some = historyProject();
    const [rename] = await idsOf(some);
    const known = args.includes("ID=no") ? args.map((arg) => arg.replace("ID", rename)) : args;
    const text = new RegExp(message.source.replace("to ID", `to ${rename}`));
    expectRefused(await some.run("resolve", ...known, "--accept", "renames"), "USAGE", text, hint);
    expect(some.files()).toMatchObject(HISTORY);
  });

  it("refuses an id that stands in two files", async () => {
    const copy = HISTORY[FIRST]!.replaceAll("aaaa11110000", "cccc33330000").replace("= null", '= "aaaa11110000"');
    const some = historyProject({ [FIRST]: HISTORY[FIRST]!, [SECOND]: copy });
    const { stdout } = await some.run("todo", "--json");
    const { id } = JSON.parse(stdout).todos[0];
    const ran = await some.run("resolve", "--answer", `${id}=yes`);
    expectRefused(ran, "USAGE", /is open in aaaa11110000 and cccc33330000/, "remodel resolve aaaa11110000");
    expectDone(await some.run("resolve", "aaaa", "--answer", `${id}=yes`), "Answered 1 question");
  });

  it("a question that a loop asks has an id, but only a person can answer it", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a file
    const loop = '  for (const name of ["a", "b"]) op.todo(`Is ${name} right?`);\n';
    const some = historyProject({ [FIRST]: revisionText("aaaa11110000", null, loop) });
    const { todos } = JSON.parse((await some.run("todo", "--json")).stdout) as { todos: { id: string }[] };
    expect(new Set(todos.map(({ id }) => id)).size).toBe(2);
    const ran = await some.run("resolve", "--answer", `${todos[0]!.id}=yes`);
    expectRefused(ran, "USAGE", /No open question has the id/, "todo --json");
  });
});

describe("half-completed revisions", () => {
  const refused = async (upgrade: string, downgrade: string, message: RegExp) => {
    const some = historyProject({ [FIRST]: revisionText("aaaa11110000", null, upgrade, downgrade) });
    expectRefused(
      await some.run("upgrade", "--sql"),
      "REVISION_INVALID",
      message,
      /Keep either the rename|both directions/,
    );
    expectRefused(
      await some.run("todo", "aaaa"),
      "REVISION_INVALID",
      message,
      /Keep either the rename|both directions/,
    );
  };

  it("both ways kept", () =>
    refused(
      `  op.renameColumn("shop", "title", "name");\n  op.dropColumn("shop", "title");\n`,
      `  op.renameColumn("shop", "name", "title");\n`,
      /migrations\/1\.ts:9: .*contradict each other/,
    ));

  it("one answer in upgrade, the other in downgrade", () =>
    refused(
      `  op.renameColumn("shop", "title", "name");\n`,
      `  op.dropColumn("shop", "name");\n`,
      /migrations\/1\.ts:13: upgrade renames shop\.title to name, but downgrade has op\.dropColumn/,
    ));

  it("while a question is open, that is what is told", async () => {
    const some = historyProject({
      [FIRST]: revisionText("aaaa11110000", null, `  op.renameColumn("shop", "title", "name");\n`, BACK),
    });
    expectRefused(await some.run("upgrade", "--sql"), "REVISION_UNFINISHED", /1\.ts:13/, "remodel resolve");
  });
});

/** A terminal in memory, with somebody who waits for a text before each key. */
function terminal(keys: readonly (readonly [text: string | RegExp, key: string])[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 50 });
  const waiting = [...keys];
  let [shown, seen] = ["", 0];
  output.setEncoding("utf8").on("data", (chunk: string) => {
    shown += chunk;
    const [next] = waiting;
    if (next === undefined || shown.slice(seen).search(next[0]) < 0) return;
    waiting.shift();
    seen = shown.length;
    setImmediate(() => input.write(next[1])); // the prompt that is being drawn has to be listening
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal is told
  const text = () => shown.replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, "");
  return { input, output, text, left: waiting };
}

const [ENTER, UP, DOWN, CTRL_C] = ["\r", "\x1b[A", "\x1b[B", "\x03"];

it("--value writes an expression into the lines of a question, and only where one is needed", async () => {
  const project = historyProject({ [FIRST]: revisionText("aaaa11110000", null, REQUIRED, OPTIONAL) });
  const { todos } = JSON.parse((await project.run("todo", "--json")).stdout) as { todos: { id: string }[] };
  const id = todos[0]?.id ?? "";
  expectRefused(await project.run("resolve", "--value", "code"), "USAGE", "cannot be read", "ID=EXPRESSION");
  const done = await project.run("resolve", "--json", "--value", `${id}=coalesce(name, '=')`);
  expect(JSON.parse(done.stdout)).toMatchObject({ answered: [{ id, answer: "yes", value: "coalesce(name, '=')" }] });
  const update = `UPDATE "shop" SET "code" = coalesce(name, '=') WHERE "code" IS NULL`;
  expect(project.files()[FIRST]).toContain(`  op.sql(\`${update}\`);\n  op.alterColumn("shop", "code"`);

  project.write(HISTORY);
  const [rename] = await idsOf(project);
  expectRefused(
    await project.run("resolve", "--value", `${rename}=1`),
    "USAGE",
    "needs no value",
    `--answer ${rename}=yes`,
  );
  expect(project.files()).toMatchObject(HISTORY);
});

describe("resolve in a terminal", () => {
  const asked = async (
    keys: readonly (readonly [text: string | RegExp, key: string])[],
    { url = NOWHERE, name, env }: { url?: string; name?: string; env?: Readonly<Record<string, string>> } = {},
  ) => {
    const some = historyProject();
    const { input, output, text, left } = terminal(keys);
    const session = await openSession({ cwd: some.folder, url });
    try {
      const resolved = await askQuestions(session, name, { input, output, cwd: some.folder, ...(env && { env }) });
      expect(left).toEqual([]);
      return { ...resolved, text: text(), files: some.files() };
    } finally {
      await session.close();
    }
  };

  it("asks one by one, shows both ways, and writes each answer", async () => {
    const { text, files, answered, todos } = await asked([
      [/Which is right\?[\s\S]*Later/, ENTER],
      [/Keep this\?[\s\S]*Later/, ENTER],
    ]);
    expect(text).toContain("migrations/1.ts:8, 18");
    expect(text).toMatch(/If yes:\n.*op\.renameColumn\("shop", "title", "name"\);\n/);
    expect(text).toMatch(/If no:\n.*op\.todo\(…\);\n.*op\.addColumn/);
    expect(text).toMatch(/shop\.code becomes required\. Rows in the way:\n.*SELECT \* FROM "shop"/);
    expect(text).toContain("Done.");
    expect(answered.map(({ answer }) => answer)).toEqual(["yes", "yes"]);
    expect(todos).toEqual([]);
    expect(files[FIRST]).toBe(YES);
    expect(files[SECOND]).not.toContain("todo");
  });

  it("after a no it goes on with what the commented lines ask", async () => {
    const { files, todos } = await asked(
      [
        [/Which is right\?[\s\S]*Later/, DOWN],
        [/●[^\n]*No:/, ENTER],
        [/shop\.name is required[\s\S]*Keep this\?[\s\S]*● Later/, `${DOWN}${DOWN}`],
        [/● Yes/, ENTER],
      ],
      { name: "aaaa" },
    );
    expect(todos).toEqual([]);
    expect(files[FIRST]).toContain(`op.dropColumn("shop", "title");`);
    expect(files[FIRST]).not.toMatch(/todo|renameColumn/);
  });

  it("takes an expression for the rows that need a value", async () => {
    const { files, todos } = await asked(
      [
        [/Which is right\?[\s\S]*Later/, DOWN],
        [/●[^\n]*No:/, ENTER],
        [/shop\.name is required[\s\S]*Keep this\?[\s\S]*● Later/, UP],
        [/●[^\n]*Write what the rows get/, ENTER],
        [/An SQL expression/, `upper(title)${ENTER}`],
      ],
      { name: "aaaa" },
    );
    expect(todos).toEqual([]);
    expect(files[FIRST]).toContain(
      'op.sql(`UPDATE "shop" SET "name" = upper(title)`);\n  op.alterColumn("shop", "name"',
    );
  });

  it("says which question of how many it is, and goes back to the one before", async () => {
    const { text, files, answered, todos } = await asked([
      [/1 of 2 [\s\S]*Which is right\?[\s\S]*Later/, ENTER],
      [/2 of 2 [\s\S]*Keep this\?[\s\S]*Back to the question before/, UP],
      [/● Back/, ENTER],
      [/1 of 2 [\s\S]*Which is right\?[\s\S]*Later/, `${DOWN}${DOWN}`],
      [/● Later/, ENTER],
      [/2 of 2 [\s\S]*Back/, `${UP}${ENTER}`],
      [/1 of 2 [\s\S]*Which is right\?[\s\S]*Later/, ENTER],
      [/2 of 2 [\s\S]*Keep this/, ENTER],
    ]);
    expect(text.split("Which is right?")[0]).not.toContain("Back");
    expect(answered.map(({ answer }) => answer)).toEqual(["yes", "yes"]);
    expect({ todos, first: files[FIRST] }).toEqual({ todos: [], first: YES });
  });

  it("opens the file in the editor, and asks what is open then", async () => {
    const { files, todos } = await asked(
      [
        [/Which is right\?[\s\S]*Open the file in the editor/, UP],
        [/● Open/, ENTER],
        [/1 of 1 [\s\S]*Keep this/, ENTER],
      ],
      { env: { PATH: process.env["PATH"] ?? "", EDITOR: "sed -i /op.todo/d" } },
    );
    expect(todos).toEqual([]);
    expect(files[FIRST]).toContain("renameColumn");
  });

  it("what is put off stays open, and whoever leaves keeps the answers given", async () => {
    const { files, answered, todos, text } = await asked([
      [/Which is right\?[\s\S]*Later/, ENTER],
      [/Keep this\?[\s\S]*Later/, CTRL_C],
    ]);
    expect(text).toContain("Your answers so far are saved.");
    expect(answered).toHaveLength(1);
    expect(todos).toMatchObject([{ file: expect.stringMatching(/2\.ts$/), line: 8 }]);
    expect(files).toMatchObject({ [FIRST]: YES, [SECOND]: HISTORY[SECOND] });
    const later = await asked([
      [/Which is right\?[\s\S]*Later/, `${DOWN}${DOWN}`],
      [/●[^\n]*Later/, ENTER],
      [/Keep this\?[\s\S]*Later/, ENTER],
    ]);
    expect(later.files[FIRST]).toBe(HISTORY[FIRST]);
    expect(later.todos).toHaveLength(2);
  });

  it("counts the rows in the way, and then does not suggest a yes", () =>
    withDatabase(
      newest(),
      async (url) => {
        const { text, todos } = await asked([[/Keep this\?[\s\S]*●[^\n]*Later/, ENTER]], { url, name: "bbbb" });
        expect(text).toMatch(/Rows in the way: 2\n/);
        expect(todos).toHaveLength(1);
      },
      { sql: "CREATE TABLE shop (id int, code text); INSERT INTO shop VALUES (1, NULL), (2, NULL), (3, 'x')" },
    ));
});

describe("revision with answers", () => {
  const before = `  @Column() title: string;\n  @Column({ nullable: true }) code: string;\n`;
  const after = `  @Column() label: string;\n  @Column({ nullable: true }) number: string;\n`;

  /** A project whose shops have other columns than the database. */
  async function changed(url: string) {
    const some = cliProject({ ...SHOP, "models/shop.ts": shopModel(before) }, url);
    mkdirSync(join(some.folder, "node_modules"), { recursive: true });
    symlinkSync(process.cwd(), join(some.folder, "node_modules/typeorm-remodel"));
    expectDone(await some.run("revision", "-m", "One", "--autogenerate"), "Wrote");
    await some.run("upgrade");
    some.write({ "models/shop.ts": shopModel(after) });
    return some;
  }

  const generate = ["revision", "-m", "Two", "--autogenerate", "--dry-run"];

  it("writes a revision again with another rename than it guessed, if nothing is lost with that", () =>
    withDatabase(newest(), async (url) => {
      const some = await changed(url);
      const TWO = "migrations/bbbb22220000_two.ts";
      const text = () => some.files()[TWO] ?? "";
      const revise = ["revision", "-m", "Two", "--autogenerate", "--rev-id", "bbbb22220000"];
      expect(await some.run(...revise)).toMatchObject({ code: 0 });
      expect(text()).toMatch(/\n {2}op\.renameColumn\("shop", "code", "number"\);\n {2}\/\/ or: .*"code", "label"/);

      const { input, output, left } = terminal([
        [/Which is right\?[\s\S]*No: {2}shop\.code was renamed to shop\.label[\s\S]*Later/, `${DOWN}${DOWN}`],
        [/● No: {2}shop\.code was renamed to shop\.label/, ENTER],
        [/2 of 4 [\s\S]*renamed to shop\.number[\s\S]*Later/, CTRL_C],
      ]);
      // The patterns of the entities are relative to the current folder.
      const here = process.cwd();
      process.chdir(some.folder);
      const session = await openSession({ cwd: some.folder, url });
      const { answered } = await askQuestions(session, "bbbb", { input, output, cwd: some.folder }).finally(() => {
        process.chdir(here);
        return session.close();
      });
      expect({ answered: answered.map(({ answer }) => answer), left }).toEqual({ answered: ["no"], left: [] });
      expect(text()).toMatch(/\n\n {2}op\.renameColumn\("shop", "code", "label"\);\n(?! {2}\/\/)/);

      const again = await some.run("resolve", "--rename", "shop.code=number", "--accept", "renames");
      expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining(`Wrote ${TWO} again.\n`) });
      expect(text()).toContain('op.renameColumn("shop", "title", "label");');
      expect(text()).not.toMatch(/todo|"code", "label"/);

      const done = text();
      const refused = async (message: RegExp, hint: string) =>
        expectRefused(await some.run("resolve", "--rename", "shop.code=label"), "USAGE", message, hint);
      await refused(/No question is open/, "remodel edit");
      some.write({ [TWO]: done.replace("  op.rename", '  op.todo("Why?");\n  op.rename') });
      await refused(/has other answers or lines already, which would be lost/, "--rename shop.code=label");
      some.write({ [TWO]: done });
      expect(await some.run("upgrade")).toMatchObject({ code: 0 });
      some.write({ [TWO]: done.replace("  op.rename", '  op.todo("Why?");\n  op.rename') });
      await refused(/bbbb22220000 is applied in this database/, "downgrade -1");
    }));

  it(
    "reads them from a file and from flags, and refuses what answers nothing",
    () =>
      withDatabase(newest(), async (url) => {
        const some = await changed(url);
        const answers = (value: unknown) => some.write({ "answers.json": JSON.stringify(value) });
        answers({ rename: { "shop.title": "label" }, noRename: ["shop.code"] });
        const ran = await some.run(...generate, "--answers", "answers.json");
        expectDone(ran, /op\.renameColumn\("shop", "title", "label"\);/);
        expect(ran.stdout).not.toContain("todo");
        expect(ran.stdout).toContain(`op.dropColumn("shop", "code");`);
        expectDone(
          await some.run(...generate, "--answers", "answers.json", "--rename", "shop.title=label"),
          "renameColumn",
        );
        answers({ accept: ["renames"] });
        expect((await some.run(...generate, "--answers", "answers.json")).stdout).not.toContain("todo");

        const refused = async (args: readonly string[], message: RegExp, hint: string | RegExp) =>
          expectRefused(await some.run(...generate, ...args), "USAGE", message, hint);
        const file = ["--answers", "answers.json"];
        answers({ rename: { "shop.title": "label" } });
        await refused([...file, "--no-rename", "shop.title"], /two answers for shop\.title/, "once");
        await refused(["--rename", "shop.titel=label"], /the database has no column titel of shop; there are /, "diff");
        await refused(["--rename", "shop.name=label"], /the models still have the column name of shop/, "diff");
        const without = await some.run("revision", "-m", "Two", "--rename", "shop.title=label");
        expectRefused(without, "USAGE", /These answers need --autogenerate/, "--autogenerate");
      }),
    180_000,
  );
});

/** The command itself in a pseudo-terminal, with somebody who waits for a text before each key. */
function inPseudoTerminal(
  folder: string,
  args: readonly string[],
  keys: readonly (readonly [text: RegExp, key: string])[],
): Promise<{ readonly code: number; readonly text: string }> {
  const env = { ...process.env, TERM: "xterm-256color" };
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder, cols: 100, rows: 50, env });
  const waiting = [...keys];
  let [shown, seen] = ["", 0];
  child.onData((chunk) => {
    shown += chunk;
    const [next] = waiting;
    if (next === undefined || shown.slice(seen).search(next[0]) < 0) return;
    waiting.shift();
    seen = shown.length;
    child.write(next[1]);
  });
  return new Promise((resolve) => {
    child.onExit(({ exitCode }) => {
      expect(waiting).toEqual([]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal is told
      resolve({ code: exitCode, text: shown.replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, "").replaceAll("\r", "") });
    });
  });
}

describe("remodel resolve in a pseudo-terminal", () => {
  const CANDIDATE = `  // or: op.renameColumn("shop", "title", "label"); // both are text, both required\n  // op.todo("shop.name`;
  const FILL = `  // first: op.sql(\`UPDATE "shop" SET "code" = … WHERE "code" IS NULL\`);\n  op.alterColumn("shop", "code", { nullable: false`;
  const files = () => ({
    [FIRST]: HISTORY[FIRST]!.replace(`  // op.todo("shop.name`, CANDIDATE),
    [SECOND]: HISTORY[SECOND]!.replace(`  op.alterColumn("shop", "code", { nullable: false`, FILL),
  });

  it("asks, shows the other candidates and what to do first, and leaves neither behind", async () => {
    const some = historyProject(files());
    const { code, text } = await inPseudoTerminal(
      some.folder,
      ["resolve", "--url", NOWHERE],
      [
        [/Which is right\?[\s\S]*Later/, ENTER],
        [/Keep this\?[\s\S]*Later/, ENTER],
      ],
    );
    expect(text).toMatch(/or: op\.renameColumn\("shop", "title", "label"\); \/\/ both are text, both required/);
    expect(text).toMatch(/first: op\.sql\(`UPDATE "shop" SET "code" = … WHERE "code" IS NULL`\);/);
    expect({ code, done: text.includes("Done.") }).toEqual({ code: 0, done: true });
    expect(some.files()[FIRST]).toBe(YES);
    expect(some.files()[SECOND]).not.toMatch(/todo|first:/);
  });

  it("Ctrl-C leaves with what was answered, and says what is still open", async () => {
    const some = historyProject(files());
    const { code, text } = await inPseudoTerminal(
      some.folder,
      ["resolve", "--url", NOWHERE],
      [
        [/Which is right\?[\s\S]*Later/, DOWN],
        [/●[^\n]*No:/, ENTER],
        [/shop\.name is required[\s\S]*Keep this\?[\s\S]*Later/, CTRL_C],
      ],
    );
    expect({ code, stopped: text.includes("Stopped. Your answers so far are saved.") }).toEqual({
      code: 1,
      stopped: true,
    });
    expect(some.files()[FIRST]).toContain(`op.dropColumn("shop", "title");`);
    expect(some.files()[FIRST]).not.toMatch(/or: op|renameColumn/);
    expect(some.files()[SECOND]).toBe(files()[SECOND]);
  });
});
