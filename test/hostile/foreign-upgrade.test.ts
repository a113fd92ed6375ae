import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { check } from "../../src/author/check.ts";
import { revise } from "../../src/author/revise.ts";
import type { Connection } from "../../src/connection/connect.ts";
import type { Session } from "../../src/state/session.ts";
import { runAll, withPlace, writeRevision } from "../support/running.ts";
import { testSession } from "../support/session.ts";

const Shop = new EntitySchema({ name: "shop", columns: { id: { type: "integer", primary: true } } });

/** What an upgrade of another folder commits at once. */
const FOREIGN = `BEGIN; CREATE TABLE foreign_table (id integer PRIMARY KEY);
INSERT INTO remodel_revision (revision, message, duration_ms) VALUES ('x2', 'x', 0);
INSERT INTO remodel_log (action, revision, direction) VALUES ('upgrade', 'x2', 'upgrade'); COMMIT`;

const UNDONE = `DROP TABLE foreign_table; DELETE FROM remodel_revision WHERE revision = 'x2'; DELETE FROM remodel_log WHERE revision = 'x2'`;

/** The session, before whose statement of that number something is done. */
function before(
  session: Session,
  db: Connection,
  number: number,
  work: () => Promise<unknown>,
): Session & { met: () => boolean } {
  let count = 0;
  const counted = <Args extends readonly unknown[], Result>(ask: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      if (count++ === number) await work();
      return await ask(...args);
    };
  };
  const wrapped = {
    ...db,
    query: counted(db.query),
    read: counted(db.read),
    readOne: counted(db.readOne),
  } as Connection;
  return { ...session, connection: async () => wrapped, met: () => count > number };
}

test("a table of another folder is no difference, whenever its upgrade is committed", () =>
  withPlace(async (place) => {
    writeRevision(
      place,
      "r1",
      null,
      `op.sql("CREATE TABLE shop (id integer NOT NULL, CONSTRAINT \\"PK_ad47b7c6121fe31cb4b05438e44\\" PRIMARY KEY (id))");`,
    );
    await runAll(place);
    const session = await testSession({ ...place, entities: [Shop] });
    try {
      const db = await session.connection();
      const options = { message: "m", autogenerate: true, dryRun: true };
      const nothing = await revise(session, options);
      const asked = "comparison" in nothing ? nothing.comparison?.upgrade : undefined;
      expect(asked?.flatMap(({ operations }) => operations).filter(({ name }) => name === "dropTable")).toEqual([]);
      let number = 0;
      const seen = { ahead: 0, same: 0 };
      for (let met = true; met; number++) {
        const own = before(session, db, number, () => place.admin.query(FOREIGN));
        const result = await revise(own, options).catch((error: unknown) => error);
        met = own.met();
        if (!met) break;
        await place.admin.query(UNDONE);
        if (result instanceof Error) {
          expect(result, `before statement ${number}`).toMatchObject({ code: "DATABASE_AHEAD" });
          seen.ahead++;
        } else {
          expect(JSON.stringify(result), `before statement ${number}`).not.toContain("foreign_table");
          seen.same++;
        }
      }
      console.log(`${number} moments of an autogenerate: refused at ${seen.ahead}, not seen at ${seen.same}.`);
      expect(Math.min(seen.ahead, seen.same)).toBeGreaterThan(0);

      await place.admin.query(
        "INSERT INTO remodel_log (action, revision, direction, step) VALUES ('begin', 'x2', 'upgrade', 1)",
      );
      await expect(revise(session, options)).rejects.toMatchObject({ code: "DATABASE_AHEAD" });
      expect(await check(session)).toMatchObject({
        inSync: false,
        position: { halfApplied: [{ revision: "x2", begun: 1 }] },
      });
    } finally {
      await session.close();
    }
  }));
