import { expect, test } from "vitest";
import type { Column, Schema, Table } from "../../src/schema/schema.ts";
import { answeredThereAndBack, fresh, withSite } from "../property/there-and-back.ts";
import { newest } from "../support/servers.ts";

const note: Column = { name: "note", type: "text", nullable: true };
const serial = (name: string): Column => ({ name, type: "serial" });
const int = (name: string, sequence?: string): Column => ({
  name,
  type: "integer",
  ...(sequence !== undefined && { default: `nextval('${sequence}'::regclass)` }),
});
const table = (name: string, ...columns: readonly Column[]): Table => ({ name, columns: [...columns, note] });
const of = (...tables: readonly Table[]): Schema => ({ tables });

interface Pair {
  readonly before: Schema;
  readonly after: Schema;
  readonly questions: number;
}

/** Defaults that take from sequences of other columns, whose tables and columns may have been renamed. */
const PAIRS: Readonly<Record<string, Pair>> = {
  "both columns are renamed": {
    before: of(table("gate", int("sign")), table("zone", serial("code"))),
    after: of(table("gate", int("label", "zone_number_seq")), table("zone", serial("number"))),
    questions: 2,
  },
  "both columns are renamed, and the sequence is new": {
    before: of(table("area", int("code")), table("gate", int("sign"))),
    after: of(table("area", serial("number")), table("gate", int("label", "area_number_seq"))),
    questions: 2,
  },
  "both columns are renamed, and the sequence is used before and after": {
    before: of(table("gate", int("sign", "zone_code_seq")), table("zone", serial("code"))),
    after: of(table("gate", int("label", "zone_number_seq")), table("zone", serial("number"))),
    questions: 2,
  },
  "both tables are renamed": {
    before: of(table("gate", int("sign", "zone_code_seq"), int("floor")), table("zone", serial("code"))),
    after: of(table("area", serial("code")), table("door", int("sign", "area_code_seq"), int("floor"))),
    questions: 2,
  },
  "a column and the table of the sequence are renamed": {
    before: of(table("gate", int("sign")), table("zone", serial("code"))),
    after: of(table("area", serial("code")), table("gate", int("label", "area_code_seq"))),
    questions: 2,
  },
  "a table and the column of the sequence are renamed": {
    before: of(table("gate", int("sign"), int("floor")), table("zone", serial("code"))),
    after: of(table("door", int("sign", "zone_number_seq"), int("floor")), table("zone", serial("number"))),
    questions: 2,
  },
  "each of three takes from the next": {
    before: of(table("a", int("x")), table("b", int("x")), table("c", int("x"))),
    after: of(table("a", int("y", "b_y_seq")), table("b", serial("y"), int("z", "c_y_seq")), table("c", serial("y"))),
    questions: 3,
  },
  "only the column of the sequence is renamed": {
    before: of(table("gate", int("sign", "zone_code_seq")), table("zone", serial("code"))),
    after: of(table("gate", int("sign", "zone_number_seq")), table("zone", serial("number"))),
    questions: 1,
  },
  "only the table of the sequence is renamed, and the default is new": {
    before: of(table("gate", int("sign")), table("zone", serial("code"))),
    after: of(table("area", serial("code")), table("gate", int("sign", "area_code_seq"))),
    questions: 1,
  },
  "both columns are in one table": {
    before: of(table("zone", serial("code"), { name: "sign", type: "bigint" })),
    after: of(table("zone", serial("number"), { ...int("label", "zone_number_seq"), type: "bigint" })),
    questions: 2,
  },
  "two columns of one table go, and come again": {
    before: of(table("zone", int("label", "zone_number_seq"), serial("number"))),
    after: of(table("zone")),
    questions: 0,
  },
  "the sequence goes, and the columns stay": {
    before: of(table("area", serial("code")), table("gate", int("sign", "area_code_seq"))),
    after: of(table("area", int("code")), table("gate", int("sign"))),
    questions: 0,
  },
  "the sequence becomes that of an identity column": {
    before: of(table("area", serial("code")), table("gate", int("sign", "area_code_seq"))),
    after: of(table("area", { ...int("code"), generatedIdentity: "ALWAYS" }), table("gate", int("sign"))),
    questions: 0,
  },
  "the two columns change places": {
    before: of(table("gate", serial("sign")), table("zone", int("code", "gate_sign_seq"))),
    after: of(table("gate", int("sign", "zone_code_seq")), table("zone", serial("code"))),
    questions: 0,
  },
};

test("defaults that use sequences of other columns, whatever is answered", { timeout: 300_000 }, () =>
  withSite(newest(), async (site) => {
    const refused: string[] = [];
    for (const [name, { before, after, questions }] of Object.entries(PAIRS))
      for (let answers = 0; answers < 2 ** questions; answers++) {
        const given = Array.from({ length: Math.max(questions, 1) }, (_, at) => ((answers >> at) & 1) === 0);
        await fresh(site, async () => {
          if (await answeredThereAndBack(site, before, after, given)) refused.push(`${name}: ${given.join(", ")}`);
        });
      }
    expect(refused).toEqual([]);
  }),
);
