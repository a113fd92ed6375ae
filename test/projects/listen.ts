import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Starts an application, asks it for its shops once it listens, and ends it.
 * @param folder where it is deployed
 * @param script what Node runs
 */
export async function listen(folder: string, script: string, url: string): Promise<readonly unknown[]> {
  const env = { PATH: process.env["PATH"] ?? "", DATABASE_URL: url, PORT: "0" };
  const child = spawn(process.execPath, [script], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    let printed = "";
    for await (const chunk of child.stdout.setEncoding("utf8")) {
      printed += chunk;
      const [, address] = /Listening on (\S+)/.exec(printed) ?? [];
      if (address === undefined) continue;
      return (await (await fetch(`${address}/shops`)).json()) as readonly unknown[];
    }
    throw new Error(`${script} ended: ${printed}`);
  } finally {
    child.kill();
    if (child.exitCode === null) await once(child, "exit");
  }
}
