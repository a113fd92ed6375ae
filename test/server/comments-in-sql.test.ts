import { expect, test } from "vitest";
import type { Schema } from "../../src/schema/schema.ts";
import { compareWith, runChanges } from "../support/schemas.ts";
import { anyMajors, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

/** Every text of a model that stands before other SQL, with a comment up to the end of the line. */
function schemaOf(number: number): Schema {
  const end = `${number} -- as agreed`;
  return {
    tables: [
      {
        name: "mall",
        columns: [
          { name: "id", type: "integer", default: end },
          { name: "floor", type: "integer", default: `${number} -- "quoted" (open` },
          { name: "twice", type: "integer", asExpression: `floor * ${end}`, generatedType: "STORED" },
        ],
        checks: [{ name: "CHK_floor", expression: `floor > ${end}` }],
        exclusions: [
          {
            name: "XCL_floor",
            expression: `USING btree (floor WITH =) WHERE (id > ${number}) -- one`,
            deferrable: "INITIALLY DEFERRED",
          },
        ],
        indexes: [{ name: "IDX_floor", columns: ["floor"], unique: true, where: `id > ${end}` }],
      },
    ],
    views: [{ name: "malls", expression: `SELECT id FROM mall WHERE id > ${end}` }],
  };
}

test.each(anyMajors())("PostgreSQL %i: a comment at the end of an SQL text hides nothing of what follows", (major) =>
  withFolder((folder) =>
    withDatabase(major, async (url) => {
      const session = await testSession({ url, folder, entities: [] });
      try {
        const [db, server] = [await session.connection(), await session.server()];
        for (const number of [1, 2]) {
          const schema = schemaOf(number);
          const { upgrade } = await compareWith(db, server, schema, { accept: ["all"] });
          expect(upgrade).not.toEqual([]);
          await runChanges(db, server, upgrade);
          expect((await compareWith(db, server, schema)).upgrade).toEqual([]);
        }
      } finally {
        await session.close();
      }
    }),
  ),
);
