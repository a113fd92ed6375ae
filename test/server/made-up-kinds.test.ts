import type { Client } from "pg";
import { EntitySchema } from "typeorm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeBaseline } from "../../src/adopt/baseline.ts";
import { readLiveDatabase } from "../../src/adopt/live.ts";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { schemaKinds, tableKinds } from "../../src/kinds/all.ts";
import type { AnyKind } from "../../src/kinds/kind.ts";
import { schemaText } from "../../src/review/text.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import type { Change } from "../../src/schema/operation.ts";
import { declaredFunctions, functions } from "../fixtures/kinds/functions.ts";
import { declaredTriggers, triggers } from "../fixtures/kinds/triggers.ts";
import { listCatalog } from "../support/observer.ts";
import { anyMajors, connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

/** Models, and what the made-up kinds declare beside them. */
interface Side {
  readonly code: string;
  readonly length: number;
}

const BEFORE: Side = { code: "code", length: 20 };
const AFTER: Side = { code: "sku", length: 40 };

beforeAll(() => {
  // This is all that a new kind takes beside its file.
  (tableKinds as AnyKind[]).push(triggers);
  (schemaKinds as AnyKind[]).push(functions);
});

// The next file may run in this process.
afterAll(() => {
  (tableKinds as AnyKind[]).pop();
  (schemaKinds as AnyKind[]).pop();
});

function declare({ code, length }: Side): EntitySchema {
  declaredTriggers.set("shop", [
    {
      name: "shop_touch",
      body: `before update of ${code}, title ON TABLE FOR EACH ROW WHEN (old.${code} <> new.${code} or new.title is null) EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    },
  ]);
  declaredFunctions.splice(0, Infinity, {
    name: "shop_label",
    body: `(wanted int) returns text language sql return (select upper(s.${code}) || s.title from shop s where s.id = wanted)`,
  });
  return new EntitySchema({
    name: "shop",
    columns: {
      id: { type: Number, primary: true, generated: true },
      [code]: { type: "varchar", length: 20 },
      title: { type: "varchar", length, nullable: true },
    },
  });
}

test.each(anyMajors())(
  "a table kind and a schema kind of one file each keep the law of the cases on PostgreSQL %s",
  async (major) => {
    await withFolder((folder) =>
      withDatabase(major, async (url) => {
        const client = await connect(url);
        const at = async <Result>(side: Side, act: (session: Session) => Promise<Result>): Promise<Result> => {
          const session = await testSession({ url, folder, entities: [declare(side)] });
          return await act(session).finally(() => session.close());
        };
        try {
          const empty = await listCatalog(client);
          await at(BEFORE, (session) => revise(session, { message: "Before", autogenerate: true, revisionId: "aaaa" }));
          await at(BEFORE, (session) => upgrade(session));
          await inSync(at, BEFORE);
          await client.query("INSERT INTO shop (code, title) VALUES ('a', 'one')");
          const before = await definitions(client);
          expect(before).toEqual([
            expect.stringContaining("OF code, title ON"),
            expect.stringContaining("upper((s.code)"),
          ]);

          await at(AFTER, (session) =>
            revise(session, { message: "After", autogenerate: true, revisionId: "bbbb", accept: ["all"] }),
          );
          await at(AFTER, (session) => upgrade(session));
          await inSync(at, AFTER);
          const after = await definitions(client);
          expect(after).toEqual([
            expect.stringContaining("OF sku, title ON"),
            expect.stringContaining("upper((s.sku)"),
          ]);
          expect(await label(client)).toBe("Aone");

          await at(AFTER, (session) => downgrade(session, "aaaa"));
          await inSync(at, BEFORE);
          expect(await definitions(client)).toEqual(before);

          await at(AFTER, (session) => upgrade(session));
          await inSync(at, AFTER);
          expect(await definitions(client)).toEqual(after);
          expect(await label(client)).toBe("Aone");

          const { live } = await at(AFTER, (session) => compare(session));
          expect(schemaText(live)).toMatch(/trigger shop_touch BEFORE UPDATE.*function shop_label\n/s);
          await at(AFTER, (session) => downgrade(session, "base"));
          expect(await listCatalog(client)).toBe(empty);
          expect(await definitions(client)).toEqual([]);
        } finally {
          await client.end();
        }
      }),
    );
  },
);

test("a baseline creates an object of a new kind once, and it goes with its table", () =>
  withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      const client = await connect(url);
      declaredFunctions.splice(0);
      await client.query(`CREATE TABLE shop (id integer NOT NULL);
        CREATE TRIGGER shop_touch BEFORE UPDATE ON shop FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`);
      await client.end();
      const session = await testSession({ url, folder, entities: [] });
      const { schema, found } = await readLiveDatabase(session).finally(() => session.close());
      const { upgrade, downgrade } = makeBaseline({ schema, found, own: "public", declared: [] });
      const statements = (changes: readonly Change[]) =>
        changes.flatMap(({ operations }) => operations.flatMap(({ sql }) => sql));
      expect(statements(upgrade)).toEqual([
        expect.stringMatching(/^CREATE TABLE /),
        expect.stringMatching(/^CREATE TRIGGER "shop_touch" /),
      ]);
      expect(statements(downgrade)).toEqual(['DROP TABLE "shop"']);
    }),
  ));

type Session = Awaited<ReturnType<typeof testSession>>;
type At = <Result>(side: Side, act: (session: Session) => Promise<Result>) => Promise<Result>;

async function inSync(at: At, side: Side): Promise<void> {
  const { upgrade, downgrade, unreadable } = await at(side, (session) => compare(session));
  expect({ upgrade, downgrade, unreadable }).toEqual({ upgrade: [], downgrade: [], unreadable: [] });
}

/** What PostgreSQL prints of the trigger and the function. */
async function definitions(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ definition: string }>(`
    SELECT pg_get_triggerdef(oid) AS definition FROM pg_trigger WHERE tgname = 'shop_touch'
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'shop_label'`);
  return rows.map(({ definition }) => definition);
}

async function label(client: Client): Promise<unknown> {
  const { rows } = await client.query<{ label: string }>("SELECT shop_label(1) AS label");
  return rows[0]?.label;
}
