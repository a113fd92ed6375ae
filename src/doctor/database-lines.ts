import { addSchema, readUrl } from "../connection/address.ts";
import { type Connection, type ConnectionTarget, connect } from "../connection/connect.ts";
import { isUnmade } from "../connection/embedded-url.ts";
import { dropUndefined } from "../given.ts";
import { createLoader } from "../load/load.ts";
import { readServerInfo, type ServerInfo } from "../read/server-info.ts";
import type { ProjectFiles } from "../state/project-files.ts";
import { openSession, type Session, type SessionOptions } from "../state/session.ts";
import { type DoctorLine, failedLine, keepError, noteLine, okLine, takeValue, unknownLine } from "./doctor-line.ts";
import { examineHistory } from "./history-line.ts";
import { examineOwners, examineRights, examineSettings } from "./rights-lines.ts";
import { examineServer } from "./server-line.ts";

const CONNECTION = "connection";
/** What needs a connection, in the order of its lines. */
const NEEDS_CONNECTION = ["server", "settings", "rights", "tables", "history"];

/**
 * Connects to the database, and looks at what a run needs there. Nothing is changed.
 * @param files the project; without it, only a database that the options or the environment name can be reached
 */
export async function examineDatabase(
  files: ProjectFiles | undefined,
  options: SessionOptions,
): Promise<readonly DoctorLine[]> {
  const found = await keepError(() => findTarget(files, options));
  if ("error" in found) return withoutConnection(failedLine(CONNECTION, found.error));
  const { target, folder } = found.value;
  if (target === undefined) return withoutConnection(unknownLine(CONNECTION, "the configuration cannot be read"));
  // Connecting would make the folder.
  if (isUnmade(readUrl(target) ?? "", folder))
    return withoutConnection(noteLine(CONNECTION, `${readUrl(target)} does not exist yet.`, "Run: remodel upgrade"));
  const loader = files?.loader ?? createLoader(options.cwd);
  const { networkTimeout: silenceMs } = files?.settings ?? {};
  const how = { ...dropUndefined({ silenceMs }), endsAtSignal: true } as const;
  const opened = await keepError(() => connect(target, loader, folder, how));
  if ("error" in opened) return withoutConnection(failedLine(CONNECTION, opened.error));
  try {
    return await examineConnected(opened.value, files, options.schema);
  } finally {
    await opened.value.close();
  }
}

function withoutConnection(line: DoctorLine): readonly DoctorLine[] {
  return [line, ...NEEDS_CONNECTION.map((name) => unknownLine(name, "there is no connection"))];
}

/** The database, and the folder that an embedded one is relative to. */
async function findTarget(
  files: ProjectFiles | undefined,
  { url, cwd }: SessionOptions,
): Promise<{ readonly target: ConnectionTarget | undefined; readonly folder: string }> {
  if (url !== undefined) return { target: url, folder: cwd };
  if (files === undefined) return { target: process.env["DATABASE_URL"] || undefined, folder: cwd };
  return { target: await files.database(), folder: files.home };
}

async function examineConnected(
  connection: Connection,
  files: ProjectFiles | undefined,
  schema: string | undefined,
): Promise<readonly DoctorLine[]> {
  const session = files && (await openSession({ project: files, connection, ...dropUndefined({ schema }) }));
  const info = await keepError(() => readInfo(connection, session, schema));
  const server = takeValue(info);
  return [
    await describeConnection(connection, schema),
    "error" in info ? failedLine("server", info.error) : examineServer(info.value),
    await examineSettings(connection),
    await examineRights(connection, server),
    await examineOwners(connection, server),
    await examineHistory(connection, session),
  ];
}

/** A data source that cannot be read names no schema. */
async function readInfo(
  connection: Connection,
  session: Session | undefined,
  schema: string | undefined,
): Promise<ServerInfo> {
  const info = await keepError(async () => await session?.server());
  if ("error" in info && isOfDatabase(info.error)) throw info.error;
  return takeValue(info) ?? (await readServerInfo(connection, schema, schema !== undefined));
}

function isOfDatabase(error: unknown): boolean {
  return /^DATABASE_|^[0-9A-Z]{5}$/.test(String(Object(error).code));
}

async function describeConnection(connection: Connection, schema: string | undefined): Promise<DoctorLine> {
  const label = addSchema(connection.label, schema);
  if (await connection.direct()) return okLine(CONNECTION, label);
  return noteLine(
    CONNECTION,
    `${label}, through a pooler that may use another session for each transaction. Revisions run through it; some steps outside a transaction are refused.`,
    "For those, name the server itself: --url postgres://user@host/database",
  );
}
