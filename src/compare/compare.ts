import { readInSnapshot } from "../connection/snapshot.ts";
import type { Database } from "../database.ts";
import { diff } from "../diff/diff.ts";
import { guessRenames, invertGuesses, type RenameAnswers, renamesOf } from "../diff/rename-candidates.ts";
import { askAboutUnknownTables } from "../diff/unknown-tables.ts";
import { elementType } from "../kinds/column-types.ts";
import { createSchema } from "../kinds/schemas.ts";
import { METADATA_TABLE } from "../kinds/typeorm-metadata.ts";
import { readCatalog, type Unmodelled } from "../read/catalog.ts";
import { idlePatterns, inPlace } from "../read/exclude.ts";
import type { ServerInfo } from "../read/server-info.ts";
import { namedElsewhere } from "../revision/folder.ts";
import type { Change } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { literal, typeName } from "../sql.ts";
import { excludeHistories, findHistoryTables, findRevisionSchemas } from "../state/histories.ts";
import { readLastTablesElsewhere } from "../state/last-schemas.ts";
import { once } from "../state/once.ts";
import type { Session } from "../state/session.ts";
import { type Accept, acceptBack, acceptQuestions, accepts, isSaid, type Unsure } from "./accept.ts";
import { alignModels } from "./align.ts";
import { countRows, hasNoRows, renamingClause } from "./count-rows.ts";
import { findBrokenDependents } from "./dependents.ts";
import { countDropped, type Dropped } from "./dropped.ts";
import { findEquivalents } from "./equivalence.ts";
import { withFreeSequences } from "./free-sequences.ts";
import { type Comparable, comparable, withoutExcluded, withoutIndexes, withRepeated } from "./ownership.ts";
import { pairNames } from "./renamed.ts";
import type { Unplanned, Unreadable } from "./sameness.ts";
import { spellTypes } from "./spell-types.ts";
import { readTaken, withoutTaken } from "./taken-names.ts";
import { unknownTables } from "./unknown-tables.ts";
import { readUntrusted } from "./untrusted.ts";

/** The models beside the live database. */
export interface Comparison {
  readonly live: Schema;
  /** As the database would print them: what is the same is spelt the same. */
  readonly models: Schema;
  /** From the database to the models. */
  readonly upgrade: readonly Change[];
  /** From the models to the database; made when it is asked for. */
  readonly downgrade: readonly Change[];
  readonly unmodelled: readonly Unmodelled[];
  /** Unmodelled objects that PostgreSQL drops with a column, or that make the upgrade fail: one sentence each. */
  readonly brokenDependents: readonly string[];
  /** What is dropped on the way up, and how much is lost with it. */
  readonly dropped: readonly Dropped[];
  /** Questions that were to be accepted and are open all the same, or accepted without being sure. */
  readonly unsure: readonly Unsure[];
  /** The same for the way down; made when it is asked for. */
  readonly unsureBack: readonly Unsure[];
  /** SQL of the models that PostgreSQL could not read. */
  readonly unreadable: readonly Unreadable[];
  /** SQL that was compared with less than the planner. */
  readonly unplanned: readonly Unplanned[];
  /** Patterns of `exclude` that match no table and no view. */
  readonly idle: readonly string[];
}

/** What is known before the comparison. */
export interface CompareOptions extends RenameAnswers {
  readonly accept?: readonly Accept[];
  /** New columns take the place that they have in the models; PostgreSQL has to build their tables anew for it. */
  readonly keepOrder?: boolean;
}

/** Tables that TypeORM keeps for itself, whatever they are called in its options. */
export const TYPEORM_TABLES = ["typeorm_metadata", "migrations", "query-result-cache"];

/**
 * Compares the models with the live database.
 * @param session the project and the database
 * @param options see {@link CompareOptions}
 * @param atSnapshot reads more of the database, in the snapshot in which the catalog is read
 */
export async function compare(
  session: Session,
  options: CompareOptions = {},
  atSnapshot: () => Promise<unknown> = async () => undefined,
): Promise<Comparison> {
  const server = await session.server();
  const db = await session.connection();
  const sides = await readSides(session, db, server, options, atSnapshot);
  const free = await withFreeSequences(db, server, await withFreeNames(db, server, sides), options);
  const notMade = await unknownTables(session, free);
  return await compareSides(db, server, free, { ...options, notMade, counted: true });
}

/** Reads both sides, without what is not ours to change. */
async function readSides(
  session: Session,
  db: Database,
  server: ServerInfo,
  answers: RenameAnswers,
  atSnapshot: () => Promise<unknown>,
): Promise<Comparable> {
  const project = await session.project();
  const configured = [...session.settings.exclude, ...(await findHistoryTables(session))];
  const declaring = await session.models();
  const { models, unmodelled } = withoutExcluded(declaring, configured, server.schema);
  const { metadataTable, tables } = typeormTables(project.dataSource);
  const declared = new Set((models.schema.tables ?? []).map(({ name }) => name));
  const own = tables.filter((name) => !declared.has(inPlace(name, server.schema)));
  const schemas = [...new Set([...models.schemas, ...(await findRevisionSchemas(session))])];
  const named = bothOf(await readLastTablesElsewhere(session), namedElsewhere(session.files()));
  const elsewhere = await excludeHistories(session, [...named.keys()]);
  const only = new Map([...named].filter(([name]) => !schemas.includes(name) && elsewhere.includes(name)));
  only.delete(server.schema);
  const exclude = [...configured, ...own, ...models.leave];
  const catalog = await readInSnapshot(db, async () => {
    await atSnapshot();
    return await readCatalog(db, { server, schemas, only, exclude, metadataTable, inTransaction: true });
  });
  const schema = withRepeated(models.schema, models.repeated, catalog.schema);
  const renamed = guessRenames(catalog.schema, schema, answers).flatMap(({ renames }) => renames);
  const from = new Set(renamed.filter(({ list }) => list === "tables").map((rename) => rename.from));
  const sides = comparable(withoutIndexes(catalog, models.leaveIndexes), schema, from);
  const { tables: ofModels = [], views = [] } = declaring.schema;
  const there = [...(catalog.present ?? []), ...[...ofModels, ...views].map(({ name }) => name)];
  const idle = idlePatterns(session.settings.exclude, there, server.schema);
  return { ...sides, unmodelled: [...sides.unmodelled, ...unmodelled], idle };
}

type Elsewhere = ReadonlyMap<string, ReadonlySet<string>>;

function bothOf(some: Elsewhere, others: Elsewhere): Elsewhere {
  const names = new Set([...some.keys(), ...others.keys()]);
  return new Map([...names].map((name) => [name, new Set([...(some.get(name) ?? []), ...(others.get(name) ?? [])])]));
}

/**
 * Leaves out what the models would create under a name that something else has, and the table that would get that name.
 */
async function withFreeNames(db: Database, server: ServerInfo, sides: Comparable): Promise<Comparable> {
  const taken = await readTaken(db, server, sides);
  if (taken.size === 0) return sides;
  const guesses = guessRenames(sides.live, sides.models).flatMap(({ renames }) => renames);
  const waiting = new Set(guesses.filter(({ list, to }) => list === "tables" && taken.has(to)).map(({ from }) => from));
  const tables = (sides.live.tables ?? []).filter(({ name }) => !waiting.has(name));
  return withoutTaken({ ...sides, live: { ...sides.live, tables } }, taken);
}

/** What is known of the database beside its schema. */
interface SideOptions extends CompareOptions {
  /** Tables of the database that neither the models nor the history know. */
  readonly notMade?: ReadonlySet<string>;
  /** What is dropped is counted. */
  readonly counted?: boolean;
}

/**
 * Compares two schemas of which one is live.
 * @param db the connection, which says how PostgreSQL spells things
 * @param server where it stands
 * @param sides the database and what it should be
 * @param options see {@link CompareOptions}
 */
export async function compareSides(
  db: Database,
  server: ServerInfo,
  { models: rough, live, unmodelled, idle = [] }: Comparable,
  options: SideOptions = {},
): Promise<Comparison> {
  const { models, known, unknown } = await withTypes(rough, live, (types) => spellTypes(db, server, types));
  const guesses = guessRenames(live, models, options).map((guess) => ({
    ...guess,
    certain: guess.certain || accepts(options.accept, "rename"),
  }));
  const renames = renamesOf(live, models, guesses);
  const sides = pairNames(live, renames);
  const spelling = await findEquivalents(db, server, sides, models, known);
  const { keepOrder = false, notMade = new Set<string>(), counted = false } = options;
  const changes = diff(live, models, { guesses, spelling: spelling.forward, keepOrder });
  const untrusted = once(() => readUntrusted(db));
  const names = renamingClause(sides, server.schema);
  const { changes: upgrade, unsure } = await acceptQuestions(
    askAboutUnknownTables(changes, live, notMade),
    (change, { about }) => accepts(options.accept, about) || (about === "drop" && isSaid(change, options, renames)),
    {
      count: async (query) => countRows(db, server, query, await untrusted()),
      isEmpty: async (table) => hasNoRows(db, server, table, names, await untrusted()),
    },
  );
  const operations = upgrade.flatMap((change) => change.operations);
  const wayBack = once(() =>
    acceptBack(diff(models, live, { guesses: invertGuesses(guesses), spelling: spelling.backward }), options.accept),
  );
  return {
    live,
    models: alignModels(models, sides, spelling.backward),
    upgrade: [...ownSchema(server), ...unknown, ...upgrade],
    get downgrade() {
      return wayBack().changes;
    },
    unmodelled,
    brokenDependents: findBrokenDependents(sides, models, unmodelled),
    dropped: counted ? await countDropped(db, operations, sides, server.schema) : [],
    unsure,
    get unsureBack() {
      return wayBack().unsure;
    },
    unreadable: spelling.unreadable.filter((one) => !isComing(one, live, models)),
    unplanned: spelling.unplanned,
    idle,
  };
}

/**
 * Compares a live schema with one that came from a table, as data: no text of it is put before the server.
 * @param live the database
 * @param kept what it was
 * @returns `kept` for reading beside `live`, and what leads from it to `live`
 */
export function compareTexts(
  live: Schema,
  kept: Schema,
): { readonly models: Schema; readonly changes: readonly Change[] } {
  const guesses = guessRenames(live, kept, {});
  const spelling = new Map<string, string>();
  return {
    models: alignModels(kept, pairNames(live, renamesOf(live, kept, guesses)), spelling),
    changes: acceptBack(diff(kept, live, { guesses: invertGuesses(guesses), spelling })).changes,
  };
}

/** PostgreSQL cannot read a value of an enum type that this very comparison adds, such as a new default. */
function isComing({ text }: Unreadable, live: Schema, models: Schema): boolean {
  const there = new Map(live.enums?.map(({ name, values }) => [name, values]));
  const added = (models.enums ?? []).flatMap(({ name, values }) =>
    values.filter((value) => there.get(name)?.includes(value) !== true),
  );
  return text.startsWith("'") && added.some((value) => text.includes(literal(value).slice(1, -1)));
}

/** The schema that everything else goes into, where it does not exist. It stays behind: the state is in it. */
function ownSchema({ schema, missing }: ServerInfo): readonly Change[] {
  return missing ? [{ operations: [createSchema(schema, { ifNotExists: true })] }] : [];
}

/** TypeORM's own tables, under their usual names and those that the data source gives them. */
export function typeormTables(dataSource: unknown): {
  readonly metadataTable: string;
  readonly tables: readonly string[];
} {
  const { options } = dataSource as { options: TypeormOptions };
  const { metadataTableName, migrationsTableName, cache } = options;
  const cacheTable = typeof cache === "object" ? cache.tableName : undefined;
  const named = [metadataTableName, migrationsTableName, cacheTable].filter((name) => typeof name === "string");
  return { metadataTable: metadataTableName || METADATA_TABLE, tables: [...TYPEORM_TABLES, ...named] };
}

interface TypeormOptions {
  readonly metadataTableName?: string;
  readonly migrationsTableName?: string;
  readonly cache?: boolean | { readonly tableName?: string };
}

/** The models with their types spelt as PostgreSQL spells them, and a question for each that it does not know. */
async function withTypes(
  models: Schema,
  live: Schema,
  ask: (types: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<{ readonly models: Schema; readonly known: ReadonlySet<string>; readonly unknown: readonly Change[] }> {
  const own = new Set((models.enums ?? []).flatMap(({ name }) => [typeName(name), `${typeName(name)}[]`]));
  const there = new Set((live.tables ?? []).flatMap((table) => table.columns.map(({ type }) => type)));
  const used = (models.tables ?? []).flatMap((table) => table.columns.map((column) => ({ table, column })));
  const texts = new Set(used.map(({ column }) => column.type));
  const spelt = await ask([...texts].filter((type) => !there.has(type) && !own.has(type)));
  const unknown = bringsExtensions(models, live)
    ? []
    : used.filter(({ column: { type } }) => !there.has(type) && !own.has(type) && !spelt.has(type));
  const spellingOf = (type: string) => spelt.get(type) ?? type.replace(/ array$/, "[]");
  const tables = (models.tables ?? []).map((table) => ({
    ...table,
    columns: table.columns.map((column) => ({ ...column, type: spellingOf(column.type) })),
  }));
  return {
    models: { ...models, tables },
    known: new Set([...there, ...spelt.values()]),
    unknown: typeQuestions(unknown.map(({ table, column }) => [column.type, `${table.name}.${column.name}`])),
  };
}

/** What a person has to do before a type can be used: a question for each type, with the columns that have it. */
function typeQuestions(used: readonly (readonly [type: string, column: string])[]): readonly Change[] {
  const columns = new Map<string, string[]>();
  for (const [type, column] of used) {
    const name = elementType(type.replace(/ array$/, "[]"));
    columns.set(name, [...(columns.get(name) ?? []), column]);
  }
  return [...columns].map(([type, names]) => ({
    operations: [],
    question: {
      about: "type",
      asks: "unknown type",
      subject: { kind: "type", name: type },
      columns: names,
    },
  }));
}

/** A type that is not known yet may come with an extension that is not there yet. */
function bringsExtensions(models: Schema, live: Schema): boolean {
  const there = new Set((live.extensions ?? []).map(({ name }) => name));
  return (models.extensions ?? []).some(({ name }) => !there.has(name));
}
