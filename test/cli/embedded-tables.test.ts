import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cliProject, MODULE } from "./support.ts";

const PGLITE = fileURLToPath(new URL("../../node_modules/@electric-sql", import.meta.url));

/** Each has a key, a unique constraint, an index and an enum type, which all take names. */
const MANY = `import { DataSource, EntitySchema } from "typeorm";

const entities = Array.from({ length: 150 }, (_, number) => new EntitySchema({
  name: \`mall_\${number}\`,
  columns: {
    id: { type: "int", primary: true },
    code: { type: "text", unique: true },
    state: { type: "enum", enum: ["open", "shut"] },
  },
  indices: [{ columns: ["state"] }],
}));
export default new DataSource({ type: "postgres", url: "postgres://none", entities });
`;

test("the embedded PostgreSQL compares hundreds of tables, although its stack is small", async () => {
  const project = cliProject({ ...MODULE, "ormconfig.ts": MANY });
  symlinkSync(PGLITE, join(project.folder, "node_modules", "@electric-sql"));
  const written = await project.run("revision", "--autogenerate", "-m", "Malls", "--url", "pglite:memory");
  expect(written).toMatchObject({ code: 0, stdout: expect.stringMatching(/: 450 changes\.\n$/) });
});
