import { isEmbedded } from "../connection/embedded-url.ts";
import { RemodelError } from "../errors.ts";
import type { Fleet } from "./open.ts";

/**
 * The database with the job queue.
 * @param given what the command line says
 * @throws RemodelError `FLEET_INVALID`
 */
export function requireQueue({ config }: Pick<Fleet, "config">, given: string | undefined): string {
  const url = given ?? config.queue;
  if (url !== undefined && isEmbedded(url))
    throw new RemodelError(
      "FLEET_INVALID",
      `The queue cannot be in ${url}: an embedded database has one user at a time.`,
      {
        hint: "Name a database on a server: --queue postgres://…",
      },
    );
  if (url !== undefined) return url;
  throw new RemodelError("FLEET_INVALID", "No database with a job queue is named.", {
    hint: "Add queue: process.env.CONTROL_URL to fleet in the configuration, or write: --queue postgres://…",
  });
}
