import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { newest, withDatabase } from "../support/servers.ts";
import { type CliProject, cliProject, MODULE } from "./support.ts";

const README = fileURLToPath(new URL("../../README.md", import.meta.url));
/** A fenced block, and what a comment before it says of it. */
const BLOCK = /(?:<!-- (\w+): (\S+) -->\n)?```(\w+)\n([\s\S]*?)```/g;
/** What other tests run, and what installs packages. */
const ELSEWHERE = ["npm ci", "npm start", "npm install typeorm-remodel"];
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
      const played = await replaced(readFileSync(README, "utf8"), BLOCK, (block) => playedBlock(project, block));
      const rows = (await readOptions(project)).map(([name, options]) => `| \`${name}\` | ${options} |`);
      const table = `${rows.join("\n").replaceAll("|  |", "| |")}\n`;
      expect(played).toMatch(OPTIONS_TABLE);
      const text = played.replace(OPTIONS_TABLE, (_, head: string) => head + table);
      await expect(text).toMatchFileSnapshot(README);
    });
  },
  LONGEST_MS,
);

async function playedBlock(
  project: CliProject,
  [all, directive, file = "", language, body = ""]: readonly string[],
): Promise<string> {
  const read = () => readFileSync(join(project.folder, file), "utf8");
  if (directive === "file") project.write({ [file]: body });
  if (directive === "edit") project.write({ [file]: edited(read(), body) });
  if (directive === "answer") project.write({ [file]: answered(read()) });
  if (directive === "cat")
    return all!.replace(/(```\w+\n)[\s\S]*```$/, (_, fence: string) => `${fence}${read()}\`\`\``);
  if (language !== "console") return all!;
  const lines = body.split("\n").filter((line) => line.startsWith("$ "));
  const outputs: string[] = [];
  for (const line of lines) outputs.push(`${line}\n${await output(project, line.slice(2))}`);
  return all!.replace(/(```\w+\n)[\s\S]*```$/, (_, fence: string) => `${fence}${outputs.join("")}\`\`\``);
}

/** What a terminal shows: progress, then the result; every duration is the same. */
async function output(project: CliProject, line: string): Promise<string> {
  if (ELSEWHERE.includes(line)) return "";
  const [, words] = /^(?:npx )?remodel (.*)$/.exec(line) ?? [];
  expect(words, `the README has a command that no test runs: ${line}`).toBeDefined();
  const args = [...words!.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
  const { stdout, stderr } = await project.run(...args);
  return `${stderr}${stdout}`.replace(/\b[\d.]+ m?s$/gm, "12 ms");
}

/** Puts the lines with `+` where those with `-` are, between the lines that stay. */
function edited(text: string, diff: string): string {
  const side = (sign: string) =>
    diff
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith(sign))
      .map((line) => line.slice(1))
      .join("\n");
  expect(text).toContain(side("+"));
  return text.replace(side("+"), () => side("-"));
}

/** What a person does who takes every guess. */
function answered(text: string): string {
  return text.replace(/^ {2}op\.todo\((?:.*\);|\n(?: {4}.*\n)+ {2}\);)\n/gm, "").replace(/^ {2}\/\/.*\n/gm, "");
}

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

async function replaced(
  text: string,
  pattern: RegExp,
  by: (match: readonly string[]) => Promise<string>,
): Promise<string> {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(end, match.index), await by(match));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)].join("");
}
