import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { collect } from "../collect.ts";
import type { Config, Settings } from "../config.ts";
import { RemodelError } from "../errors.ts";
import { explainFile, FREE_SPACE, isDiskFull } from "../file-errors.ts";
import type { FleetConfig } from "../fleet-config.ts";
import { dropUndefined } from "../given.ts";
import type { Revision } from "../history/revision.ts";
import { readOwnVersion } from "../load/own-version.ts";
import { isBuilt, MANIFEST, newId } from "../revision/folder.ts";
import { refuseEmpty } from "../state/empty-history.ts";
import { type CarriedModels, hashFile, listFiles, type Manifest } from "../state/history-files.ts";
import { readDataSourceOptions } from "../state/project-files.ts";
import { type LoadedRevision, loadRevisions, refuseUnfinished } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";

/** What `remodel build` wrote. */
export interface BuildResult {
  /** The folder: an absolute path. */
  readonly folder: string;
  /** How many revisions are in it. */
  readonly revisions: number;
  /** The files in it. */
  readonly files: readonly string[];
  /** What the manifest does not have of the configuration, each with the reason. */
  readonly left: readonly string[];
}

/** Files of a build by their paths in it. */
type Outputs = ReadonlyMap<string, string | Buffer>;

/** The folder of a build for what revisions import. Its name is not that of a revision. */
const IMPORTED = "_imported";
const CODE = /\.(?:[cm]?[jt]sx?|map)$/;

/**
 * Writes the history as plain JavaScript with a manifest, for places that have neither TypeScript nor the sources. An
 * earlier build in the folder is replaced.
 * @param out the absolute path of the folder
 * @param options `withModels`: also what the models declare, so that `check` runs from the build
 * @throws RemodelError `BUILD_REFUSED` for a folder with other files, `REVISION_UNFINISHED`, `HISTORY_EMPTY`
 */
export async function writeBuild(
  session: Session,
  out: string,
  options: { readonly withModels?: boolean } = {},
): Promise<BuildResult> {
  refuseEmpty(session);
  refuseFolder(session.folder, out);
  const loaded = await loadRevisions(session.loader, [...session.graph().revisions.values()]);
  refuseUnfinished(loaded);
  const places = placeRevisions(loaded.map(({ revision }) => revision));
  const outputs = new Map([...emit(session, places), ...readOtherFiles(session.folder)]);
  const { fleet, left } = carryFleet(session.settings.fleet);
  const schema = await session.schema();
  const manifest: Manifest = {
    remodel: readOwnVersion(),
    settings: { ...carrySettings(session.settings), ...dropUndefined({ fleet }) },
    ...dropUndefined({ schema }),
    ...(options.withModels && { declared: await readDeclared(session) }),
    revisions: loaded.map((one) => describe(one, places)),
    files: Object.fromEntries([...outputs].map(([name, content]) => [name, hashFile(content)])),
  };
  outputs.set(MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`);
  replaceFolder(out, outputs);
  return {
    folder: out,
    revisions: loaded.length,
    files: [...outputs.keys()].sort(),
    left: [...left, ...listHooks(session.settings)],
  };
}

/** The version of the server has no part in what TypeORM makes of models since PostgreSQL 12. */
const ANY_VERSION = 180_000;
/** The options that name tables of TypeORM. All others may have secrets. */
const NAMING_OPTIONS = ["metadataTableName", "migrationsTableName"];

/** What the models declare, in the names of a database whose own schema is that of the data source. */
async function readDeclared(session: Session): Promise<CarriedModels> {
  const project = await session.project();
  const { readModels } = await import("../read/models.ts");
  const schema = (await session.schema()) ?? "public";
  const models = await readModels(project, { version: ANY_VERSION, database: "", schema, path: [schema] });
  const given = readDataSourceOptions(project);
  const { tableName } = Object(given["cache"]);
  const named = NAMING_OPTIONS.map((name) => [name, given[name]]).filter(([, value]) => value !== undefined);
  return {
    models,
    options: { ...Object.fromEntries(named), ...(tableName !== undefined && { cache: { tableName } }) },
  };
}

function refuseFolder(sources: string, out: string): void {
  const refuse = (what: string) => {
    throw new RemodelError("BUILD_REFUSED", `${what} Nothing was written.`, {
      hint: "Name another folder: remodel build --out DIR",
      details: { folder: out },
    });
  };
  if (isBuilt(sources)) refuse(`${sources} is a build already, not the sources of one.`);
  if (`${out}${sep}`.startsWith(`${sources}${sep}`)) refuse(`${out} is in the folder of the sources.`);
  if (existsSync(out) && !isBuilt(out) && readdirSync(out).length > 0) refuse(`${out} has other files.`);
}

/** The names of the revisions in the build, by the real paths of their files. */
function placeRevisions(revisions: readonly Revision[]): ReadonlyMap<string, string> {
  const stems = revisions.map(({ file }) => basename(file, extname(file)));
  const isShared = (stem: string) => stems.filter((one) => one === stem).length > 1;
  return new Map(
    revisions.map(({ file }, at) => {
      const stem = stems[at] ?? "";
      return [realpathSync.native(file), `${isShared(stem) ? basename(file) : stem}.cjs`];
    }),
  );
}

/** The JavaScript of the revisions, and of the project's files that they import. */
function emit({ loader, folder }: Session, places: ReadonlyMap<string, string>): Outputs {
  const home = dirname(realpathSync.native(folder));
  const place = (file: string) => places.get(file) ?? placeImported(home, file);
  const emitted = loader.emit([...places.keys()], (file) => join(folder, place(file)));
  return new Map(emitted.map(({ file, text }) => [place(file), text]));
}

function placeImported(home: string, file: string): string {
  const parts = relative(home, file)
    .split(sep)
    .map((part) => (part === ".." ? "_up" : part));
  return [IMPORTED, ...parts].join("/") + (extname(file) === ".json" ? "" : ".cjs");
}

/** The files next to the revisions that are no code, such as SQL and CSV: a revision may read them. */
function readOtherFiles(folder: string): Outputs {
  const isHidden = (name: string) => name.split("/").some((part) => part.startsWith(".") || part === "node_modules");
  const names = listFiles(folder).filter((name) => !CODE.test(name) && !isHidden(name));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}

function describe({ revision, checksum }: LoadedRevision, places: ReadonlyMap<string, string>) {
  return { ...revision, file: places.get(realpathSync.native(revision.file)) ?? "", checksum };
}

/** The configuration without what names a database or a folder, and without what no manifest can have. */
function carrySettings(settings: Settings): Config {
  const {
    migrations: _,
    url: __,
    fleet: ___,
    format: ____,
    beforeUpgrade: _____,
    afterUpgrade: ______,
    ...rest
  } = settings;
  return rest;
}

function listHooks({ beforeUpgrade, afterUpgrade }: Settings): readonly string[] {
  const hooks = Object.entries({ beforeUpgrade, afterUpgrade }).filter(([, hook]) => hook !== undefined);
  return hooks.map(([name]) => `${name}: it is a function`);
}

/** What the manifest may have of a fleet: no URL, no list of tenants, no function. */
function carryFleet(config: FleetConfig | undefined): {
  readonly fleet?: FleetConfig;
  readonly left: readonly string[];
} {
  if (config === undefined) return { left: [] };
  const { tenants, url, waves, queue } = config;
  const isQuery = typeof tenants === "object" && !Array.isArray(tenants) && !("url" in tenants);
  if (!isQuery || url !== undefined)
    return { left: ["fleet: its tenants or their URLs are in the configuration, which may have secrets"] };
  const left = collect(queue !== undefined && "fleet.queue: it is the URL of a database");
  return { fleet: { tenants, ...dropUndefined({ waves }) }, left };
}

/** Writes a folder as a whole: until all of it is written, the earlier one stays. */
function replaceFolder(out: string, outputs: Outputs): void {
  const draft = `${out}.${newId()}.tmp`;
  try {
    for (const [name, content] of outputs) {
      mkdirSync(dirname(resolve(draft, name)), { recursive: true });
      writeFileSync(resolve(draft, name), content);
    }
    rmSync(out, { recursive: true, force: true });
    renameSync(draft, out);
  } catch (cause) {
    throw new RemodelError("BUILD_REFUSED", `${out} cannot be written: ${explainFile(cause)}.`, {
      hint: isDiskFull(cause)
        ? FREE_SPACE
        : "Correct the permissions of the folder, or name another one: remodel build --out DIR",
      cause,
    });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
