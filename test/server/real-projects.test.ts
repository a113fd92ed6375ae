import { EntitySchema } from "typeorm";
import { expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { compare } from "../../src/compare/compare.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { listCatalog } from "../support/observer.ts";
import { connect, newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";
import { synchronizeOn } from "../support/typeorm.ts";

const shop = (columns: object = {}) =>
  new EntitySchema({
    name: "shop",
    columns: {
      id: { type: "int", primary: true, generated: "increment" },
      state: { type: "enum", enum: ["open", "closed"], default: "open" },
      ...columns,
    } as never,
    indices: [{ columns: ["state"] }],
  });

/** The database itself says where unqualified names live. */
const ELSEWHERE = `CREATE SCHEMA tenant; DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET search_path = tenant, public', current_database()); END $$`;

test("a database whose search_path is not public: tables live there, as TypeORM itself has it", () =>
  inProject({ sql: ELSEWHERE, entities: [shop()] }, async ({ session, client }) => {
    const empty = await listCatalog(client);
    await revise(session, { message: "Shops", autogenerate: true });
    await upgrade(session);
    expect((await compare(session)).upgrade).toEqual([]);
    const { rows } = await client.query(
      "SELECT schemaname, tablename FROM pg_tables WHERE tablename ~ '^(shop|remodel)' ORDER BY 2",
    );
    expect(rows.map(({ schemaname, tablename }) => `${schemaname}.${tablename}`)).toEqual([
      "tenant.remodel_log",
      "tenant.remodel_revision",
      "tenant.shop",
    ]);
    await withDatabase(
      newest(),
      async (url) => {
        await synchronizeOn(url, [shop()] as never);
        const other = await connect(url);
        try {
          expect(await listCatalog(client)).toBe(await listCatalog(other));
        } finally {
          await other.end();
        }
      },
      { sql: ELSEWHERE },
    );
    await downgrade(session, "base");
    expect(await listCatalog(client)).toBe(empty);
  }));

test("what belongs to an extension is never seen", () =>
  inProject(
    { sql: "CREATE EXTENSION pg_buffercache; CREATE EXTENSION citext", entities: [shop()] },
    async ({ session }) => {
      await revise(session, { message: "Shops", autogenerate: true });
      await upgrade(session);
      const { upgrade: changes, unmodelled } = await compare(session);
      expect({ changes, unmodelled }).toEqual({ changes: [], unmodelled: [] });
    },
  ));

const TABLES = 1000;
const COMMENTED = 5;

test("a thousand tables with five thousand comments: one revision, in sync, one more comment is one more line", () => {
  const commented = (more = "") =>
    Array.from(
      { length: TABLES },
      (_, table) =>
        new EntitySchema({
          name: `t${table}`,
          columns: Object.fromEntries(
            Array.from({ length: COMMENTED }, (_, column) => [
              `c${column}`,
              {
                type: "int",
                primary: column === 0,
                comment: `Column ${column} of table ${table}${table === 500 && column === 3 ? more : ""}`,
              },
            ]),
          ) as never,
        }),
    );
  return inProject({ entities: commented() }, async ({ session, as }) => {
    await revise(session, { message: "All", autogenerate: true });
    await upgrade(session);
    expect((await compare(session)).upgrade).toEqual([]);
    const changed = await as(commented(", more"), compare);
    expect(changed.upgrade.flatMap(({ operations }) => operations.map(({ name, args }) => [name, ...args]))).toEqual([
      ["commentOnColumn", "t500", "c3", "Column 3 of table 500, more"],
    ]);
  });
});

type Session = Awaited<ReturnType<typeof testSession>>;

interface Given {
  readonly session: Session;
  readonly client: Awaited<ReturnType<typeof connect>>;
  /** Calls a function with a session over other models. */
  readonly as: <Result>(entities: readonly unknown[], act: (session: Session) => Promise<Result>) => Promise<Result>;
}

async function inProject(
  { sql = "", entities }: { readonly sql?: string; readonly entities: readonly unknown[] },
  body: (given: Given) => Promise<void>,
): Promise<void> {
  await withFolder((folder) =>
    withDatabase(
      newest(),
      async (url) => {
        const session = await testSession({ url, folder, entities });
        const client = await connect(url);
        try {
          const as: Given["as"] = async (others, act) => {
            const other = await testSession({ url, folder, entities: others });
            return await act(other).finally(() => other.close());
          };
          await body({ session, client, as });
        } finally {
          await client.end();
          await session.close();
        }
      },
      { sql },
    ),
  );
}
