import { collect } from "../collect.ts";
import { askText, type Database } from "../database.ts";
import type { Guess } from "../diff/guess.ts";
import { renamesOf } from "../diff/rename-candidates.ts";
import { hasSequence, isSerial } from "../kinds/column-types.ts";
import { sequenceAt, takesFrom } from "../kinds/serials.ts";
import type { ServerInfo } from "../read/server-info.ts";
import { optionalText, readRows, requiredFlag, requiredText } from "../result-rows.ts";
import type { Column, Schema, Table } from "../schema/schema.ts";
import { parseName, sequenceName, siblingName } from "../sql.ts";
import { qualifyName, tuplesSql } from "./catalog-names.ts";
import type { Comparable } from "./comparable.ts";
import { pairNames, type RenamedSchema } from "./renamed.ts";

/** How many names are tried for one sequence. */
const TRIED = 20;

/** A column of the models that gets a sequence, or a new name for the one that it has. */
interface Numbered {
  readonly table: string;
  readonly column: string;
  /** The usual name of its sequence. */
  readonly usual: string;
  /** The names that its sequence may have, the usual one first. */
  readonly names: readonly string[];
  /** The default of the database takes from the sequence with the usual name. */
  readonly isUsed: boolean;
}

/** By name, the column that owns a sequence; `""` if no column does, `undefined` for something else of that name. */
type Owners = ReadonlyMap<string, string | undefined>;

/**
 * Gives each new sequence of the models another name if its usual name is taken: the usual one with a number behind it,
 * as PostgreSQL does.
 * @param db the connection
 * @param server where it is connected
 * @param sides both sides of a comparison
 * @param guesses what may have another name in the models
 */
export async function withFreeSequences(
  db: Database,
  server: ServerInfo,
  sides: Comparable,
  guesses: readonly Guess[],
): Promise<Comparable> {
  if (!mayLack(sides)) return sides;
  const live = pairNames(sides.live, renamesOf(sides.live, sides.models, guesses));
  const wanted = listNewSequences(live.renamed, sides.models);
  if (wanted.length === 0) return sides;
  const taken = await readOwners(db, server, [...new Set(wanted.flatMap(({ names }) => names))]);
  if (taken.size === 0) return sides;
  const names = chooseNames(wanted, taken, listGivenUp(live, sides.models));
  return { ...sides, models: withSequenceNames(sides.models, names) };
}

/** Whether a column of the models has a sequence that the same column of the database does not have. */
function mayLack({ live, models }: Comparable): boolean {
  const there = new Map((live.tables ?? []).map((table) => [table.name, indexColumns(table)]));
  return (models.tables ?? []).some(({ name, columns }) =>
    columns.some((column) => {
      const had = there.get(name)?.get(column.name);
      return hasSequence(column) && (had === undefined || !hasSequence(had));
    }),
  );
}

/** The serial columns of the models that are in the database and have no sequence of that name there. */
function listNewSequences(renamed: Schema, models: Schema): readonly Numbered[] {
  const tables = new Map((renamed.tables ?? []).map((table) => [table.name, indexColumns(table)]));
  const isUsed = (table: string, column: Column) => {
    const live = tables.get(table)?.get(column.name);
    return live !== undefined && takesFrom(live, table, column);
  };
  return (models.tables ?? []).flatMap(({ name: table, columns }) =>
    columns
      .filter((column) => needsSequence(table, tables.get(table)?.get(column.name), column))
      .map((model) => {
        const { name: column } = model;
        const usual = siblingName(table, sequenceName(table, column));
        return { table, column, usual, names: [usual, ...listOtherNames(table, column)], isUsed: isUsed(table, model) };
      }),
  );
}

function needsSequence(table: string, live: Column | undefined, model: Column): boolean {
  if (live === undefined || !hasSequence(model) || model.sequence !== undefined) return false;
  return hasSequence(live) ? sequenceAt(table, live) !== sequenceAt(table, model) : isSerial(model.type);
}

function listOtherNames(table: string, column: string): readonly string[] {
  const numbers = Array.from({ length: TRIED - 1 }, (_, at) => String(at + 1));
  return numbers.map((number) => siblingName(table, sequenceName(table, column, number)));
}

/** Sequences of columns that get another sequence name in this comparison. */
function listGivenUp(live: RenamedSchema, { tables = [] }: Schema): ReadonlySet<string> {
  const after = new Map(tables.map((table) => [table.name, indexColumns(table)]));
  const names = live.tables.flatMap((table) =>
    table.columns.flatMap(({ own, renamed }) => {
      const model = after.get(table.renamed.name)?.get(renamed.name);
      if (model === undefined || !hasSequence(own) || !hasSequence(model)) return [];
      const name = sequenceAt(table.own.name, own);
      return collect(name !== sequenceAt(table.renamed.name, model) && name);
    }),
  );
  return new Set(names);
}

/** By column, the first of its names that is free. It takes over a sequence that it owns already, or that its default uses and no column owns. */
function chooseNames(
  wanted: readonly Numbered[],
  taken: Owners,
  givenUp: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const used = new Set<string>();
  const chosen = wanted.map(({ table, column, usual, names, isUsed }) => {
    const owner = `${table}.${column}`;
    const isFree = (name: string) => {
      if (used.has(name)) return false;
      if (!taken.has(name) || givenUp.has(name)) return true;
      return name === usual && (taken.get(name) === owner || (isUsed && taken.get(name) === ""));
    };
    const name = names.find(isFree) ?? usual;
    used.add(name);
    return [owner, name] as const;
  });
  return new Map(chosen);
}

/** Reads what has these names. */
async function readOwners(db: Database, server: ServerInfo, names: readonly string[]): Promise<Owners> {
  const rows = await askText(
    db,
    `SELECT n.nspname, c.relname, c.relkind = 'S' AND d.deptype IS NULL, tn.nspname, t.relname, a.attname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_depend d ON c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass
      AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e')
    LEFT JOIN pg_catalog.pg_class t ON d.refclassid = 'pg_catalog.pg_class'::regclass AND t.oid = d.refobjid
    LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE (n.nspname, c.relname) IN (VALUES ${tuplesSql(names, server)})`,
  );
  const owners = readRows(OWNER, rows).map(({ schema, name, isFree, tableSchema, table, column }) => {
    const key = qualifyName(server, schema, name);
    if (isFree) return [key, ""] as const;
    if (tableSchema === undefined || table === undefined) return [key, undefined] as const;
    return [key, `${qualifyName(server, tableSchema, table)}.${column}`] as const;
  });
  return new Map(owners);
}

const OWNER = {
  schema: requiredText,
  name: requiredText,
  isFree: requiredFlag,
  tableSchema: optionalText,
  table: optionalText,
  column: optionalText,
};

function withSequenceNames(models: Schema, names: ReadonlyMap<string, string>): Schema {
  const tables = (models.tables ?? []).map((table) => ({
    ...table,
    columns: table.columns.map((column) => {
      const chosen = names.get(`${table.name}.${column.name}`);
      if (chosen === undefined || chosen === sequenceAt(table.name, column)) return column;
      return { ...column, sequence: parseName(chosen).name };
    }),
  }));
  return { ...models, tables };
}

function indexColumns({ columns }: Table): ReadonlyMap<string, Column> {
  return new Map(columns.map((column) => [column.name, column]));
}
