import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { dropUndefined } from "../given.ts";
import { does } from "../kinds/targets.ts";
import { fileName, newId, type RevisionFile } from "../revision/folder.ts";
import { renderRevision } from "../revision/render.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { type Baseline, makeBaseline } from "./baseline.ts";
import type { LiveDatabase } from "./live.ts";
import { readLookupRows } from "./lookup-rows.ts";
import type { TypeormState } from "./pending.ts";
import { type BaselineProof, proveBaseline } from "./prove-baseline.ts";
import { wrapMigrations } from "./wrap.ts";

/** How a baseline is made and proved. */
export interface BaselineOptions {
  readonly message?: string;
  readonly revisionId?: string;
  /** One revision that runs the old migration classes. */
  readonly wrap?: boolean;
  /** Lookup tables whose rows are taken along. */
  readonly rows?: readonly string[];
  /** Where it is proved: `pglite`, or the URL of a server. */
  readonly on?: string;
  /** Aborted: the proof ends at once, and nothing is written. */
  readonly signal?: AbortSignal;
}

/** A baseline with the file that it is, or is going to be. */
export interface Drafted extends Pick<Baseline, "carried" | "notCarried" | "roles"> {
  readonly id: string;
  /** The name of the file. */
  readonly name: string;
  /** The text for the folder of the revisions, and for any other. */
  readonly text: string;
  readonly portable: string;
  /** The file, if it was written before. */
  readonly file?: string;
}

/** Makes the baseline of a database that has none yet. Nothing is written. */
export async function draft(
  session: Session,
  live: LiveDatabase,
  typeorm: TypeormState,
  options: BaselineOptions,
): Promise<Drafted> {
  const { revisionId = newId(), message = "Baseline", wrap } = options;
  const name = fileName(revisionId, message, session.settings.fileTemplate);
  const { notCarried, carried, roles, upgrade, downgrade } = await makeParts(session, live, options);
  const known = { id: revisionId, name, carried: wrap ? [] : carried, notCarried: wrap ? [] : notCarried, roles };
  if (wrap)
    return {
      ...known,
      ...wrapMigrations(await session.project(), session.folder, typeorm.migrations, { id: revisionId, message }),
    };
  const morph = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  const text = renderRevision({ id: revisionId, down: [], message, upgrade, downgrade }, morph);
  return { ...known, text, portable: text };
}

/** The baseline, with the tables that are left out among what is not carried. */
async function makeParts(session: Session, live: LiveDatabase, { rows = [] }: BaselineOptions): Promise<Baseline> {
  const server = await session.server();
  const nodes = await readLookupRows(await session.connection(), server, live, rows);
  const { schemas: declared } = await session.models();
  const made = makeBaseline({ schema: live.schema, found: live.found, own: server.schema, declared }, nodes);
  return { ...made, notCarried: [...made.notCarried, ...live.leftOut] };
}

/** A baseline that was written before. Of one that runs code, nothing more is known. */
export async function readBack(session: Session, live: LiveDatabase, base: LoadedRevision): Promise<Drafted> {
  const { id, file } = base.revision;
  const steps = base.upgrade.map(({ operation }) => operation);
  const filled = steps.flatMap((step) => (does(step, "insert", "table") && step.target ? [step.target.name] : []));
  const rows = filled.filter((name) => live.schema.tables?.some((table) => table.name === name));
  const isWrapped = steps.some(({ custom }) => custom === "code");
  const { carried, notCarried, roles } = await makeParts(session, live, { rows });
  const text = session.files().find((one) => one.file === file)?.text ?? "";
  const known = isWrapped ? { carried: [], notCarried: [] } : { carried, notCarried };
  return { ...known, id, name: basename(file), text, portable: text, roles, file };
}

/**
 * Proves a baseline in a throwaway. What a new one imports is found from the folder of the project only.
 * @throws RemodelError `BASELINE_UNPROVED`, `EXTENSION_MISSING`, `CANCELLED`, and what `upgrade` throws
 */
export async function prove(
  session: Session,
  live: LiveDatabase,
  drafted: Drafted,
  { on, wrap, signal }: BaselineOptions,
): Promise<BaselineProof> {
  const { name, portable, roles, file: existing } = drafted;
  const place = { ...dropUndefined({ on, signal }), roles };
  if (existing !== undefined) return await proveBaseline(session, [{ file: existing, text: portable }], live, place);
  const home = wrap ? (await session.project()).folder : tmpdir();
  const folder = mkdtempSync(join(home, wrap ? ".remodel-adopt-" : "remodel-adopt-"));
  try {
    const file: RevisionFile = { file: join(folder, name), text: portable };
    writeFileSync(file.file, portable);
    return await proveBaseline(session, [file], live, place);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
