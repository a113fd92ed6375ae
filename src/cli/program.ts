import { constants } from "node:os";
import yargs, { type Argv } from "yargs";
import { RemodelError } from "../errors.ts";
import type { Session } from "../state/session.ts";
import { branchesCommand } from "./branches.ts";
import { checkCommand } from "./check.ts";
import type { Args, Command, CommandContext } from "./command.ts";
import { currentCommand } from "./current.ts";
import { diffCommand } from "./diff.ts";
import { downgradeCommand } from "./downgrade.ts";
import { editCommand } from "./edit.ts";
import { headsCommand } from "./heads.ts";
import { historyCommand } from "./history.ts";
import type { Host } from "./host.ts";
import { initCommand } from "./init.ts";
import { LIMIT_FLAGS } from "./limits.ts";
import { mergeCommand } from "./merge.ts";
import { liveLine, type PrintOptions, printError, printNote, printResult } from "./print.ts";
import { rebaseCommand } from "./rebase.ts";
import { resolveCommand } from "./resolve.ts";
import { revisionCommand } from "./revision.ts";
import { showCommand } from "./show.ts";
import { stampCommand } from "./stamp.ts";
import { todoCommand } from "./todo.ts";
import { upgradeCommand } from "./upgrade.ts";

const COMMANDS: readonly Command[] = [
  initCommand,
  revisionCommand,
  upgradeCommand,
  downgradeCommand,
  currentCommand,
  headsCommand,
  historyCommand,
  showCommand,
  branchesCommand,
  mergeCommand,
  rebaseCommand,
  stampCommand,
  editCommand,
  todoCommand,
  resolveCommand,
  diffCommand,
  checkCommand,
];

/** Options that have one value. */
const ONCE = ["dataSource", "url", "migrations", "message", "rev-id", "range", "answers", "onto", ...LIMIT_FLAGS];

/** Could not do it. */
const FAILED = 2;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs one command.
 * @param argv what was typed after `remodel`
 * @param host the process, or what stands for it
 * @returns the exit code: 0 nothing to report, 1 something found, 2 could not do it, 130 or 143 interrupted
 */
export async function main(argv: readonly string[], host: Host = process): Promise<number> {
  const quiet = argv.includes("--quiet") || argv.includes("-q");
  const print: PrintOptions = { host, json: argv.includes("--json"), quiet };
  const chosen: { command?: Command; args?: Args } = {};
  try {
    await parser(chosen, host).parseAsync([...argv], {}, (_error, _args, output) => help(output, host));
    if (chosen.command === undefined || chosen.args === undefined) return 0;
    return await execute(chosen.command, chosen.args, print);
  } catch (error) {
    await printError(error, print);
    return FAILED;
  }
}

async function execute(command: Command, args: Args, print: PrintOptions): Promise<number> {
  const abort = new AbortController();
  let failed = FAILED;
  const interrupt = (signal: NodeJS.Signals) => {
    failed = 128 + constants.signals[signal]; // as shells count
    if (abort.signal.aborted) process.exit(failed);
    abort.abort();
  };
  const live = liveLine(print);
  const { host } = print;
  let session: Promise<Session> | undefined;
  const context: CommandContext = {
    cwd: host.cwd(),
    host,
    note: (text) => printNote(text, print),
    ...(live !== undefined && { live }),
    get signal() {
      for (const name of SIGNALS) if (!process.listeners(name).includes(interrupt)) process.on(name, interrupt);
      return abort.signal;
    },
    session: () => {
      session ??= import("../state/session.ts").then(({ openSession }) =>
        openSession({ cwd: host.cwd(), ...given(args) }),
      );
      return session;
    },
  };
  try {
    const result = await command.run(args, context);
    await printResult(result, print);
    return result.code;
  } catch (error) {
    await printError(error, print);
    return failed;
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
    await (await session?.catch(() => undefined))?.close();
  }
}

function given(args: Args): { dataSource?: string; url?: string; migrations?: string } {
  const names = ["dataSource", "url", "migrations"] as const;
  return Object.fromEntries(names.flatMap((name) => (args[name] === undefined ? [] : [[name, String(args[name])]])));
}

/** With one list for each option of several values, yargs makes lists of all that is said twice. */
function refuseTwice(args: Readonly<Record<string, unknown>>): true {
  const twice = ONCE.find((name) => Array.isArray(args[name]));
  if (twice === undefined) return true;
  throw new RemodelError("USAGE", `--${twice} is given twice.`, { hint: "Give it once." });
}

/** What yargs would print: the help. */
function help(output: string, { stdout }: Host): void {
  if (output !== "") stdout.write(`${output}\n`);
}

function parser(chosen: { command?: Command; args?: Args }, { stdout }: Host): Argv {
  const program = yargs()
    .scriptName("remodel")
    .usage(
      "$0 <command>\n\nAlembic for TypeORM on PostgreSQL: edit the models, review the revision, upgrade the database.",
    )
    .option("dataSource", {
      alias: "d",
      type: "string",
      describe: "the file that exports the TypeORM data source",
      requiresArg: true,
    })
    .option("url", {
      type: "string",
      describe: "use another database: postgres://…, pglite:DIR, pglite:memory",
      requiresArg: true,
    })
    .option("migrations", { type: "string", describe: "the folder of the revision files", requiresArg: true })
    .option("json", { type: "boolean", describe: "print the result as JSON" })
    .option("quiet", { alias: "q", type: "boolean", describe: "print only the result" });
  for (const command of COMMANDS)
    program.command(
      command.usage,
      command.describe,
      (yargs) => command.options?.(yargs) ?? yargs,
      (args) => {
        Object.assign(chosen, { command, args });
      },
    );
  return program
    .check(refuseTwice)
    .demandCommand(1, 1, "The command is missing. Run: remodel --help")
    .strict()
    .parserConfiguration({ "duplicate-arguments-array": true, "boolean-negation": false })
    .alias("h", "help")
    .version(false)
    .wrap(Math.min(120, stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      if (error !== undefined && error.name !== "YError") throw error;
      throw new RemodelError("USAGE", message ?? error?.message, { hint: "remodel --help" });
    });
}
