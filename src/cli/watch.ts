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
        await showNow(shadow, args, context, false);
        while (await folder.next(signal)) await showNow(shadow, args, context, true);
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

/** What the files say now. An error, such as one of syntax, is gone after the next save. */
async function showNow(shadow: Shadow, args: Args, context: CommandContext, ranBefore: boolean): Promise<void> {
  const { openSession } = await import("../state/session.ts");
  try {
    const session = await openSession({ cwd: context.cwd, ranBefore, ...readSessionOptions(args) });
    const result = await compareWithShadow(shadow, session, context).finally(() => session.close());
    if (!context.signal.aborted) await context.show(result);
  } catch (error) {
    if (!context.signal.aborted) await context.showError(error);
  }
}
