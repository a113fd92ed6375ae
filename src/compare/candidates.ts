import { tableKinds } from "../kinds/all.ts";
import { storedType } from "../kinds/column-types.ts";
import { type AnyKind, type Expression, itemsOf } from "../kinds/kind.ts";
import { views } from "../kinds/views.ts";
import type { Named, Schema, Table, View } from "../schema/schema.ts";
import { type ComparedText, createTextStore, type RowColumn, type TextPair } from "./compared-text.ts";
import { pairItems, type Renamed, type RenamedSchema, type RenamedTable } from "./renamed.ts";
import { mayMention } from "./untrusted.ts";

/** A text of the live database, and those of the models that may mean the same. */
export interface Candidate {
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
 */
export function listCandidates(live: RenamedSchema, models: Schema, known: ReadonlySet<string>): readonly Candidate[] {
  const store = createTextStore();
  const tables = new Map((models.tables ?? []).map((table) => [table.name, table]));
  const ofTables = live.tables.flatMap((table) => {
    const model = tables.get(table.renamed.name);
    return model === undefined ? [] : listTableCandidates(table, model, known, store);
  });
  return [...ofTables, ...listViewCandidates(live.own, models, store)];
}

type Store = (text: ComparedText) => ComparedText;

function listTableCandidates(
  table: RenamedTable,
  model: Table,
  known: ReadonlySet<string>,
  store: Store,
): readonly Candidate[] {
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
    return same === undefined ? unmatched : [same];
  };
}

const NO_TABLE: Renamed<Named> = { own: { name: "" }, renamed: { name: "" } };

function listViewCandidates(live: Schema, models: Schema, store: Store): readonly Candidate[] {
  const byName = new Map((models.views ?? []).map((view) => [view.name, view]));
  return (live.views ?? []).flatMap((view): readonly Candidate[] => {
    const model = byName.get(view.name);
    if (model === undefined) return [];
    return listItemCandidates(views, NO_TABLE, { own: view, renamed: view }, [model], (one, other) => ({
      live: store(askAboutView(one, view)),
      model: store(askAboutView(other, model)),
    }));
  });
}

function listItemCandidates(
  kind: AnyKind,
  table: Renamed<Named>,
  item: Renamed<Named>,
  models: readonly Named[],
  pairTexts: (live: Expression, model: Expression) => TextPair,
): readonly Candidate[] {
  return listExpressions(kind, item.renamed).flatMap((live): readonly Candidate[] => {
    const { key, text } = live;
    const counterparts = models.flatMap((model) =>
      listExpressions(kind, model)
        .filter((other) => other.key === key && other.text !== text)
        .map((other) => ({ name: model.name, text: other.text, pair: pairTexts(live, other) })),
    );
    return counterparts.length === 0 ? [] : [{ list: kind.list, key, text, table, item, counterparts }];
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
  if (typeof live === "string" || typeof model === "string") return "boolean";
  const isRetyped = live.type !== model.type && known.has(model.type);
  return storedType(isRetyped ? model.type : (own ?? live.type));
}

/** The line break ends a comment at the end of the text. */
function askAboutExpression(
  { as, text, key }: Expression,
  row: readonly RowColumn[],
  where: string,
  type: string,
): ComparedText {
  if (as === "exclusion") return { sql: text, columns: row, how: "exclusion", where, text };
  const columns = key === "default" ? [] : row.filter(({ name }) => mayMention(text, name));
  return { sql: `(${text}\n)::${type}`, columns, how: "expression", where, text };
}

/** A view is read whole, the predicate of an index over the rows of its view. */
function askAboutView({ as, text }: Expression, { name: where, expression }: View): ComparedText {
  if (as === "view") return { sql: text, columns: [], how: "view", where, text };
  const from = ` FROM (${expression.replace(/;\s*$/, "")}\n) t`;
  return { sql: `(${text}\n)::boolean`, columns: [], how: { from }, where, text };
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
    return type === undefined ? [] : [{ name, as: name, type: storedType(type) }];
  });
}
