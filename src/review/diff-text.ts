import type { Comparison } from "../compare/compare.ts";
import type { Drift } from "../compare/drift.ts";
import { schemaText, unifiedDiff } from "./text.ts";

/** What was changed outside of revisions, as a unified diff. */
export function driftDiff({ revision, left, live }: Pick<Drift, "revision" | "left" | "live">): string {
  return unifiedDiff(schemaText(left), schemaText(live), [`after ${revision}`, "database"]);
}

/**
 * How the models differ from the database, as a unified diff. The database has the names that its items are guessed to have.
 * @returns an empty text if they are equal as texts; some changes are in no text, such as rows of TypeORM's own table
 */
export function modelDiff({ renamed, models }: Pick<Comparison, "renamed" | "models">): string {
  return unifiedDiff(schemaText(renamed), schemaText(models), ["database", "models"]);
}
