import type { Comparison } from "../compare/compare.ts";
import type { Drift } from "../compare/drift.ts";
import type { Operation } from "../schema/operation.ts";
import { schemaText, unifiedDiff } from "./text.ts";

/** What was changed outside of revisions, as a unified diff. */
export function driftDiff({ revision, left, live }: Pick<Drift, "revision" | "left" | "live">): string {
  return unifiedDiff(schemaText(left), schemaText(live), [`after ${revision}`, "database"]);
}

/**
 * How the models differ from the database, as a unified diff. The database has the names that its items are guessed to have.
 * @returns an empty text if they are equal as texts; some changes are in no text, such as rows of TypeORM's own table
 */
export function modelDiff(comparison: Pick<Comparison, "renamed" | "models" | "upgrade">): string {
  const { renamed, models } = comparison;
  return unifiedDiff(schemaText(renamed), schemaText(models), nameSides(comparison));
}

/** What the two sides of a diff are called: after renames, the database is shown with the new names. */
export function nameSides({ upgrade }: Pick<Comparison, "upgrade">): readonly [string, string] {
  const isRename = ({ target }: Operation) =>
    ["rename", "move"].includes(target?.effect ?? "") && SHOWN_RENAMED.includes(target?.kind ?? "");
  const hasRename = upgrade.some(({ operations }) => operations.some(isRename));
  return [hasRename ? "database, with the new names" : "database", "models"];
}

/** The kinds whose renames are no lines of a diff. */
const SHOWN_RENAMED: readonly string[] = ["schema", "table", "view", "column", "enum type", "enum value"];
