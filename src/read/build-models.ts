import { RemodelError } from "../errors.ts";
import { showFile } from "../load/errors.ts";
import { type Project, resolveEntities } from "../load/load.ts";
import { withIndexedMetadata } from "./indexed-metadata.ts";
import type { ServerInfo } from "./server-info.ts";
import type { TypeOrm, TypeOrmDataSource } from "./typeorm.ts";

/** The project's TypeORM, and a data source of it that has computed the models. */
export interface BuiltModels {
  readonly dataSource: TypeOrmDataSource;
  readonly typeorm: TypeOrm;
}

/**
 * Lets the project's TypeORM compute the models, in a data source of its own; no connection is opened.
 * @param project the project, see `loadProject`
 * @param server where it is connected: names without a schema are in its schema
 * @throws RemodelError `MODELS_EMPTY`, `MODELS_REJECTED`, `MODELS_CIRCULAR`
 */
export async function buildModels(project: Project, server: ServerInfo): Promise<BuiltModels> {
  const entities = await resolveEntities(project);
  const { options } = project.dataSource as TypeOrmDataSource;
  const typeorm = project.loader.require("typeorm") as TypeOrm;
  // Tables that the models do not place get the schema of the data source, which may not be the one of the session.
  const place = options.schema === undefined ? {} : { schema: server.schema };
  const own = { entities, subscribers: [], migrations: [], logging: false };
  const dataSource = new typeorm.DataSource({ ...options, ...place, ...own });
  try {
    await withIndexedMetadata(typeorm, () => dataSource.buildMetadatas());
  } catch (error) {
    throw rejection(error);
  }
  if (dataSource.entityMetadatas.length === 0) throw noEntity(showFile(project.file));
  Object.assign(dataSource.driver, {
    database: server.database,
    schema: server.schema,
    version: String(Math.floor(server.version / 10000)),
    searchSchema: server.schema,
  });
  return { dataSource, typeorm };
}

/** Without any model, every table would be dropped. */
function noEntity(file: string): RemodelError {
  return new RemodelError("MODELS_EMPTY", `The entity list in ${file} contains no entity.`, {
    hint: "Add @Entity() to the classes, or correct the list.",
  });
}

function rejection(error: unknown): RemodelError {
  if (error instanceof RemodelError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/before initialization/.test(text))
    return new RemodelError("MODELS_CIRCULAR", text, {
      hint: "Type the relation as Relation<…> from typeorm, so that the circular import is for the type only.",
      cause: error,
    });
  return new RemodelError("MODELS_REJECTED", `TypeORM does not accept the models: ${text}`, {
    hint: /guess|not supported|design:type|undefined/i.test(text)
      ? 'Give the column its type: @Column({ type: "…" }).'
      : "Correct the entity that TypeORM's message names.",
    cause: error,
  });
}
