import { collect } from "../collect.ts";
import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { storedType } from "../kinds/column-types.ts";
import { type AnyKind, type Expression, itemsOf } from "../kinds/kind.ts";
import type { RowColumn } from "../kinds/probes.ts";
import type { Named, Schema, Table } from "../schema/schema.ts";
import { trimQuery } from "../tokens.ts";
import { type ComparedText, createTextStore, type TextPair } from "./compared-text.ts";
import type { FutureTexts } from "./expanded.ts";
import { pairItems, type Renamed, type RenamedSchema, type RenamedTable } from "./renamed.ts";
import { mayMention } from "./untrusted.ts";

/** A text of the live database, and those of the models that may mean the same. */
export interface ComparableText {
  readonly list: string;
  /** The key of the text in its item. */
  readonly key: string;
  readonly text: string;
  /** The table of the item; its name is empty for what belongs to a schema. */
  readonly table: Renamed<Named>;
  readonly item: Renamed<Named>;
  readonly counterparts: readonly Counterpart[];
}

/** A text of the models, and the item that has it. */
export interface Counterpart {
  readonly name: string;
  readonly text: string;
  readonly pair: TextPair;
}

/**
 * Lists the texts that differ between the live database and the models. An item without a counterpart of its name may be
 * any of the models' items that have none either.
 * @param live the live database
 * @param models the models
 * @param known types of new columns that the database has
 * @param future says which texts will mean something else, so that there is nothing to ask
 */
export function listCandidates(
  live: RenamedSchema,
  models: Schema,
  known: ReadonlySet<string>,
  { isExpandedAnew }: Pick<FutureTexts, "isExpandedAnew">,
): readonly ComparableText[] {
  const store = createTextStore();
  const tables = new Map((models.tables ?? []).map((table) => [table.name, table]));
  const ofTables = live.tables.flatMap((table) => {
    const model = tables.get(table.renamed.name);
    if (model === undefined) return [];
    return listTableCandidates(table, model, known, store);
  });
  const ofSchema = schemaKinds.flatMap((kind) => listSchemaCandidates(kind, live.own, models, store));
  const isSame = ({ counterparts }: ComparableText) => !counterparts.some(({ text }) => isExpandedAnew(text));
  return [...ofTables, ...ofSchema.filter(isSame)];
}

type Store = (text: ComparedText) => ComparedText;

function listTableCandidates(
  table: RenamedTable,
  model: Table,
  known: ReadonlySet<string>,
  store: Store,
): readonly ComparableText[] {
  const types = new Map(table.columns.map(({ own, renamed }) => [renamed.name, own.type]));
  const rows = { live: listLiveColumns(table), model: listModelColumns(model, types, known) };
  return tableKinds.flatMap((kind) => {
    const items = pairItems(itemsOf(table.own, kind.list), itemsOf(table.renamed, kind.list));
    const findCounterparts = matchItems(kind, items, itemsOf(model, kind.list));
    return items.flatMap((item) => {
      const where = `${table.renamed.name}.${item.renamed.name}`;
      return listItemCandidates(kind, table, item, findCounterparts(item.renamed), (live, other) => {
        const type = chooseType(live, other, types.get(item.renamed.name), known);
        return {
          live: store(askAboutExpression(live, rows.live, where, type)),
          model: store(askAboutExpression(other, rows.model, where, type)),
        };
      });
    });
  });
}

/** Items of one name belong together; what holds data is never found under another name. */
function matchItems(
  kind: AnyKind,
  items: readonly Renamed<Named>[],
  models: readonly Named[],
): (item: Named) => readonly Named[] {
  const byName = new Map(models.map((item) => [item.name, item]));
  const names = new Set(items.map(({ renamed }) => renamed.name));
  const unmatched = kind.holdsData ? [] : models.filter(({ name }) => !names.has(name));
  return ({ name }) => {
    const same = byName.get(name);
    if (same === undefined) return unmatched;
    return [same];
  };
}

const NO_TABLE: Renamed<Named> = { own: { name: "" }, renamed: { name: "" } };

/** What belongs to a schema is read under the names of the database; its names do not change. */
function listSchemaCandidates(kind: AnyKind, live: Schema, models: Schema, store: Store): readonly ComparableText[] {
  if (kind.expressions === undefined) return [];
  const byName = new Map(itemsOf(models, kind.list).map((item) => [item.name, item]));
  return itemsOf(live, kind.list).flatMap((item): readonly ComparableText[] => {
    const model = byName.get(item.name);
    if (model === undefined) return [];
    return listItemCandidates(kind, NO_TABLE, { own: item, renamed: item }, [model], (one, other) => {
      const type = chooseType(one, other, undefined, NO_TYPES);
      return {
        live: store(askAboutExpression(one, [], item.name, type)),
        model: store(askAboutExpression(other, [], item.name, type)),
      };
    });
  });
}

const NO_TYPES: ReadonlySet<string> = new Set();

function listItemCandidates(
  kind: AnyKind,
  table: Renamed<Named>,
  item: Renamed<Named>,
  models: readonly Named[],
  pairTexts: (live: Expression, model: Expression) => TextPair,
): readonly ComparableText[] {
  return listExpressions(kind, item.renamed).flatMap((live): readonly ComparableText[] => {
    const { key, text } = live;
    const counterparts = models.flatMap((model) =>
      listExpressions(kind, model)
        .filter((other) => other.key === key && other.text !== text)
        .map((other) => ({ name: model.name, text: other.text, pair: pairTexts(live, other) })),
    );
    return collect(counterparts.length > 0 && { list: kind.list, key, text, table, item, counterparts });
  });
}

function listExpressions(kind: AnyKind, item: Named): readonly Expression[] {
  return kind.expressions?.(item) ?? [];
}

/**
 * The type under which both texts of a column are read: the one that it gets, if the database has it already.
 * @param own the type of the column in the database
 */
function chooseType(
  { as: live }: Expression,
  { as: model }: Expression,
  own: string | undefined,
  known: ReadonlySet<string>,
): string {
  if ("probe" in live || "probe" in model) return "";
  const isRetyped = live.type !== model.type && known.has(model.type);
  return storedType(isRetyped ? model.type : (own ?? live.type));
}

/** The line break ends a comment at the end of the text. */
function askAboutExpression(
  { as, text }: Expression,
  row: readonly RowColumn[],
  where: string,
  type: string,
): ComparedText {
  const mentioned = () => row.filter(({ name }) => mayMention(text, name));
  if ("probe" in as) return { sql: text, columns: mentioned(), how: as, where, text };
  const sql = `(${text}\n)::${type}`;
  if (as.from !== undefined) return { sql, columns: [], how: { from: trimQuery(as.from) }, where, text };
  const columns = as.isConstant ? [] : mentioned();
  return { sql, columns, how: "expression", where, text };
}

function listLiveColumns({ columns }: RenamedTable): readonly RowColumn[] {
  return columns.map(({ own, renamed }) => ({ name: own.name, as: renamed.name, type: storedType(own.type) }));
}

/** The columns of a model with the types that they have in the database; those without one are left out. */
function listModelColumns(
  { columns }: Table,
  types: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): readonly RowColumn[] {
  return columns.flatMap(({ name, type: declared }) => {
    const type = types.get(name) ?? (known.has(declared) ? declared : undefined);
    return collect(type !== undefined && { name, as: name, type: storedType(type) });
  });
}
