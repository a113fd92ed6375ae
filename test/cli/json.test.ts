import { beforeAll, expect, test } from "vitest";
import { SCHEMA_NAMES } from "../support/json-output.ts";
import { anyMajors, withDatabase } from "../support/servers.ts";
import type { Ran } from "./in-process.ts";
import { type CliProject, cliProject, MODULE, ORMCONFIG, SHOP, shopModel } from "./support.ts";

const ONE = "aaaa11110000";
const TWO = "bbbb22220000";
const THREE = "cccc33330000";
const CITY = '  @Column({ type: "text", nullable: true }) city: string | null;\n';
/** One mall, which is the database of the project. */
const FLEET =
  'export const remodel = { fleet: { tenants: [{ name: "mall", url: process.env.DATABASE_URL }], queue: "pglite:queue" } };\n';

/** What these commands print is run elsewhere: in a throwaway database, with a queue, or until Ctrl-C. */
const ELSEWHERE = [
  "adopt",
  "squash",
  "verify",
  "dev",
  "watch",
  "fleet-stamp",
  "fleet-create",
  "fleet-enqueue",
  "fleet-work",
];

/**
 * Every run of a command in the process of the tests is held to its schema, in this file and in all others; here no command
 * is left out. The words are those of a history that grows.
 */
test.each(anyMajors())("what each command prints is as its schema says, on PostgreSQL %i", (major) =>
  withDatabase(major, async (url) => {
    const project = cliProject({ ...SHOP, "ormconfig.ts": ORMCONFIG + FLEET }, url);
    const done = new Set<string>();
    const run = async (code: number, ...words: readonly string[]) => {
      const ran = await project.runWith({ EDITOR: "true" }, ...words, "--json", "--quiet");
      expect({ ...ran, words }).toMatchObject({ code });
      expect(JSON.parse(ran.stdout), words.join(" ")).not.toHaveProperty("error");
      done.add(words[0] === "fleet" ? `fleet-${words[1]}` : words[0]!);
    };
    await run(0, "init");
    await run(0, "completion", "zsh");
    await run(0, "revision", "--autogenerate", "-m", "Shops", "--rev-id", ONE);
    await run(1, "diff");
    await run(0, "upgrade", "--plan");
    await run(0, "upgrade", "--sql");
    await run(0, "upgrade");
    await run(0, "revision", "--autogenerate", "-m", "Nothing");
    project.write({ "models/shop.ts": shopModel(CITY) });
    await run(1, "check");
    await run(0, "revision", "--autogenerate", "-m", "Cities", "--rev-id", TWO, "--online");
    await run(0, "revision", "-m", "Codes", "--rev-id", THREE, "--head", ONE, "--splice", "--branch-label", "codes");
    await run(0, "branches");
    await run(0, "heads");
    await run(0, "history", "-i");
    await run(0, "rebase", THREE, "--onto", TWO);
    await run(0, "revision", "-m", "More", "--rev-id", "dddd44440000", "--head", TWO, "--splice");
    await run(0, "merge", "heads", "--rev-id", "eeee55550000");
    await run(0, "show", THREE);
    await run(0, "edit", TWO);
    await run(0, "todo");
    await run(0, "resolve");
    await run(0, "review", "--no-database");
    await run(0, "review", "--fix", "--no-database", THREE);
    await run(1, "fleet", "status");
    await run(0, "fleet", "list");
    await run(1, "fleet", "check");
    await run(1, "fleet", "diff");
    await run(0, "fleet", "preflight");
    await run(0, "fleet", "sizes");
    await run(0, "fleet", "upgrade", "--plan");
    await run(0, "fleet", "upgrade", "--no-journal");
    await run(0, "fleet", "downgrade", ONE, "--accept-loss", "shop.city", "--no-journal");
    await run(0, "stamp", "heads");
    await run(0, "current");
    await run(0, "sizes");
    await run(0, "stamp", ONE, "--purge");
    await run(0, "downgrade", "base");
    await run(0, "build");
    await project.run("doctor", "--json");
    expect([...done, "doctor", ...ELSEWHERE].sort()).toEqual([...SCHEMA_NAMES].sort());
  }),
);

let empty: CliProject;
beforeAll(() => {
  empty = cliProject(MODULE);
});

/** The last line of a hint is what to type. */
function expectHint({ code, stdout }: Ran, words: readonly string[]): void {
  const { error } = JSON.parse(stdout) as { readonly error: { readonly code: string; readonly hint?: string } };
  expect({ code, error, words }).toMatchObject({
    code: 2,
    error: { code: "USAGE", hint: expect.stringMatching(/\S/) },
  });
}

test("what each command refuses says as data what to type next", async () => {
  for (const name of SCHEMA_NAMES) {
    const words = [...name.replace(/^fleet-/, "fleet ").split(" "), "--no-such-option"];
    expectHint(await empty.run(...words, "--json"), words);
  }
});
