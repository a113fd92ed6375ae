import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Fleet, type FleetOptions, openFleet } from "../../src/fleet/open.ts";
import { type RevisionParts, writeHistory } from "./running.ts";
import { withFolder } from "./session.ts";

const MODULES = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** Opens the fleet of a project, each time from its files. */
export type OpenFleet = (options?: Partial<FleetOptions>) => Promise<Fleet>;

/**
 * Calls a function with a project whose fleet is configured, and whose tenants need not exist.
 * @param fleet what the configuration says about the fleet
 * @param url the project's own database
 */
export async function withNewFleet(
  history: readonly RevisionParts[],
  fleet: object,
  url: string,
  body: (open: OpenFleet) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const cwd = join(folder, "..");
    for (const name of ["pg", "@electric-sql"]) symlinkSync(join(MODULES, name), join(cwd, "node_modules", name));
    const config = { migrations: "revisions", url, fleet };
    writeFileSync(join(cwd, "remodel.config.ts"), `export const remodel = ${JSON.stringify(config)};\n`);
    writeHistory(folder, history);
    await body((options) => openFleet({ cwd, ...options }));
  });
}
