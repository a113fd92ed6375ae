import { byCodeUnit } from "../code-units.ts";
import { id } from "../sql.ts";
import { trimQuery } from "../tokens.ts";

/** A column of the table that an SQL text belongs to. */
export interface RowColumn {
  readonly name: string;
  /** Its name on the other side. */
  readonly as: string;
  readonly type: string;
}

/** A temporary object that is created from an SQL text, so that PostgreSQL prints the text in its own way. */
export interface Probe {
  /** The statements that create it. */
  readonly create: readonly string[];
  /** The query for its definition, its tree and its oid. */
  readonly read: string;
  /** The same sort of object from the printed definition. */
  readonly again: (printed: string) => Probe;
}

/** The table of a probe that needs one. */
export const PROBE_TABLE = "pg_temp.remodel_probe";

const VIEW = `SELECT pg_catalog.pg_get_viewdef(c.oid), r.ev_action::text, c.oid
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid
  WHERE c.oid = 'pg_temp.remodel_probe'::pg_catalog.regclass::pg_catalog.oid`;

/** The probe of a query. */
export function queryProbe(query: string): Probe {
  return { create: [`CREATE TEMPORARY VIEW remodel_probe AS ${trimQuery(query)}`], read: VIEW, again: queryProbe };
}

/**
 * The statements that create {@link PROBE_TABLE} with the names of one side, add something, and give the columns the names of the
 * other side, so that both sides print the same.
 * @param columns the columns of the table
 * @param add the statements that need the table
 */
export function createOverTable(columns: readonly RowColumn[], add: readonly string[]): readonly string[] {
  const sorted = [...columns].sort((a, b) => byCodeUnit(a.as, b.as));
  const clauses = sorted.map(({ name, type }) => `${id(name)} ${type}`).join(", ");
  return [`CREATE TEMPORARY TABLE remodel_probe (${clauses})`, ...add, ...renamesSql(PROBE_TABLE, sorted)];
}

/** The columns of a probe once they have the names of the other side. */
export function renameProbeColumns(columns: readonly RowColumn[]): readonly RowColumn[] {
  return columns.map((one) => ({ ...one, name: one.as }));
}

/** Two columns may have swapped their names, so each first gets a name that no column has. */
function renamesSql(table: string, columns: readonly RowColumn[]): readonly string[] {
  const renamed = columns.filter(({ name, as }) => name !== as);
  const rename = (from: string, to: string) => `ALTER TABLE ${table} RENAME COLUMN ${id(from)} TO ${id(to)}`;
  const aside = (at: number) => `remodel_probe_${at}`;
  return [
    ...renamed.map(({ name }, at) => rename(name, aside(at))),
    ...renamed.map(({ as }, at) => rename(aside(at), as)),
  ];
}
