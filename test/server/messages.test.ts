import { Column, Entity, PrimaryColumn } from "typeorm";
import { expect, test } from "vitest";
import type { Args } from "../../src/cli/args.ts";
import { checkCommand } from "../../src/cli/check.ts";
import type { CommandContext } from "../../src/cli/command.ts";
import { diffCommand } from "../../src/cli/diff.ts";
import { compare } from "../../src/compare/compare.ts";
import type { RemodelError } from "../../src/errors.ts";
import { writeRevision as writeText } from "../../src/revision/folder.ts";
import { upgrade } from "../../src/run/run.ts";
import type { Session } from "../../src/state/session.ts";
import { revisionText } from "../support/revisions.ts";
import { inSession, reopened, withPlace, writeRevision } from "../support/running.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const FAILURES: readonly (readonly [sql: string, hint: RegExp])[] = [
  ["CREATE TABLE mall (id int)", /remodel stamp shop$/],
  ["CREATE SCHEMA there", /remodel stamp shop$/],
  ["ALTER TABLE mall ADD COLUMN id int", /remodel stamp shop$/],
  ["ALTER TABLE mall ADD CONSTRAINT one CHECK (id > 0)", /remodel stamp shop$/],
  ["CREATE INDEX mall_id ON mall (id)", /remodel stamp shop$/],
  ["DROP TABLE mall", /^Revision shop was rolled back.* drop or change the dependent objects/],
  ["ALTER TABLE mall DROP COLUMN id", /drop or change the dependent objects/],
  ["ALTER TABLE mall ALTER COLUMN id TYPE date", /Correct it and run the command again\.$/],
  ["SELECT nothing()", /Correct it and run the command again\.$/],
];

test("a statement that fails is told with a hint of our own, which never is to drop what depends on it", () =>
  withPlace(async (place) => {
    await place.admin.query(
      "CREATE TABLE mall (id int CONSTRAINT one CHECK (id > 0)); CREATE INDEX mall_id ON mall (id); CREATE SCHEMA there; CREATE VIEW seen AS SELECT id FROM mall",
    );
    for (const [sql, hint] of FAILURES) {
      writeRevision(place, "shop", null, `op.sql(${JSON.stringify(sql)});`);
      const failed = inSession(await reopened(place), (session) => upgrade(session));
      const error: RemodelError = await failed.then(
        () => Promise.reject(new Error(sql)),
        (thrown) => thrown,
      );
      expect(error.code, sql).toBe("REVISION_FAILED");
      expect(error.hint, sql).toMatch(hint);
      expect(`${error.message} ${error.hint}`).not.toMatch("CASCADE");
    }
  }));

@Entity()
class Shop {
  @PrimaryColumn() id!: number;
  @Column({ type: "enum", enum: ["open", "shut", "soon"], enumName: "state", default: "soon" }) state!: string;
  @Column({ type: "int", generatedType: "STORED", asExpression: "id * 2" }) twice!: number;
}

class NoEntity {}

const MADE = `CREATE TYPE state AS ENUM ('open', 'shut');
CREATE TABLE shop (id integer CONSTRAINT "PK_ad47b7c6121fe31cb4b05438e44" PRIMARY KEY, state state NOT NULL DEFAULT 'open',
  twice integer GENERATED ALWAYS AS (id * 2) STORED NOT NULL)`;

const run = async (command: typeof diffCommand, session: Session) => {
  const notes: string[] = [];
  const host = { stdout: {} };
  const context = { cwd: "/", host, session: async () => session, note: (text: string) => notes.push(text) };
  return { notes, ...(await command.run({} as Args, context as unknown as CommandContext)) };
};

test("what is told of models and database says what is so", () =>
  withFolder((folder) =>
    withDatabase(
      newest(),
      async (url) => {
        const session = await testSession({ url, folder, entities: [Shop] });
        const client = await connect(url);
        try {
          // A new value of an enum type as the default: PostgreSQL cannot read it yet, which is no fault.
          expect((await compare(session)).unreadable).toEqual([]);
          expect((await run(diffCommand, session)).notes.join()).not.toMatch("cannot read");

          // Where the schemas are the same but for TypeORM's own rows.
          await client.query("ALTER TYPE state ADD VALUE 'soon'");
          await client.query("ALTER TABLE shop ALTER state SET DEFAULT 'soon'");
          const { code, text } = await run(diffCommand, session);
          expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(/^1 change from .*:\n {2}\w.*$/) });

          // A question about rows shows the query that finds them.
          const todo = 'op.todo("shop.id becomes required. Rows in the way:", "SELECT 1 FROM shop");';
          writeText(folder, "1.ts", revisionText("aaaa11110000", null, todo));
          const checked = await run(checkCommand, session);
          expect(checked.text).toMatch(/Rows in the way:\n +SELECT 1 FROM shop/);
          await expect(upgrade(session)).rejects.toMatchObject({
            message: expect.stringMatching(/Rows in the way:\n +SELECT 1 FROM shop/),
          });
        } finally {
          await client.end();
          await session.close();
        }
        const none = await testSession({ url, folder, entities: [NoEntity] });
        await expect(compare(none).finally(() => none.close())).rejects.toMatchObject({ code: "MODELS_EMPTY" });
      },
      { sql: MADE },
    ),
  ));
