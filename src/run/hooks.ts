import type { Settings } from "../config.ts";
import { RemodelError, readError } from "../errors.ts";
import type { Revision } from "../history/revision.ts";
import type { Session } from "../state/session.ts";
import { joinNames } from "../words.ts";

/** The functions of the configuration that are called around an upgrade. */
export type UpgradeHooks = Pick<Settings, "beforeUpgrade" | "afterUpgrade">;

/**
 * Calls a function of the configuration with the connection of the run, outside a transaction. The migration lock is not
 * held. A transaction that the function leaves open is rolled back.
 * @param name which one
 * @param revisions those that will be applied, or were
 * @throws RemodelError `HOOK_FAILED`
 */
export async function callHook(
  name: keyof UpgradeHooks,
  hooks: UpgradeHooks,
  session: Session,
  revisions: readonly Revision[],
): Promise<void> {
  const hook = hooks[name];
  if (hook === undefined) return;
  const connection = await session.connection();
  const about = revisions.map(({ id, message }) => ({ revision: id, message }));
  const query = connection.query.bind(connection);
  let failure: unknown;
  try {
    await hook({ db: { query }, database: await session.label(), revisions: about });
  } catch (error) {
    failure = error ?? new Error("it threw nothing");
  }
  if (connection.inTransaction?.()) {
    await connection.query("ROLLBACK").catch(() => undefined);
    failure ??= new Error("it left a transaction open, which was rolled back");
  }
  if (failure !== undefined) throw hookError(name, revisions, failure);
}

function hookError(name: keyof UpgradeHooks, revisions: readonly Revision[], cause: unknown): RemodelError {
  const ids = revisions.map(({ id }) => id);
  const isBefore = name === "beforeUpgrade";
  const state = isBefore ? "Nothing was run." : `${joinNames(ids)} ${ids.length === 1 ? "is" : "are"} applied.`;
  return new RemodelError("HOOK_FAILED", `${name} of the configuration failed: ${readError(cause).message}. ${state}`, {
    hint: isBefore
      ? "Correct it, then run: remodel upgrade"
      : "Do its work by hand: an upgrade with nothing to apply does not call it again.",
    details: { hook: name, revisions: ids },
    cause,
  });
}
