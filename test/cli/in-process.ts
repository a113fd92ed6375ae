import { PassThrough } from "node:stream";
import { main } from "../../src/cli/program.ts";
import { findInvalidOutput } from "../support/json-output.ts";

/** What a command left behind. */
export interface Ran {
  /** `null` if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the shell around a command knows. */
export type Environment = Readonly<Record<string, string>>;

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the command in this process: the same code as in a process of its own, in a fraction of the time. While it runs,
 * the folder and the environment of this process are those of the command, because the project's files read them; so two
 * commands never run at once. What `--json` prints has to be as the schema of the command says.
 * @param args what was typed after `remodel`
 */
export function runInProcess(args: readonly string[], folder: string, env: Environment): Promise<Ran> {
  const ran = last.then(() => runNow(args, folder, env));
  last = ran.catch(() => undefined);
  return ran;
}

async function runNow(args: readonly string[], folder: string, env: Environment): Promise<Ran> {
  const before = { folder: process.cwd(), env: process.env };
  const [stdout, stderr] = [captured(), captured()];
  process.chdir(folder);
  process.env = { ...env };
  try {
    const streams = { stdin: new PassThrough(), stdout: stdout.stream, stderr: stderr.stream };
    const code = await main(args, { cwd: () => folder, env, ...streams });
    return expectValid(args, { code, stdout: stdout.text(), stderr: stderr.text() });
  } finally {
    process.chdir(before.folder);
    process.env = before.env;
  }
}

/** Expects what `--json` prints to be as the schema of the command says. */
export function expectValid(args: readonly string[], ran: Ran): Ran {
  const wrong = findInvalidOutput(args, ran.stdout);
  if (wrong.length > 0) throw new Error(`What ${args.join(" ")} prints is not as its schema says: ${wrong.join("; ")}`);
  return ran;
}

/** A stream that keeps what is written to it. */
function captured() {
  let all = "";
  const stream = new PassThrough();
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    all += chunk;
  });
  return { stream, text: () => all };
}
