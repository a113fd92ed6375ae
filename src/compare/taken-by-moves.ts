import { askText, type Database } from "../database.ts";
import { listHeldNames, relationKey } from "../diff/held-names.ts";
import { groupBy } from "../group-by.ts";
import type { ServerInfo } from "../read/server-info.ts";
import { type ResultRow, readRows, requiredText } from "../result-rows.ts";
import type { Note } from "../schema/dependencies.ts";
import type { Change, OperationTarget } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { bareName, id, literal, ownName, parseName, path } from "../sql.ts";
import { qualifyName } from "./catalog-names.ts";

/** A table that goes to another schema. */
interface Move {
  /** The change that has the operation. */
  readonly change: Change;
  /** The name that it has in the database. */
  readonly table: string;
  readonly to: string;
  /** The bare names of indexes, constraints and sequences that go or get another name before. */
  readonly free: ReadonlySet<string>;
}

/**
 * Adds notes to the changes that move a table to a schema in which something has the name of one of its indexes, keys or
 * sequences. What the models declare on both sides gives up its name already. The database is only asked if a table moves.
 * @param db the connection
 * @param server where it is connected
 * @param changes what leads to the models
 * @param live the compared part of the database
 */
export async function noteTakenByMoves(
  db: Database,
  server: ServerInfo,
  changes: readonly Change[],
  live: Schema,
): Promise<readonly Change[]> {
  const moves = listMoves(changes);
  if (moves.length === 0) return changes;
  const { holders } = listHeldNames(live);
  const isDeclared = (name: string) => holders.has(relationKey(name));
  const rows = readRows(TAKEN, await askText(db, selectTakenByMoves(moves, server)));
  const found = rows.flatMap((row) => {
    const move = moves[Number(row.at)];
    const [from, to] = [row.schema, row.target].map((schema) => qualifyName(server, schema, row.name));
    if (move === undefined || from === undefined || to === undefined) return [];
    if (move.free.has(row.name) || isDeclared(to)) return [];
    const note = isDeclared(from) ? noteOfOther(row, to) : noteOfPart(row, from, move.table);
    return [{ change: move.change, note }];
  });
  const notes = groupBy(found, ({ change }) => change);
  return changes.map((change) => {
    const added = notes.get(change);
    return added === undefined
      ? change
      : { ...change, notes: [...(change.notes ?? []), ...added.map(({ note }) => note)] };
  });
}

function listMoves(changes: readonly Change[]): readonly Move[] {
  const moves: Move[] = [];
  const [oldNames, free] = [new Map<string, string>(), new Set<string>()];
  for (const change of changes)
    for (const { target } of change.operations) {
      if (target === undefined) continue;
      const { kind, name, to, effect } = target;
      // Indexes and constraints are named inside of their table: there are no schemas in their names.
      if (isFreed(target)) free.add(kind === "sequence" ? bareName(name) : name);
      if (kind !== "table" || to === undefined) continue;
      const table = oldNames.get(name) ?? name;
      oldNames.set(to, table);
      if (effect === "move") moves.push({ change, table, to, free: new Set(free) });
    }
  return moves;
}

function isFreed({ kind, effect }: OperationTarget): boolean {
  return ["index", "constraint", "sequence"].includes(kind) && (effect === "rename" || effect === "drop");
}

const TAKEN = {
  at: requiredText,
  schema: requiredText,
  name: requiredText,
  kind: requiredText,
  target: requiredText,
  other: requiredText,
};

/** The names of indexes and sequences go to the other schema with their table. */
function selectTakenByMoves(moves: readonly Move[], { schema: own }: ServerInfo): string {
  const values = moves.map(({ table, to }, at) => {
    const { schema = own, name } = parseName(table);
    return `(${at}, ${[schema, name, parseName(to).schema ?? own].map(literal).join(", ")})`;
  });
  return `SELECT v.at, v.schema, x.relname, x.relkind, v.target, o.relkind
    FROM (VALUES ${values.join(", ")}) v (at, schema, name, target)
    JOIN pg_catalog.pg_namespace n ON n.nspname = v.schema
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = v.name
    CROSS JOIN LATERAL (
      SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid
      UNION SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    ) p (oid)
    JOIN pg_catalog.pg_class x ON x.oid = p.oid AND x.relkind IN ('i', 'I', 'S')
    JOIN pg_catalog.pg_namespace m ON m.nspname = v.target
    JOIN pg_catalog.pg_class o ON o.relnamespace = m.oid AND o.relname = x.relname
    ORDER BY v.at, x.relname`;
}

/** What the table has that no model declares can have another name. */
function noteOfPart({ kind, name }: ResultRow<typeof TAKEN>, full: string, table: string): Note {
  const word = WORDS[kind] ?? "index";
  return { ...renameFirst(word, full), object: `${word} ${name} of ${table}`, table };
}

/** The models have the name, so what else has it gets another one. */
function noteOfOther({ other }: ResultRow<typeof TAKEN>, full: string): Note {
  const word = WORDS[other] ?? "table";
  return { ...renameFirst(word, full), object: `${word} ${full}` };
}

function renameFirst(word: string, name: string): Omit<Note, "object"> {
  const rename = `ALTER ${word.toUpperCase()} ${path(name)} RENAME TO ${id(ownName(bareName(name)))}`;
  return { effect: "blocks", uses: [], drop: [rename], create: [] };
}

/** The words of `pg_class.relkind`, as statements have them. */
const WORDS: Readonly<Record<string, string>> = {
  i: "index",
  I: "index",
  S: "sequence",
  v: "view",
  m: "materialized view",
  f: "foreign table",
  c: "type",
};
