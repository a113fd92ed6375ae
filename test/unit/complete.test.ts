import { expect, test } from "vitest";
import { type CommandLine, completeWords, type ValueKind } from "../../src/cli/complete.ts";

const line: CommandLine = {
  options: (yargs) => yargs.option("migrations", { type: "string" }).option("quiet", { alias: "q", type: "boolean" }),
  commands: [
    command("upgrade [target]", (yargs) => yargs.option("lock-wait", { type: "string" }).positional("target", {})),
    command("diff", (yargs) => yargs.option("format", { type: "string", choices: ["text", "html"] })),
    command("squash <range>"),
  ],
  groups: [
    {
      name: "fleet",
      describe: "",
      options: (yargs) => yargs.option("select", { type: "string", array: true }).hide("quiet"),
      commands: [command("list"), command("stamp <revisions..>")],
    },
  ],
};

function command(usage: string, options?: CommandLine["commands"][number]["options"]) {
  const run = () => Promise.reject(new Error("No command is run."));
  return { usage, describe: "", run, ...(options !== undefined && { options }) };
}

const VALUES: Readonly<Record<ValueKind, readonly string[]>> = {
  revision: ["aaaa1111", "bbbb2222", "head"],
  tenant: ["mall_north", "mall_south", "tier=pilot"],
};

test.each<[words: string, found: readonly string[]]>([
  ["", ["upgrade", "diff", "squash", "fleet"]],
  ["up", ["upgrade"]],
  ["--mi", ["--migrations"]],
  ["--migrations db up", ["upgrade"]],
  ["upgrade ", ["aaaa1111", "bbbb2222", "head"]],
  ["upgrade aa", ["aaaa1111"]],
  ["upgrade --lo", ["--lock-wait"]],
  ["upgrade --lock-wait ", []],
  ["upgrade -", ["--help", "--migrations", "--quiet", "-q", "--lock-wait"]],
  ["diff ", []],
  ["diff --format ", ["text", "html"]],
  ["diff --format=h", ["--format=html"]],
  ["squash base:b", ["base:bbbb2222"]],
  ["squash base : b", ["bbbb2222"]],
  ["fleet ", ["list", "stamp"]],
  ["fleet --select mall_n", ["mall_north"]],
  ["fleet list --select tier = p", ["pilot"]],
  ["fleet list --sel", ["--select"]],
  ["fleet list --", ["--help", "--migrations", "--select"]],
  ["fleet stamp h", ["head"]],
  ["nothing ", ["upgrade", "diff", "squash", "fleet"]],
])("%j", async (words, found) => {
  const read = async (kind: ValueKind) => VALUES[kind];
  expect(await completeWords(words.split(" "), line, read)).toEqual(found);
});
