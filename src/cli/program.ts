import yargs, { type Argv } from "yargs";
import { dropUndefined } from "../given.ts";
import { watchAwaited } from "../load/awaited.ts";
import { readEnvFile } from "../load/env-file.ts";
import type { Session } from "../state/session.ts";
import { enter, type Spent, timed } from "../timings.ts";
import { adoptCommand } from "./adopt.ts";
import { type Args, choiceError, readSessionOptions, readText, TEXT, unknownError, usageError } from "./args.ts";
import { branchesCommand } from "./branches.ts";
import { buildCommand } from "./build.ts";
import { checkCommand } from "./check.ts";
import { refuseEmptyValue, refuseSchemaOfGroup, refuseTwice } from "./check-args.ts";
import type { Command, CommandContext, CommandGroup } from "./command.ts";
import { listWords } from "./complete.ts";
import { completionCommand } from "./completion.ts";
import { currentCommand } from "./current.ts";
import { devCommand } from "./dev.ts";
import { diffCommand } from "./diff.ts";
import { doctorCommand } from "./doctor.ts";
import { downgradeCommand } from "./downgrade.ts";
import { editCommand } from "./edit.ts";
import { fleetCommands } from "./fleet.ts";
import { headsCommand } from "./heads.ts";
import { historyCommand } from "./history.ts";
import { type Host, readWidth } from "./host.ts";
import { initCommand } from "./init.ts";
import { createInterrupts, FAILED, type Interrupts } from "./interrupts.ts";
import { mergeCommand } from "./merge.ts";
import { liveLine, type PrintOptions, printDatabase, printError, printNote, printResult } from "./print.ts";
import { rebaseCommand } from "./rebase.ts";
import { reportTimings } from "./report-timings.ts";
import { resolveCommand } from "./resolve.ts";
import { reviewCommand } from "./review.ts";
import { revisionCommand } from "./revision.ts";
import { showCommand } from "./show.ts";
import { sizesCommand } from "./sizes.ts";
import { squashCommand } from "./squash.ts";
import { stampCommand } from "./stamp.ts";
import { todoCommand } from "./todo.ts";
import { upgradeCommand } from "./upgrade.ts";
import { verifyCommand } from "./verify.ts";
import { watchCommand } from "./watch.ts";

const COMMANDS: readonly Command[] = [
  initCommand,
  adoptCommand,
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
  squashCommand,
  stampCommand,
  editCommand,
  todoCommand,
  resolveCommand,
  diffCommand,
  checkCommand,
  devCommand,
  watchCommand,
  reviewCommand,
  sizesCommand,
  verifyCommand,
  buildCommand,
  doctorCommand,
  completionCommand,
];
const GROUPS: readonly CommandGroup[] = [fleetCommands];

/** What can be typed. */
const LINE = { commands: COMMANDS, groups: GROUPS, options: commonOptions };

/** How long code of the project or a server may be awaited, in milliseconds, before the command says for what it waits. */
const SLOW_MS = 5000;

/** What the scripts of `completion` call. */
const COMPLETE = "--complete";

/**
 * Runs one command.
 * @param argv the words after `remodel`
 * @param host the process, or the streams of a test
 * @param entered what the process had spent when it began; absent in a process that does other things too
 * @returns the exit code: 0 nothing to report, 1 something found, 2 failed, 130 or 143 interrupted
 */
export async function main(argv: readonly string[], host: Host = process, entered?: Spent): Promise<number> {
  if (argv[0] === COMPLETE) return await (await import("./print-words.ts")).printWords(argv.slice(1), LINE, host);
  const began = entered === undefined ? {} : { entered };
  return await reportTimings({ argv, host, ...began }, () => runCommand(argv, host));
}

async function runCommand(argv: readonly string[], host: Host): Promise<number> {
  const quiet = argv.includes("--quiet") || argv.includes("-q");
  const print: PrintOptions = { host, json: argv.includes("--json"), quiet };
  try {
    const chosen = await parse(argv, host);
    if (chosen === undefined) return 0;
    return await execute(chosen, print);
  } catch (error) {
    await printError(error, print);
    return FAILED;
  }
}

/** A command and its arguments. */
interface Chosen {
  readonly command: Command;
  readonly args: Args;
}

/** Returns undefined if there is nothing more to do, as after `--help`. */
async function parse(argv: readonly string[], host: Host): Promise<Chosen | undefined> {
  const chosen: Chosen[] = [];
  const words = withoutSeparator(argv);
  const parser = createParser(words, (one) => void chosen.push(one), host);
  await parser.parseAsync([...words], {}, (_error, _args, output) => printHelp(output, host));
  return chosen[0];
}

/**
 * Takes out `--`, which some package managers hand on, and people type before `-1`. yargs ignores what comes after it where
 * a command may do without: `upgrade -- TARGET` would run all revisions.
 */
function withoutSeparator(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf("--");
  return argv.filter((_, place) => place !== at);
}

async function execute({ command, args }: Chosen, print: PrintOptions): Promise<number> {
  const { host } = print;
  const { variables, note } = readEnvFile(host.cwd(), readText(args, "env"), process.env);
  if (note !== undefined) printNote(note, print);
  Object.assign(process.env, variables);
  const interrupts = createInterrupts();
  const endWatch = watchWaiting(interrupts, print);
  const live = liveLine(print);
  const database = createOpener(args, print);
  const context: CommandContext = {
    cwd: host.cwd(),
    host,
    place: { cwd: host.cwd(), ...readSessionOptions(args) },
    note: (text) => printNote(text, print),
    show: (result) => printResult(result, print),
    showError: (error) => printError(error, print),
    ...dropUndefined({ live }),
    get signal() {
      return interrupts.listen();
    },
    get secondSignal() {
      return interrupts.listenTwice();
    },
    session: database.open,
  };
  try {
    const result = await command.run(args, context);
    await timed("print", () => printResult(result, print));
    return result.interrupted ? interrupts.code() : result.code;
  } catch (error) {
    database.nameForError();
    await printError(error, print);
    return interrupts.code();
  } finally {
    endWatch();
    interrupts.end();
    await database.close();
  }
}

/** While code of the project or a server is awaited, a signal cancels the command. What takes long is named. */
function watchWaiting({ listenMeanwhile }: Interrupts, print: PrintOptions): () => void {
  return watchAwaited({ onBegin: listenMeanwhile, onLong: (text) => printNote(text, print), afterMs: SLOW_MS });
}

/** The session of a command. */
interface Opener {
  /** Opens it at the first call. */
  readonly open: CommandContext["session"];
  /** Says which database an error is about, where `--quiet` has left that out. */
  readonly nameForError: () => void;
  readonly close: () => Promise<void>;
}

function createOpener(args: Args, print: PrintOptions): Opener {
  let session: Promise<Session> | undefined;
  let database: string | undefined;
  const onConnect = (label: string) => {
    database = label;
    printDatabase(label, print);
  };
  const options = { cwd: print.host.cwd(), ...readSessionOptions(args), makesDatabase: false, onConnect };
  return {
    open: (more) => {
      session ??= import("../state/session.ts").then(({ openSession }) => openSession({ ...options, ...more }));
      return session.finally(() => enter("command"));
    },
    nameForError: () => {
      if (database !== undefined && print.quiet) printDatabase(database, { ...print, quiet: false });
    },
    close: async () => {
      const opened = await session?.catch(() => undefined);
      if (opened === undefined) return;
      const { isBuilt } = await import("../revision/folder.ts");
      if (!isBuilt(opened.folder)) for (const note of opened.loader.notes()) printNote(note, print);
      await opened.close();
    },
  };
}

function printHelp(output: string, { stdout }: Host): void {
  if (output !== "") stdout.write(`${output}\n`);
}

/** Adds the options that all commands have. */
function commonOptions(yargs: Argv): Argv {
  return yargs
    .option("dataSource", { ...TEXT, alias: "d", describe: "the file that exports the TypeORM data source" })
    .option("env", { ...TEXT, describe: "the file with environment variables (default: .env, if there is one)" })
    .option("url", { ...TEXT, describe: "use another database: postgres://…, pglite:DIR, pglite:memory" })
    .option("schema", { ...TEXT, describe: "use only this schema of the database: its tables, its history, its lock" })
    .option("migrations", { ...TEXT, describe: "the folder of the revision files" })
    .option("json", { type: "boolean", describe: "print the result as JSON" })
    .option("quiet", { alias: "q", type: "boolean", describe: "print only the result" })
    .option("fresh", { type: "boolean", describe: "load the models again instead of taking them from the cache" })
    .option("timings", { type: "boolean", describe: "print on stderr how long each part took" });
}

function addCommand(program: Argv, command: Command, choose: (chosen: Chosen) => void): void {
  program.command(
    command.usage,
    command.describe,
    (yargs) => addExamples(command.options?.(yargs) ?? yargs, command),
    (args) => choose({ command, args }),
  );
}

function addExamples(yargs: Argv, { examples = [] }: Command): Argv {
  for (const [typed, does] of examples) yargs.example(typed, does);
  return yargs;
}

/** yargs lays out the help text of every command that it runs, which takes longer than all its other work. */
function withoutUnaskedHelp(parser: Argv): Argv {
  const usage = Object(parser).getInternalMethods?.().getUsageInstance?.();
  if (usage !== undefined) usage.cacheHelpMessage = () => undefined;
  return parser;
}

function createParser(argv: readonly string[], choose: (chosen: Chosen) => void, { stdout }: Host): Argv {
  const usage = "Alembic for TypeORM on PostgreSQL: edit the models, review the revision, upgrade the database.";
  const program = commonOptions(withoutUnaskedHelp(yargs()).scriptName("remodel").usage(`$0 <command>\n\n${usage}`));
  for (const command of COMMANDS) addCommand(program, command, choose);
  for (const { name, describe, options, commands } of GROUPS)
    program.command(name, describe, (yargs) => {
      const withOptions = options(yargs);
      for (const command of commands) addCommand(withOptions, command, choose);
      return withOptions.demandCommand(1, 1, "The command is missing.");
    });
  return program
    .check(refuseTwice)
    .check(refuseEmptyValue)
    .check((args) => refuseSchemaOfGroup(args, GROUPS))
    .demandCommand(1, 1, "The command is missing.")
    .strict()
    .parserConfiguration({ "duplicate-arguments-array": true, "boolean-negation": false })
    .help("help", "show this help")
    .alias("h", "help")
    .version(false)
    .detectLocale(false)
    .wrap(Math.min(120, readWidth(stdout, 100)))
    .exitProcess(false)
    .fail((message, error) => {
      if (error !== undefined && error.name !== "YError") throw error;
      const text = message ?? error?.message ?? "";
      const known = listWords(LINE, argv);
      throw choiceError(text, known) ?? unknownError(text, argv, known) ?? usageError(text, argv, known);
    });
}
