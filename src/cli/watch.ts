import { RemodelError } from "../errors.ts";
import type { Shadow } from "../shadow/shadow.ts";
import { type Args, readSessionOptions, readText, TEXT } from "./args.ts";
import type { Command, CommandContext } from "./command.ts";
import { compareWithShadow, type ModelsOutput } from "./dev.ts";

/** Compares the models with the history at every save. */
export const watchCommand: Command<ModelsOutput | undefined> = {
  usage: "watch",
  describe: "compare the models with the head of the history after every save, until Ctrl-C; writes nothing",
  options: (yargs) =>
    yargs.option("on", {
      ...TEXT,
      describe: "where to build the history: pglite (the default), or a server, postgres://…",
    }),
  async run(args, context) {
    const [{ openShadow }, { watchFolder }] = await Promise.all([
      import("../shadow/shadow.ts"),
      import("../shadow/watch-folder.ts"),
    ]);
    const [shadow, folder] = [openShadow(readText(args, "on")), watchFolder(context.cwd)];
    const { signal } = context;
    try {
      await untilInterrupted(signal, async () => {
        let said = await showNow(shadow, args, context);
        while (await folder.next(signal)) said = await showNow(shadow, args, context, said);
      });
    } finally {
      folder.close();
      await shadow.close();
    }
    return { code: 0, text: "", data: undefined, isShown: true, interrupted: true };
  },
};

/** A comparison cannot be stopped in the middle, and nothing waits for it after Ctrl-C. */
async function untilInterrupted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await Promise.race([work(), aborted]);
}

/**
 * What the files say now. An error, such as one of syntax, is gone after the next save; one that is not ends the command.
 * @param said the notes of the comparison before, which are not said again; absent for the first one
 * @returns the notes of this comparison
 */
async function showNow(
  shadow: Shadow,
  args: Args,
  context: CommandContext,
  said?: readonly string[],
): Promise<readonly string[]> {
  const { openSession } = await import("../state/session.ts");
  try {
    const session = await openSession({ cwd: context.cwd, ranBefore: said !== undefined, ...readSessionOptions(args) });
    const { result, notes } = await compareWithShadow(shadow, session).finally(() => session.close());
    if (context.signal.aborted) return notes;
    for (const note of notes.filter((one) => !said?.includes(one))) context.note(note);
    await context.show(result);
    return notes;
  } catch (error) {
    if (said === undefined && isNoMistakeOfFiles(error)) throw error;
    if (!context.signal.aborted) await context.showError(error);
    return said ?? [];
  }
}

/** What no save corrects: `watch` would wait for nothing. */
const NOT_IN_FILES = ["CONFIG_NOT_FOUND", "DATABASE_FORBIDDEN", "DATABASE_UNREACHABLE", "PEER_MISSING", "USAGE"];

function isNoMistakeOfFiles(error: unknown): boolean {
  return error instanceof RemodelError && NOT_IN_FILES.includes(error.code);
}
