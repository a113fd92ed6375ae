import type { Database } from "../database.ts";
import { type ProbeResult, probeRevisions } from "../run/probe-revisions.ts";
import { id, literal, parseName } from "../sql.ts";
import { locateCall } from "../state/call-location.ts";
import type { LoadedRevision } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { type FillTable, readFillCatalog } from "./fill-catalog.ts";

/**
 * Deletes made-up rows that the project does not have: before the operation that cannot work with them, the revision calls
 * `op.accept("rows-in-the-way", reason)`. What references them goes, too.
 * @param session the project with the throwaway as its database, before the revision
 * @param which `all`: also those about which nothing is accepted, where only the work of the revision matters
 */
export async function leaveOutRows(
  session: Session,
  loaded: LoadedRevision,
  which: "accepted" | "all" = "accepted",
): Promise<void> {
  const lines = listAcceptedLines(loaded);
  const isMeant = ({ line }: ProbeResult) => which === "all" || lines.has(line);
  if (lines.size === 0 && which === "accepted") return;
  const found = await probeRevisions(session, [loaded]);
  const { schema: own } = await session.server();
  for (const one of found.filter((result) => result.state === "rows-in-the-way" && isMeant(result)))
    await deleteFound(await session.connection(), one, own);
}

function listAcceptedLines(loaded: LoadedRevision): ReadonlySet<number | undefined> {
  const accepted = loaded.upgrade.filter(({ acceptances = [] }) =>
    acceptances.some(({ operation }) => operation.args[0] === "rows-in-the-way"),
  );
  return new Set(accepted.map(({ stack }) => locateCall(loaded, stack).details.line));
}

async function deleteFound(db: Database, { table: name, query }: ProbeResult, own: string): Promise<void> {
  const { tables } = await readFillCatalog(db);
  const place = parseName(name);
  const table = tables.find((one) => one.name === place.name && one.schema === (place.schema ?? own));
  if (table === undefined || query === undefined) return;
  const [first] = await db.query(query);
  const condition = first && matchRows(table, Object.keys(first), String(first["column"] ?? ""));
  if (condition === undefined) return;
  const ids = await readIds(db, table, `FROM (${query}) q WHERE ${condition}`);
  await deleteRows(db, tables, table, ids);
}

/**
 * How the rows of a query are found in their table: by the columns that both have. A query that has none of them is about
 * columns that are new, and their values are the same in every row.
 */
function matchRows({ schema, name, columns }: FillTable, shown: readonly string[], column: string): string {
  const own = `${id(schema)}.${id(name)}`;
  if (shown.includes("value") && shown.includes("column")) {
    const place = id(column.slice(column.lastIndexOf(".") + 1));
    return `(t.${place}::text = q.value OR q.value = ANY (string_to_array(trim(t.${place}::text, '{}'), ',')))`;
  }
  const common = columns.filter((one) => shown.includes(one.name)).map((one) => id(one.name));
  const same = (a: string, b: string) =>
    common.map((one) => `${a}.${one}::text IS NOT DISTINCT FROM ${b}.${one}::text`).join(" AND ") || "true";
  if (!shown.includes("count") || columns.some((one) => one.name === "count")) return same("t", "q");
  return `${same("t", "q")} AND t.ctid <> (SELECT min(o.ctid) FROM ${own} o WHERE ${same("o", "t")})`;
}

type RowIds = readonly (readonly (string | null)[])[];

async function readIds(db: Database, { schema, name }: FillTable, rest: string): Promise<RowIds> {
  const from = rest.replace("FROM ", `FROM ${id(schema)}.${id(name)} t, `);
  return await db.readOne(`SELECT DISTINCT t.tableoid::text, t.ctid::text ${from}`);
}

/** Deletes rows after those that reference them. */
async function deleteRows(
  db: Database,
  tables: readonly FillTable[],
  table: FillTable,
  rows: RowIds,
  parents: readonly FillTable[] = [],
): Promise<void> {
  if (rows.length === 0) return;
  const list = rows.map(([oid, ctid]) => `(${literal(oid ?? "")}::oid, ${literal(ctid ?? "")}::tid)`).join(", ");
  for (const child of tables.filter((one) => one !== table && !parents.includes(one)))
    for (const { columns, referenced } of child.references.filter((one) => one.table === table.oid)) {
      const joined = columns.map((column, at) => `t.${id(column)} = q.${id(referenced[at] ?? "")}`).join(" AND ");
      const where = `(q.tableoid, q.ctid) IN (VALUES ${list}) AND ${joined}`;
      const children = await readIds(db, child, `FROM ${id(table.schema)}.${id(table.name)} q WHERE ${where}`);
      await deleteRows(db, tables, child, children, [...parents, table]);
    }
  await db
    .query(`DELETE FROM ${id(table.schema)}.${id(table.name)} WHERE (tableoid, ctid) IN (VALUES ${list})`)
    .catch(() => []);
}
