import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { compare } from "../../src/compare/compare.ts";
import { withProject } from "../support/idioms/project.ts";
import { newest } from "../support/servers.ts";

const LONG = "n".repeat(63);

function entity(tableName: string, more: object = {}, name = tableName): EntitySchema {
  return new EntitySchema({ name, tableName, columns: { id: { type: "int", primary: true } }, ...more } as never);
}

const kind = (enumName: string) => ({
  columns: { id: { type: "int", primary: true }, kind: { type: "enum", enum: ["a"], enumName } },
});

const CLASHES: readonly (readonly [what: string, models: readonly EntitySchema[], code: string, says: RegExp])[] = [
  [
    "two tables that are cut off",
    [entity(`${LONG}a`), entity(`${LONG}b`)],
    "NAME_TOO_LONG",
    /^The tables n+a and n+b become the same name, since PostgreSQL keeps 63 bytes: n{63}\.$/,
  ],
  [
    "an enum type that is cut off to the name of its table",
    [entity(LONG, kind(`${LONG}_kind_enum`))],
    "NAME_TOO_LONG",
    /^The names of an enum type and of a table become the same name, since PostgreSQL keeps 63 bytes/,
  ],
  [
    "an enum type called as a table",
    [entity("shop"), entity("mall", kind("shop"))],
    "MODELS_REJECTED",
    /^An enum type and a table are both called shop\.$/,
  ],
  [
    "indexes of two tables",
    ["shop", "mall"].map((name) => entity(name, { indices: [{ name: "by_id", columns: ["id"] }] })),
    "MODELS_REJECTED",
    /^The index of mall and the index of shop are both called by_id\.$/,
  ],
];

test("names that PostgreSQL has in one list may not be the same in the models", () =>
  withProject(newest(), async ({ at }) => {
    for (const [what, models, code, says] of CLASHES) {
      const error = await at(models as never, compare).catch((error: unknown) => error);
      expect(error, what).toMatchObject({ code, message: expect.stringMatching(says), hint: expect.any(String) });
    }
    const schemas = ["one", "two"].map((schema) => entity("shop", { schema }, schema));
    await expect(at(schemas as never, compare)).resolves.toBeDefined();
  }));
