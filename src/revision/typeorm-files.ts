import { RemodelError } from "../errors.ts";
import { dropUndefined } from "../given.ts";

/** Matches a class that TypeORM runs as a migration, in TypeScript and in JavaScript. */
const MIGRATION = /\bimplements\s+(?:\w+\.)?MigrationInterface\b|\bclass\s+\w*\d{13}\b/;

/** Whether the text of a file is a migration of TypeORM's own. */
export function isTypeormMigration(text: string): boolean {
  return MIGRATION.test(text);
}

/**
 * The error for a folder in which TypeORM has its migrations: each tool would run the files of the other.
 * @param folder the folder
 * @param file a file of it that is TypeORM's, where there is one
 */
export function folderOfTypeorm(folder: string, file?: string): RemodelError {
  const message =
    file === undefined
      ? `The folder ${folder} is among the migrations of the data source, so TypeORM would take revisions for its own.`
      : `The folder ${folder} is TypeORM's: ${file} is a migration of TypeORM.`;
  return new RemodelError("FOLDER_TYPEORM", message, {
    hint: 'Name another folder: export const remodel = { migrations: "revisions" }. To begin a history in a folder of its own, run: remodel adopt',
    details: { folder, ...dropUndefined({ file }) },
  });
}
