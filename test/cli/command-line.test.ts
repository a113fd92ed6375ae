import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type CliProject, cliProject } from "./support.ts";

const PAGE = fileURLToPath(new URL("../../docs/command-line.md", import.meta.url));
/** What the help of the commands says, between the introduction and the rules. */
const HELP = /(?<=^<!-- help -->\n)[\s\S]*?(?=^## Rules\n)/m;

/** `vitest run test/cli/command-line.test.ts -u` writes the page. */
test("docs/command-line.md has the help of every command", async () => {
  const page = readFileSync(PAGE, "utf8");
  expect(page).toMatch(HELP);
  const text = await readHelp(cliProject({}));
  await expect(page.replace(HELP, () => text)).toMatchFileSnapshot(PAGE);
});

async function readHelp(project: CliProject): Promise<string> {
  const help = async (...words: readonly string[]) => (await project.run(...words, "--help")).stdout;
  const main = await help();
  const fleet = await help("fleet");
  const common = optionsIn(main);
  const section = async (words: readonly string[]) => {
    const lines = dropOptions((await help(...words)).split("\n"), common);
    const text = lines
      .join("\n")
      .replace(/\nOptions:\n(?=\n|$)/, "")
      .trim();
    return `## remodel ${words.join(" ")}\n\n\`\`\`\n${text}\n\`\`\`\n\n`;
  };
  const names = namesIn(main).filter((name) => name !== "fleet");
  const all = [...names.map((name) => [name]), ["fleet"], ...namesIn(fleet).map((name) => ["fleet", name])];
  const sections: string[] = [];
  for (const words of all) sections.push(await section(words));
  return `\n\`\`\`\n${main.trim()}\n\`\`\`\n\n${sections.join("")}`;
}

function optionsIn(help: string): ReadonlySet<string> {
  return new Set([...help.matchAll(/^ +(?:-\w, )?(--[\w-]+)/gm)].flatMap(([, option]) => option ?? []));
}

/** Removes the options that all commands have, with the further lines of each. */
function dropOptions(lines: readonly string[], common: ReadonlySet<string>): readonly string[] {
  let isDropped = false;
  return lines.filter((line) => {
    const [option] = optionsIn(line);
    const goesOn = option === undefined && /^ {20}/.test(line);
    if (!goesOn) isDropped = option !== undefined && common.has(option);
    return !isDropped;
  });
}

function namesIn(help: string): readonly string[] {
  return [...help.matchAll(/^ +remodel (?:fleet )?([\w-]+)/gm)].flatMap(([, name]) => name ?? []);
}
