import type { ServerInfo } from "../read/server-info.ts";
import { type DoctorLine, missingLine, noteLine, okLine } from "./doctor-line.ts";

/** The major versions of PostgreSQL that the tests run on. */
const OLDEST = 14;
const NEWEST = 18;
const SERVER = "server";

/** Says whether the version of a server is supported, and whether it accepts changes. */
export function examineServer({ version, standby }: Pick<ServerInfo, "version" | "standby">): DoctorLine {
  const major = Math.floor(version / 10_000);
  const name = `PostgreSQL ${major}.${version % 10_000}`;
  if (major < OLDEST)
    return missingLine(
      SERVER,
      `${name}; remodel needs ${OLDEST} to ${NEWEST}.`,
      "Upgrade the server: https://www.postgresql.org/docs/current/upgrading.html",
    );
  if (standby) return missingLine(SERVER, `${name}, a standby, which is read-only.`, "Connect to the primary server.");
  if (major > NEWEST) return noteLine(SERVER, `${name}; remodel is tested with ${OLDEST} to ${NEWEST}.`);
  return okLine(SERVER, name);
}
