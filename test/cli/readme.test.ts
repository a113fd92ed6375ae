import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { playPage, runPsql } from "./played.ts";
import { type CliProject, cliProject, MODULE } from "./support.ts";

const README = fileURLToPath(new URL("../../README.md", import.meta.url));
const PACKAGE = {
  name: "malls",
  private: true,
  type: "module",
  dependencies: { pg: "8", typeorm: "1", "typeorm-remodel": "0" },
};
/** Some thirty processes, beside whatever else the machine is doing. */
const LONGEST_MS = 300_000;
/** The table of the options of each command: its head, and its rows. */
const OPTIONS_TABLE = /^(\| command \| options \|\n.*\n)(?:\| `\w+` \|.*\n)+/m;

/**
 * The README is played from top to bottom in one project: `file` writes one, `edit` changes one, `cat` shows one,
 * `answer` deletes the questions of one, and what stands behind `$` is run. What comes of it has to be the README
 * again; `vitest run test/cli/readme.test.ts -u` writes it.
 */
test(
  "every command of the README gives what the README shows",
  async () => {
    await withDatabase(newest(), async (url) => {
      const project = cliProject({ ...MODULE, "package.json": JSON.stringify(PACKAGE) }, url);
      const client = await connect(url);
      const page = await playPage(readFileSync(README, "utf8"), project, (sql) => runPsql(client, sql));
      await client.end();
      const { host, pathname } = new URL(url);
      const played = page.replaceAll(`${host}${pathname}`, "db1:5432/malls");
      const rows = (await readOptions(project)).map(([name, options]) => `| \`${name}\` | ${options} |`);
      const table = `${rows.join("\n").replaceAll("|  |", "| |")}\n`;
      expect(played).toMatch(OPTIONS_TABLE);
      const text = played.replace(OPTIONS_TABLE, (_, head: string) => head + table);
      await expect(text).toMatchFileSnapshot(README);
    });
  },
  LONGEST_MS,
);

/** Reads the options of each command from its help, without those that all commands have. */
async function readOptions(project: CliProject): Promise<readonly (readonly [name: string, options: string])[]> {
  const help = async (...args: string[]) => (await project.run(...args, "--help")).stdout;
  const optionsIn = (text: string) =>
    [...text.slice(text.indexOf("Options:")).matchAll(/^ +((?:-\w, )?--[\w-]+)/gm)].map(([, option]) => option!);
  const main = await help();
  const common = optionsIn(main);
  const names = [...main.matchAll(/^ +remodel (\w+)/gm)].map(([, name]) => name!);
  const all = names.map(async (name) => {
    const own = optionsIn(await help(name)).filter((option) => !common.includes(option));
    return [name, own.map((option) => `\`${option}\``).join(" · ")] as const;
  });
  return await Promise.all(all);
}
