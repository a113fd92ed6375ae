import { describeDropped } from "../compare/dropped-text.ts";
import { RemodelError } from "../errors.ts";
import { type DroppedValues, findDroppedValues } from "../run/dropped-values.ts";
import { readWholeState } from "../state/half-applied.ts";
import { loadRevisions } from "../state/revisions.ts";
import type { Session } from "../state/session.ts";
import { findPlan } from "./upgrade-tenant.ts";

/** A column or table of a tenant whose values a downgrade drops. */
export interface Loss extends DroppedValues {
  readonly tenant: string;
}

/** Finds the columns and tables with values that a downgrade of one tenant drops. */
export async function findLosses(session: Session, tenant: string, target: string): Promise<readonly Loss[]> {
  const state = await readWholeState(await session.connection(), await session.state());
  const { given } = session.graph();
  const plan = findPlan(session, state, "downgrade", target).flatMap(({ id }) => given.get(id) ?? []);
  const found = await findDroppedValues(session, await loadRevisions(session.loader, plan));
  return found.map((one) => ({ ...one, tenant }));
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
  const lines = open.map(({ tenant, dropped }) => `  ${tenant}: ${describeDropped(dropped)}`);
  throw new RemodelError("LOSS_REFUSED", `The downgrade loses values. Nothing was run:\n${lines.join("\n")}`, {
    hint: `To lose them, add: ${names.map((name) => `--accept-loss ${name}`).join(" ")}`,
    details: { losses: open.map(({ name, tenant, dropped: { rows } }) => ({ name, tenant, rows })) },
  });
}
