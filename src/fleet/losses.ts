import { countDropped, type Dropped, droppedText } from "../compare/dropped.ts";
import { pairNames } from "../compare/renamed.ts";
import { RemodelError } from "../errors.ts";
import { does } from "../kinds/targets.ts";
import type { Operation } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { readWholeState } from "../state/half-applied.ts";
import { loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { findPlan } from "./upgrade-tenant.ts";

/** A column or table whose values a downgrade drops. */
export interface Loss {
  /** `shop.fax`, or `shop`. */
  readonly name: string;
  readonly tenant: string;
  readonly dropped: Dropped;
}

/**
 * Finds the columns and tables with values that a downgrade of one tenant drops. Where the values cannot be counted, there
 * may be some.
 */
export async function findLosses(session: Session, tenant: string, target: string): Promise<readonly Loss[]> {
  const db = await session.connection();
  const state = await readWholeState(db, await session.state());
  const { revisions } = session.graph();
  const plan = findPlan(session, state, "downgrade", target).flatMap(({ id }) => revisions.get(id) ?? []);
  const loaded = await loadRevisions(session.loader, plan);
  const operations = loaded.flatMap(({ downgrade }) => downgrade.map(({ operation }) => operation));
  const { schema } = await session.server();
  const dropped = await countDropped(db, operations, pairNames(listDropped(operations), []), schema);
  return dropped.flatMap((one) => {
    const name = one.column === undefined ? one.table : `${one.table}.${one.column}`;
    if (one.rows === 0 && !one.estimated) return [];
    return [{ name, tenant, dropped: one }];
  });
}

/** The tables and columns that operations drop, as a schema. What the same run has created has no values yet. */
function listDropped(operations: readonly Operation[]): Schema {
  const tables = new Map<string, string[]>();
  const created = new Set<string>();
  for (const operation of operations) {
    const { target } = operation;
    if (target === undefined) continue;
    const { table = target.name, name } = target;
    if (does(operation, "create", "table")) created.add(name);
    if (created.has(table)) continue;
    if (does(operation, "drop", "table")) tables.set(name, tables.get(name) ?? []);
    if (does(operation, "drop", "column")) tables.set(table, [...(tables.get(table) ?? []), name]);
  }
  const list = [...tables].map(([name, columns]) => {
    return { name, columns: columns.map((column) => ({ name: column, type: "text" })) };
  });
  return { tables: list };
}

/**
 * Refuses losses that were not named.
 * @param accepted what `--accept-loss` names
 * @throws RemodelError `LOSS_REFUSED` with the list of losses and tenants
 */
export function refuseLosses(losses: readonly Loss[], accepted: readonly string[]): void {
  const open = losses.filter(({ name }) => !accepted.includes(name));
  if (open.length === 0) return;
  const names = [...new Set(open.map(({ name }) => name))];
  const lines = open.map(({ tenant, dropped }) => `  ${tenant}: ${droppedText(dropped)}`);
  throw new RemodelError("LOSS_REFUSED", `The downgrade loses values. Nothing was run:\n${lines.join("\n")}`, {
    hint: `To lose them, add: ${names.map((name) => `--accept-loss ${name}`).join(" ")}`,
    details: { losses: open.map(({ name, tenant, dropped: { rows } }) => ({ name, tenant, rows })) },
  });
}
