import { relative, sep } from "node:path";
import { RemodelError } from "../errors.ts";
import type { Project } from "../load/load.ts";
import type { TypeormMigration } from "../load/typeorm-migrations.ts";

/** The header of a revision. */
interface WrapHeader {
  readonly id: string;
  readonly message: string;
}

/**
 * Writes a revision that runs TypeORM's migration classes as they are.
 * @param folder the folder of the revisions
 * @param migrations the classes, the oldest first
 * @throws RemodelError `USAGE` without migrations, or for a class that no file exports
 */
export function wrapMigrations(
  project: Pick<Project, "file">,
  folder: string,
  migrations: readonly TypeormMigration[],
  header: WrapHeader,
): { readonly text: string; readonly portable: string } {
  if (migrations.length === 0)
    throw new RemodelError("USAGE", "The data source has no migrations that could be wrapped.", {
      hint: "Leave out --wrap. Or correct the patterns under `migrations` in the data source.",
    });
  const text = (from: (file: string) => string) => wrapText(project.file, migrations, header, from);
  return { text: text((file) => pathFrom(folder, file)), portable: text((file) => JSON.stringify(file)) };
}

/** A path as an import has it, in quotes, without the ending of a source file. */
function pathFrom(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join("/");
  const bare = path.replace(/(?<!\.d)\.[cm]?tsx?$/, "");
  return JSON.stringify(bare.startsWith(".") ? bare : `./${bare}`);
}

function wrapText(
  dataSource: string,
  migrations: readonly TypeormMigration[],
  { id, message }: WrapHeader,
  from: (file: string) => string,
): string {
  const imports = migrations.map(({ file = dataSource }, at) => `import * as file${at} from ${from(file)};`);
  const list = migrations.map(({ name }, at) => `  [file${at}, ${JSON.stringify(name)}],`);
  return `/** ${message.replaceAll("*/", "*\\/")} */
import { DataSource } from "typeorm";
import { type Operations, runTypeormMigrations } from "typeorm-remodel";
${imports.join("\n")}

export const revision = ${JSON.stringify(id)};
export const downRevision = null;

/** The migrations of TypeORM, the oldest first. */
const MIGRATIONS = [
${list.join("\n")}
] as const;

export function upgrade(op: Operations): void {
  op.run((db) => runTypeormMigrations(db, new DataSource({ type: "postgres" }), MIGRATIONS, "up"));
}

export function downgrade(op: Operations): void {
  op.run((db) => runTypeormMigrations(db, new DataSource({ type: "postgres" }), MIGRATIONS, "down"));
}
`;
}
