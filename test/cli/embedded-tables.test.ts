import { expect, test } from "vitest";
import { addEmbedded, cliProject, MODULE } from "./support.ts";

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
  addEmbedded(project);
  const written = await project.run("revision", "--autogenerate", "-m", "Malls", "--url", "pglite:memory");
  expect(written).toMatchObject({ code: 0, stdout: expect.stringMatching(/: 450 changes\.\n$/) });
});
