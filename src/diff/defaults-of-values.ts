import { indexByName } from "../index-by-name.ts";
import { elementType } from "../kinds/column-types.ts";
import { changesOfValues } from "../kinds/enums.ts";
import type { Column, Schema, Table } from "../schema/schema.ts";
import { literal, typeName } from "../sql.ts";

/** Whether the change of an enum type gives a default that a column has before the one that it has afterwards. */
type GivesDefault = (before: string | undefined, after: string | undefined) => boolean;

/** A string, and the type that it is cast to. */
const VALUE = /^('(?:[^']|'')*')(?:::.*)?$/s;

/**
 * Gives columns the defaults that they have once the values of their enum types have changed. A renamed value stays the
 * default under its new name, and a type that is replaced comes with the new defaults of its columns.
 * @param before the schema as it is, in the names of after
 * @param after the schema as it should be
 */
export function followValues(before: Schema, after: Schema): Schema {
  const types = listChangedTypes(before, after);
  if (types.size === 0) return before;
  const targets = indexByName(after.tables);
  return {
    ...before,
    tables: (before.tables ?? []).map((table) => followInTable(table, targets.get(table.name), types)),
  };
}

/** By the type as columns name it. */
function listChangedTypes(before: Schema, after: Schema): ReadonlyMap<string, GivesDefault> {
  const targets = indexByName(after.enums);
  return new Map(
    (before.enums ?? []).flatMap((from) => {
      const to = targets.get(from.name);
      const changes = to && changesOfValues(from, to);
      if (changes === undefined || changes === "added") return [];
      if (changes === "replaced") return [[typeName(from.name), () => true] as const];
      const names = new Map(changes.renamed.map((pair) => [literal(pair.from), literal(pair.to)]));
      const isRenamed: GivesDefault = (old, next) => {
        const value = readValue(old);
        return value !== undefined && next !== undefined && names.get(value) === readValue(next);
      };
      return [[typeName(from.name), isRenamed] as const];
    }),
  );
}

function followInTable(table: Table, target: Table | undefined, types: ReadonlyMap<string, GivesDefault>): Table {
  if (target === undefined || !table.columns.some(({ type }) => types.has(elementType(type)))) return table;
  const others = indexByName(target.columns);
  const follow = (column: Column): Column => {
    const to = others.get(column.name);
    const isGiven = types.get(elementType(column.type))?.(column.default, to?.default);
    if (to === undefined || to.type !== column.type || column.default === to.default || !isGiven) return column;
    const { default: _, ...rest } = column;
    return { ...rest, ...(to.default !== undefined && { default: to.default }) };
  };
  return { ...table, columns: table.columns.map(follow) };
}

function readValue(text: string | undefined): string | undefined {
  return VALUE.exec(text ?? "")?.[1];
}
