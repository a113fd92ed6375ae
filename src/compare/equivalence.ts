import { isDeepStrictEqual } from "node:util";
import type { Database } from "../database.ts";
import { applySpelling, type Equivalents, spellingKey } from "../diff/equivalents.ts";
import { indexByName } from "../index-by-name.ts";
import { schemaKinds } from "../kinds/all.ts";
import { itemsOf } from "../kinds/kind.ts";
import type { ServerInfo } from "../read/server-info.ts";
import type { Dependencies } from "../schema/dependencies.ts";
import type { Named, Schema } from "../schema/schema.ts";
import { literal } from "../sql.ts";
import { type ComparableText, type Counterpart, listCandidates } from "./candidates.ts";
import { foreseeTexts } from "./expanded.ts";
import type { RenamedSchema } from "./renamed.ts";
import { compareTexts, type SameTexts, type Unplanned, type Unreadable } from "./sameness.ts";

/** SQL texts that mean the same on both sides. */
export interface EquivalentTexts {
  /** From the live database to the models. */
  readonly forward: Equivalents;
  readonly backward: Equivalents;
  /** Texts of the models that PostgreSQL could not read. */
  readonly unreadable: readonly Unreadable[];
  readonly unplanned: readonly Unplanned[];
  /** Views of the models that are new or change. */
  readonly changedViews: readonly Named[];
}

/**
 * Finds out which SQL texts mean the same, see {@link compareTexts}, so that data can be compared afterwards. Where that
 * cannot be found out for two texts of one object, they count as the same.
 * @param db the connection
 * @param server where it is connected
 * @param live the live database
 * @param models the models
 * @param known types of new columns that the database has
 * @param dependencies what depends on what in the live database
 */
export async function findEquivalents(
  db: Database,
  server: ServerInfo,
  live: RenamedSchema,
  models: Schema,
  known: ReadonlySet<string>,
  dependencies?: Dependencies,
): Promise<EquivalentTexts> {
  const future = foreseeTexts(live, models, dependencies);
  const candidates = listCandidates(live, models, known, future);
  const pairs = candidates.flatMap(({ counterparts }) => counterparts.map(({ pair }) => pair));
  const { same, unreadable, unplanned } = await compareTexts(db, server, pairs);
  // What the database has is valid, but perhaps not for the other type that the models give to its column.
  const ofModels = new Set(pairs.map(({ model }) => model));
  const equivalents = collectEquivalents(candidates, same);
  const changedViews = listChanged(live, models, equivalents.forward);
  const isFinal = ({ asked: { how, text } }: SameTexts["unreadable"][number]) =>
    !(typeof how === "object" && "probe" in how && future.mayBecomeReadable(text, changedViews));
  return {
    ...equivalents,
    unreadable: unreadable
      .filter((one) => ofModels.has(one.asked) && !usesNewValue(one.asked.text, live.own, models) && isFinal(one))
      .map(({ asked: { where, text }, message }) => ({ where, text, message })),
    unplanned,
    changedViews,
  };
}

/** Items without a table that have SQL, such as views, and are new or change. */
function listChanged(live: RenamedSchema, models: Schema, spelling: Equivalents): readonly Named[] {
  const before = applySpelling(live.renamed, spelling);
  return schemaKinds
    .filter(({ expressions }) => expressions !== undefined)
    .flatMap(({ list }) => {
      const items = indexByName(itemsOf(before, list));
      return itemsOf(models, list).filter((item) => !isDeepStrictEqual(item, items.get(item.name)));
    });
}

/** Collects the texts that mean the same, by where they are. */
export function collectEquivalents(
  candidates: readonly ComparableText[],
  same: SameTexts["same"],
): Pick<EquivalentTexts, "forward" | "backward"> {
  const forward = new Map<string, string>();
  const backward = new Map<string, string>();
  for (const candidate of candidates) {
    const match = findMatch(candidate, same);
    if (match === undefined) continue;
    const { list, key, text, table, item } = candidate;
    const isSameItem = match.name === item.renamed.name;
    forward.set(spellingKey(table.renamed.name, list, item.renamed.name, key, text), match.text);
    backward.set(spellingKey(table.own.name, list, isSameItem ? item.own.name : match.name, key, match.text), text);
  }
  return { forward, backward };
}

function findMatch({ item, counterparts }: ComparableText, same: SameTexts["same"]): Counterpart | undefined {
  const sure = counterparts.find(({ pair }) => same.get(pair) === true);
  return sure ?? counterparts.find(({ name, pair }) => name === item.renamed.name && same.get(pair) === undefined);
}

/**
 * Whether a text is a value that the models add to an enum type, which PostgreSQL cannot read yet. The live database does
 * not have the value, so its dependencies cannot say it.
 */
function usesNewValue(text: string, live: Schema, models: Schema): boolean {
  if (!text.startsWith("'")) return false;
  const known = new Map(live.enums?.map(({ name, values }) => [name, values]));
  const added = (models.enums ?? []).flatMap(({ name, values }) =>
    values.filter((value) => known.get(name)?.includes(value) !== true),
  );
  return added.some((value) => text.includes(literal(value).slice(1, -1)));
}
