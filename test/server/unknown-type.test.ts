import { readFileSync, writeFileSync } from "node:fs";
import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { revise } from "../../src/author/revise.ts";
import { upgrade } from "../../src/run/run.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const ID = { id: { type: "int", primary: true } } as const;
const column = (type: string, more: object = {}) => ({ type, nullable: true, ...more }) as never;

/** An enum type that is made elsewhere, an array of it and a default of it, a type of an extension, and a table that has nothing to do with them. */
const MODELS = [
  new EntitySchema({
    name: "shop",
    columns: {
      ...ID,
      sign: column("enum", { enumName: "mood", enum: [], default: () => "'ok'" }),
      signs: column("enum", { enumName: "mood", enum: [], array: true }),
      mail: column("citext"),
    },
  }),
  new EntitySchema({ name: "mall", columns: { ...ID, mail: column("citext") } }),
  new EntitySchema({ name: "road", columns: ID }),
];

test("a type that PostgreSQL does not know is a question, and the rest of the revision is written", () =>
  withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      const open = () => testSession({ url, folder, entities: MODELS, options: { installExtensions: false } });
      let session = await open();
      try {
        const revised = await revise(session, { message: "All", autogenerate: true, accept: ["all"] });
        const { file } = (revised as { revision: { file: string } }).revision;
        const text = readFileSync(file, "utf8");
        expect(text).toContain("PostgreSQL knows no type mood, which the models use for shop.sign, shop.signs.");
        expect(text).toContain("PostgreSQL knows no type citext, which the models use for mall.mail, shop.mail.");
        expect(text.match(/op\.createTable\("(shop|mall|road)"/g)).toHaveLength(3);
        await expect(upgrade(session)).rejects.toMatchObject({ code: "REVISION_UNFINISHED" });

        const made = `op.createEnum("mood", ["ok", "bad"]);\n  op.sql("CREATE EXTENSION citext");\n`;
        const answered = text.replace(/^ {2}op\.todo\((?:.*\);|\n(?: {4}.*\n)+ {2}\);)\n/gm, "");
        writeFileSync(file, answered.replace(/(function upgrade.*\n)/, `$1  ${made}`));
        await session.close();
        session = await open();
        await upgrade(session);
        const { comparison } = await check(session);
        expect(comparison.upgrade).toEqual([]);
      } finally {
        await session.close();
      }
    }),
  ));
