import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { openPrivate } from "../load/compile-cache.ts";
import { findNearestFile } from "../load/tsconfig.ts";
import type { EmbeddedOptions, OpenedPglite } from "./driver.ts";

type Open = (options: EmbeddedOptions) => Promise<OpenedPglite>;

/** The fastest level; higher ones save little. */
const LEVEL = 1;

/**
 * Opens an empty PGlite in memory. The first one of a version is made by PostgreSQL's `initdb`, which takes some seconds;
 * later ones start with a copy of what `initdb` made, which is in a folder of this user below the temporary folder.
 * @param open opens PGlite
 * @param module the file of the project's PGlite, which has its version; without it no copy is used
 */
export async function openInMemory(open: Open, module: string | undefined): Promise<OpenedPglite> {
  const file = findTemplate(module);
  if (file === undefined) return await open({});
  const template = readTemplate(file);
  if (template !== undefined) return await open({ loadDataDir: template }).catch(() => open({}));
  const opened = await open({});
  await writeTemplate(file, opened);
  return opened;
}

/** A failure (no rights, a full disk) only costs time. */
function findTemplate(module: string | undefined): string | undefined {
  try {
    const description: unknown = JSON.parse(readFileSync(findNearestFile(module ?? "", "package.json") ?? "", "utf8"));
    const { version } = Object(description);
    const home = openPrivate(join(tmpdir(), `typeorm-remodel-${userInfo().uid}`));
    if (!/^[\w.-]+$/.test(version)) return undefined;
    return join(home, `pglite-${version}.tar.gz`);
  } catch {
    return undefined;
  }
}

function readTemplate(file: string): Blob | undefined {
  try {
    return new Blob([gunzipSync(readFileSync(file))]);
  } catch {
    return undefined;
  }
}

async function writeTemplate(file: string, { db }: OpenedPglite): Promise<void> {
  try {
    const dump = await db.dumpDataDir("none");
    const draft = `${file}.${randomBytes(4).toString("hex")}`;
    writeFileSync(draft, gzipSync(Buffer.from(await dump.arrayBuffer()), { level: LEVEL }), {
      flag: "wx",
      mode: 0o600,
    });
    renameSync(draft, file);
  } catch {
    // The next one is made by initdb again.
  }
}
