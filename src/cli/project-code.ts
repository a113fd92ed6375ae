import { writeSync } from "node:fs";
import { RemodelError, readError } from "../errors.ts";
import { listAwaited } from "../load/awaited.ts";
import { exit, exitAtSignal, FAILED } from "./interrupts.ts";
import { jsonText, logToStderr } from "./print.ts";

/** How long what a project has left open may keep the process alive after the command. */
const LEFT_OPEN_MS = 1000;
/** The same after a signal. */
const LEFT_AT_SIGNAL_MS = 100;

/**
 * Runs a command in a process in which code of the project runs too: data sources, models, revisions. Such code cannot
 * end the process with a code that means success, and what it logs is not part of the result.
 * @param json whether an error is printed as JSON
 * @param run the command, which returns its exit code
 */
export async function runWithProjectCode(json: boolean, run: () => Promise<number>): Promise<void> {
  logToStderr();
  const original = process.exit;
  process.exit = (code) => {
    throw new Error(`it calls process.exit(${code ?? ""}), which would end the command`);
  };
  const onExit = (code: number) => {
    if (code > 128) return; // a second signal
    printNow(describeUnfinished(listAwaited()), json);
    process.exitCode = FAILED;
  };
  const onThrown = (thrown: unknown) => {
    process.off("exit", onExit);
    printNow(describeThrown(thrown), json);
    exit(FAILED);
  };
  process.on("uncaughtException", onThrown).on("exit", onExit);
  const code = await run();
  process.off("uncaughtException", onThrown).off("exit", onExit);
  process.exit = original;
  process.exitCode = code;
  if (code > 128) setTimeout(() => exitAtSignal(code), LEFT_AT_SIGNAL_MS).unref();
  else setTimeout(() => exit(code), LEFT_OPEN_MS).unref();
}

function describeUnfinished([awaited]: readonly string[]): RemodelError {
  if (awaited !== undefined)
    return new RemodelError("MODULE_INVALID", `The process ended before ${awaited} was loaded.`, {
      hint: "Its code awaits what never happens. Look for a promise that nothing resolves.",
    });
  return new RemodelError("MODULE_INVALID", "The process ended before the command did.", {
    hint: "Code of the project waits for what never happens, or ends the process. Look at the data source, the models and the revisions.",
  });
}

function describeThrown(thrown: unknown): RemodelError {
  const { stack, message } = readError(thrown);
  return new RemodelError("INTERNAL", stack ?? message, {
    hint: "Code threw this while no command waited for it. If a line above is in your project, correct it there. If not, this is a bug in remodel: please report it.",
    cause: thrown,
  });
}

/** The process is about to end, so nothing can be waited for. */
function printNow({ code, message, hint }: RemodelError, json: boolean): void {
  if (json) writeSync(1, `${jsonText({ error: { code, message, hint } })}\n`);
  else writeSync(2, `${code}: ${message}\n  ${hint}\n`);
}
