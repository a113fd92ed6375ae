import fc from "fast-check";
import type { Rename } from "../../src/diff/renames.ts";
import { printLiteral } from "../../src/revision/literal.ts";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";
import { bareName, parseName, qualifiedName } from "../../src/sql.ts";
import type { Pair } from "./arbitraries.ts";
import { SCHEMAS } from "./plan.ts";

/** Few names, so that a table that goes to another schema often finds those of its items there. */
const PLACES = [undefined, ...SCHEMAS].flatMap((schema) => ["shop", "mall"].map((name) => qualifiedName(name, schema)));
const KEY_NAMES = ["k", "l"];
const INDEX_NAMES = ["i", "j", "shop_id_seq"];

interface TablePlan {
  readonly id: "serial" | "identity" | "plain";
  /** The names of its items before and after. */
  readonly items: readonly [ItemNames, ItemNames];
}

interface ItemNames {
  readonly key: string;
  readonly unique: string;
  readonly index: string;
}

const itemNames: fc.Arbitrary<ItemNames> = fc.record({
  key: fc.constantFrom(...KEY_NAMES),
  unique: fc.constantFrom(...KEY_NAMES),
  index: fc.constantFrom(...INDEX_NAMES),
});

const tablePlan: fc.Arbitrary<TablePlan> = fc.record({
  id: fc.constantFrom("serial", "identity", "plain"),
  items: fc.tuple(itemNames, itemNames),
});

const IDS: Readonly<Record<TablePlan["id"], Column>> = {
  serial: { name: "id", type: "serial" },
  identity: { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" },
  plain: { name: "id", type: "integer" },
};

/** Two schemas with the same tables, which have other names, other schemas, or both afterwards. */
export const movingTables: fc.Arbitrary<Pair> = fc
  .tuple(
    fc.array(tablePlan, { minLength: 2, maxLength: 4 }),
    fc.shuffledSubarray(PLACES, { minLength: 4, maxLength: 4 }),
    fc.shuffledSubarray(PLACES, { minLength: 4, maxLength: 4 }),
  )
  .map(([plans, froms, tos]) => {
    const [before, after] = [schemaAt(plans, froms, 0), schemaAt(plans, tos, 1)];
    const renames = plans.flatMap((_, at): readonly Rename[] => {
      const [from, to] = [froms[at] ?? "", tos[at] ?? ""];
      return from === to ? [] : [{ list: "tables", from, to }];
    });
    const value = { before, after, renames };
    return Object.defineProperty(value, fc.toStringMethod, { value: () => printLiteral(value) });
  });

function schemaAt(plans: readonly TablePlan[], places: readonly string[], side: 0 | 1): Schema {
  // Sequences of new tables come before what has been given a name of theirs.
  const taken = new Set(plans.flatMap(({ id }, at) => (id === "plain" ? [] : [`${places[at]}_id_seq`])).map(plainName));
  const tables = plans.map(({ id, items }, at): Table => {
    const name = places[at] ?? "";
    const { schema } = parseName(name);
    const take = (item: string): readonly { readonly name: string }[] => {
      const full = plainName(qualifiedName(item, schema));
      return taken.has(full) || !taken.add(full) ? [] : [{ name: item }];
    };
    const { key, unique, index } = items[side];
    const [primaryKey] = take(key);
    const uniques = take(unique).map((one) => ({ ...one, columns: ["code"] }));
    const indexes = take(index).map((one) => ({ ...one, columns: ["n"] }));
    return {
      name,
      columns: [IDS[id], { name: "code", type: "text" }, { name: "n", type: "integer", nullable: true }],
      ...(primaryKey && { primaryKey: { ...primaryKey, columns: ["id"] } }),
      ...(uniques.length > 0 && { uniques }),
      ...(indexes.length > 0 && { indexes }),
    };
  });
  const used = new Set(tables.map(({ name }) => parseName(name).schema));
  const schemas = SCHEMAS.filter((name) => used.has(name)).map((name) => ({ name }));
  return { ...(schemas.length > 0 && { schemas }), tables: tables.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** A name as one text, whatever is quoted in it. */
function plainName(name: string): string {
  return JSON.stringify([parseName(name).schema ?? "", bareName(name)]);
}
