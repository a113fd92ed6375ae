import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Connection, ConnectionTarget } from "../../src/connection/connect.ts";
import { openProject } from "../../src/state/project-files.ts";
import { openSession, type Session } from "../../src/state/session.ts";
import { withFolder } from "./session.ts";

const PACKAGES = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** Models with an enum type, sequences, uuids, a foreign key, a generated column, views and extensions. */
const MODELS = `import { Column, Entity, Index, ManyToOne, PrimaryGeneratedColumn, Relation, ViewEntity } from "typeorm";

@Entity()
export class Floor {
  @PrimaryGeneratedColumn("uuid") id: string;
  @Column({ type: "citext" }) name: string;
  @Column({ type: "enum", enum: ["open", "shut"], default: "open" }) state: string;
}

@Entity()
@Index(["code"], { unique: true })
export class Shop {
  @PrimaryGeneratedColumn() id: number;
  @Column() code: string;
  @Column({ type: "text", generatedType: "STORED", asExpression: "upper(code)" }) label: string;
  @ManyToOne(() => Floor) floor: Relation<Floor>;
}

@ViewEntity({ expression: "SELECT s.id, f.name FROM shop s JOIN floor f ON f.id = s.\\"floorId\\"" })
export class Place {
  id: number;
  name: string;
}
`;

/** A project on disk, whose sessions are opened as commands open them. */
export interface Malls {
  readonly revisions: string;
  /** Opens a session with one schema of a database, and closes it afterwards. */
  inMall<Result>(
    schema: string,
    connection: ConnectionTarget | Connection,
    work: (session: Session) => Promise<Result>,
  ): Promise<Result>;
}

/**
 * Calls a function with a project of malls.
 * @param options more options of the data source, as source text
 * @param config the configuration, as source text
 */
export function withMalls(body: (malls: Malls) => Promise<void>, options = "", config = ""): Promise<void> {
  return withFolder(async (revisions) => {
    const cwd = join(revisions, "..");
    mkdirSync(join(cwd, "node_modules"), { recursive: true });
    for (const name of ["typeorm", "pg", "reflect-metadata"])
      symlinkSync(join(PACKAGES, name), join(cwd, "node_modules", name));
    writeFileSync(
      join(cwd, "ormconfig.ts"),
      `import { DataSource } from "typeorm";
import * as models from "./models.ts";
export const remodel = { migrations: "revisions", ${config} };
export default new DataSource({ type: "postgres", entities: Object.values(models), ${options} });
`,
    );
    writeFileSync(join(cwd, "models.ts"), MODELS);
    writeFileSync(
      join(cwd, "tsconfig.json"),
      `{ "compilerOptions": { "target": "ES2022", "module": "NodeNext", "experimentalDecorators": true, "emitDecoratorMetadata": true, "allowImportingTsExtensions": true, "noEmit": true } }`,
    );
    await body({
      revisions,
      inMall: async (schema, connection, work) => {
        const project = await openProject({ cwd });
        const session = await openSession({ project, connection, schema });
        try {
          return await work(session);
        } finally {
          await session.close();
        }
      },
    });
  });
}
