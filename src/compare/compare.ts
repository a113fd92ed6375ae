import type { Database } from "../database.ts";
import { diff } from "../diff/diff.ts";
import type { Guess } from "../diff/guess.ts";
import { guessRenames, invertGuesses, type RenameAnswers, renamesOf } from "../diff/rename-candidates.ts";
import { sortLists } from "../diff/sort-lists.ts";
import { askAboutUnknownTables } from "../diff/unknown-tables.ts";
import { dropUndefined } from "../given.ts";
import { createSchema } from "../kinds/schemas.ts";
import type { Unmodelled } from "../read/catalog.ts";
import { missingSchema, type ServerInfo } from "../read/server-info.ts";
import type { Note } from "../schema/dependencies.ts";
import type { Change } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { once } from "../state/once.ts";
import type { Session } from "../state/session.ts";
import { timed } from "../timings.ts";
import {
  type Accept,
  acceptDowngradeQuestions,
  acceptQuestions,
  accepts,
  isDeclaredDrop,
  type Unsure,
} from "./accept.ts";
import { alignModels, renameTypesInTexts } from "./align.ts";
import { listChanging } from "./changing.ts";
import type { Comparable } from "./comparable.ts";
import { countRows, hasNoRows, renamingClause } from "./count-rows.ts";
import { countDropped, type Dropped } from "./dropped.ts";
import { type EquivalentTexts, findEquivalents } from "./equivalence.ts";
import { withFreeSequences } from "./free-sequences.ts";
import { keepGuesses } from "./guesses.ts";
import { withKeptNames } from "./kept-names.ts";
import { askAboutTakenTypes, askAboutUnknownTypes, type SpelledModels, spellModels } from "./model-types.ts";
import { selectComparable } from "./ownership.ts";
import { type AlsoRead, type ReadSides, readSides } from "./read-sides.ts";
import { pairNames, type RenamedSchema } from "./renamed.ts";
import { markRowsByPlace } from "./rows-by-place.ts";
import type { Unplanned, Unreadable } from "./sameness.ts";
import { readSurroundings, type Surroundings } from "./surroundings.ts";
import { listTablesOfOthers } from "./tables-of-others.ts";
import { noteTakenByMoves } from "./taken-by-moves.ts";
import { withoutTakenNames } from "./taken-names.ts";
import { markUncreatable } from "./trial.ts";
import { unknownTables } from "./unknown-tables.ts";
import { readUntrusted } from "./untrusted.ts";

/** The models compared with the live database. */
export interface Comparison {
  readonly live: Schema;
  /** The database with the names that its items are guessed to have in the models, sorted by these. */
  readonly renamed: Schema;
  /** The models as PostgreSQL would print them, in the column order of the database. */
  readonly models: Schema;
  /** From the database to the models. */
  readonly upgrade: readonly Change[];
  /** From the models to the database; computed on first use. */
  readonly downgrade: readonly Change[];
  readonly unmodelled: readonly Unmodelled[];
  /** What the upgrade does to objects that models do not declare. */
  readonly brokenDependents: readonly Note[];
  /** What the upgrade drops, and how many rows or values are lost with it. */
  readonly dropped: readonly Dropped[];
  /** Questions of the upgrade that `accept` left open, or answered without being sure. */
  readonly unsure: readonly Unsure[];
  /** The same for the downgrade; computed on first use. */
  readonly unsureBack: readonly Unsure[];
  /** SQL of the models that PostgreSQL could not read. */
  readonly unreadable: readonly Unreadable[];
  /** SQL that was compared with less than the planner. */
  readonly unplanned: readonly Unplanned[];
  /** Patterns of `exclude` that match no table and no view. */
  readonly idle: readonly string[];
}

/** Options of a comparison. */
export interface CompareOptions extends RenameAnswers {
  /** Questions to answer with what is guessed. */
  readonly accept?: readonly Accept[];
  /** New columns get the position that they have in the models, for which PostgreSQL has to recreate their tables. */
  readonly keepOrder?: boolean;
}

/** What else is read together with a comparison. */
export interface CompareReads {
  /** Reads more of the database, in the snapshot in which the catalog is read. */
  readonly atSnapshot?: () => Promise<unknown>;
  /** What was found out before, to share it with `readDrift`; left out, it is found out. */
  readonly surroundings?: Surroundings;
}

/**
 * Compares the models with the live database. Which objects depend on others is read only for what changes.
 * @param session the project and the database
 * @param options see {@link CompareOptions}
 * @param reads see {@link CompareReads}
 */
export async function compare(
  session: Session,
  options: CompareOptions = {},
  reads: CompareReads = {},
): Promise<Comparison> {
  const also = { ...reads, surroundings: reads.surroundings ?? (await readSurroundings(session)) };
  const seen = await compareSnapshot(session, options, also);
  const [db, server] = [await session.connection(), await session.server()];
  if (seen.changes.length === 0) return await conclude(db, server, seen, options);
  const dependents = { of: listChanging(seen.changes, seen.selected.live) };
  const found = await compareSnapshot(session, options, { ...also, dependents, ofOthers: seen.selected.ofOthers });
  const notMade = await unknownTables(session, found.selected);
  return await conclude(db, server, found, { ...options, notMade, counted: true });
}

/** Finds what leads from one snapshot of the database to the models. */
async function compareSnapshot(session: Session, options: CompareOptions, also: AlsoRead): Promise<FoundChanges> {
  const [db, server] = [await session.connection(), await session.server()];
  const read = await readSides(session, also);
  const spelled = await timed("equality", () => spellModels(db, server, read.models, read.catalog.schema));
  const guesses = timed("diff", () => guessNames(read.catalog.schema, spelled.models, options));
  const others = await listTablesOfOthers(session, { live: read.catalog.schema, models: spelled.models }, guesses);
  const ofOthers = [...(also.ofOthers ?? []), ...others];
  if (others.length > 0) return await compareSnapshot(session, options, { ...also, ofOthers });
  const sides = await selectSides(db, server, { ...read, ...spelled }, guesses);
  const { keepNames } = session.settings;
  return await findChanges(db, server, { ...sides, guesses, ofOthers }, { ...options, keepNames });
}

/**
 * Compares two schemas, one of which is that of the live database. The other one need not come from models.
 * @param db the connection, which says how PostgreSQL reads SQL
 * @param server where it is connected
 * @param sides the database and what it should be
 * @param options see {@link CompareOptions}
 */
export async function compareSides(
  db: Database,
  server: ServerInfo,
  sides: Comparable,
  options: CompareOptions = {},
): Promise<Comparison> {
  const spelled = await spellModels(db, server, sides.models, sides.live);
  const guesses = guessNames(sides.live, spelled.models, options);
  const found = await findChanges(db, server, { ...sides, ...spelled, guesses }, options);
  return await conclude(db, server, found, options);
}

/** Guesses once which tables and columns have another name in the models. */
function guessNames(live: Schema, models: Schema, options: CompareOptions): readonly Guess[] {
  const isAccepted = accepts(options.accept, "rename");
  return guessRenames(live, models, options).map((guess) => ({ ...guess, certain: guess.certain || isAccepted }));
}

/** Leaves out what the models do not own, and what they cannot create because its name is taken. */
async function selectSides(
  db: Database,
  server: ServerInfo,
  { catalog, models, known, unmodelled, idle }: ReadSides & SpelledModels,
  guesses: readonly Guess[],
): Promise<Comparable & SpelledModels> {
  const renames = guesses.flatMap((guess) => guess.renames).filter(({ list }) => list === "tables");
  const owned = selectComparable(catalog, models, new Set(renames.map(({ from }) => from)));
  const depending = catalog.dependencies && { dependencies: catalog.dependencies };
  const all = { ...owned, unmodelled: [...owned.unmodelled, ...unmodelled], idle, ...depending };
  const free = await withoutTakenNames(db, server, all, renames);
  const sides = await withFreeSequences(db, server, free, keepGuesses(guesses, free.live, free.models));
  // An enum type of the models may be left out because the database has another type of its name.
  return { ...sides, ...(await spellModels(db, server, sides.models, sides.live, known)) };
}

/** The two sides without what is left out, and what is known about them. */
interface Selected extends Comparable, SpelledModels, Pick<AlsoRead, "ofOthers"> {
  readonly guesses: readonly Guess[];
}

/** What is known besides the two sides. */
interface SelectedOptions extends CompareOptions {
  /** Tables of the database that no model declares and no revision created. */
  readonly notMade?: ReadonlySet<string>;
  /** Whether to count what is dropped. */
  readonly counted?: boolean;
}

/** What leads from the database to the models, before any question is answered. */
interface FoundChanges {
  readonly selected: Selected;
  readonly guesses: readonly Guess[];
  readonly live: RenamedSchema;
  readonly equivalents: EquivalentTexts;
  readonly changes: readonly Change[];
}

/** Finds the changes; the names that the models do not give are taken from the database where it is to keep them. */
async function findChanges(
  db: Database,
  server: ServerInfo,
  selected: Selected,
  options: CompareOptions & { readonly keepNames?: boolean },
): Promise<FoundChanges> {
  const found = await findChangesOnce(db, server, selected, options);
  const models = options.keepNames ? withKeptNames(selected.models, found.changes, selected.live) : selected.models;
  if (models === selected.models) return found;
  return await findChangesOnce(db, server, { ...selected, models }, options);
}

async function findChangesOnce(
  db: Database,
  server: ServerInfo,
  selected: Selected,
  { keepOrder = false }: CompareOptions,
): Promise<FoundChanges> {
  const { models, known, dependencies } = selected;
  const guesses = keepGuesses(selected.guesses, selected.live, models);
  const live = pairNames(selected.live, renamesOf(selected.live, models, guesses));
  const equivalents = await timed("equality", () => findEquivalents(db, server, live, models, known, dependencies));
  const options = { guesses, spelling: equivalents.forward, keepOrder };
  if (dependencies === undefined)
    return { selected, guesses, live, equivalents, changes: diffNow(live.own, models, options) };
  const placed = markRowsByPlace(dependencies, live, models, equivalents.changedViews);
  const changes = diffNow(live.own, models, { ...options, dependencies: placed });
  const marked = await markUncreatable(db, server, { live: live.own, models }, placed, changes);
  return {
    selected: { ...selected, dependencies: marked },
    guesses,
    live,
    equivalents,
    changes: marked === placed ? changes : diffNow(live.own, models, { ...options, dependencies: marked }),
  };
}

function diffNow(...sides: Parameters<typeof diff>): readonly Change[] {
  return timed("diff", () => diff(...sides));
}

/** Answers the questions, and adds what is known besides the changes. */
async function conclude(
  db: Database,
  server: ServerInfo,
  { selected, guesses, live, equivalents, changes }: FoundChanges,
  options: SelectedOptions,
): Promise<Comparison> {
  const { models, unmodelled, known, idle = [], dependencies, takenTypes } = selected;
  const noted = await noteTakenByMoves(db, server, changes, live.own);
  const { changes: upgrade, unsure } = await answerQuestions(db, server, noted, live, options);
  const operations = upgrade.flatMap((change) => change.operations);
  const way = { guesses: invertGuesses(guesses), spelling: equivalents.backward, liveSide: "after" } as const;
  const back = { ...way, ...dropUndefined({ dependencies }) };
  const downgrade = once(() => acceptDowngradeQuestions(diff(models, live.own, back), options.accept));
  return {
    live: live.own,
    renamed: sortLists(renameTypesInTexts(live.renamed, live.renames)),
    models: renameTypesInTexts(alignModels(models, live, equivalents.backward), live.renames),
    upgrade: [
      ...createOwnSchema(server),
      ...askAboutUnknownTypes(models, live.own, known),
      ...askAboutTakenTypes(models, live.renamed, takenTypes),
      ...upgrade,
    ],
    get downgrade() {
      return downgrade().changes;
    },
    unmodelled,
    brokenDependents: upgrade.flatMap(({ notes = [] }) => notes),
    dropped: options.counted ? await countDropped(db, operations, live, server.schema) : [],
    unsure,
    get unsureBack() {
      return downgrade().unsure;
    },
    unreadable: equivalents.unreadable,
    unplanned: equivalents.unplanned,
    idle,
  };
}

/** Answers the questions that `accept` names, and asks about tables that the history does not know. */
async function answerQuestions(
  db: Database,
  server: ServerInfo,
  changes: readonly Change[],
  live: RenamedSchema,
  options: SelectedOptions,
): Promise<{ readonly changes: readonly Change[]; readonly unsure: readonly Unsure[] }> {
  const untrusted = once(() => readUntrusted(db));
  const names = renamingClause(live, server.schema);
  return await acceptQuestions(
    askAboutUnknownTables(changes, live.own, options.notMade ?? new Set()),
    (change, { about }) =>
      accepts(options.accept, about) || (about === "drop" && isDeclaredDrop(change, options, live.renames)),
    {
      count: async (query) => countRows(db, server, query, await untrusted()),
      isEmpty: async (table) => hasNoRows(db, server, table, names, await untrusted()),
    },
  );
}

/** The connection's own schema, if it does not exist. No downgrade drops it: it has the state table. */
function createOwnSchema(server: ServerInfo): readonly Change[] {
  if (!server.missing) return [];
  if (server.shared) throw missingSchema(server);
  return [{ operations: [createSchema(server.schema, { ifNotExists: true })] }];
}
