import { expect, test } from "vitest";
import { connect, createDatabase, majors, newest, oldest, withDatabase } from "../support/servers.ts";

test.each(majors())("PostgreSQL %i of this run is what it says", async (major) => {
  await withDatabase(major, async (url) => {
    const client = await connect(url);
    const { rows } = await client.query(
      "SELECT current_setting('server_version_num')::int / 10000 AS major, version()",
    );
    await client.end();
    expect(rows[0].major).toBe(major);
  });
});

test("a database is dropped even while somebody is connected", async () => {
  const database = await createDatabase(oldest(), { sql: "CREATE EXTENSION citext; CREATE TABLE shop (name citext)" });
  const client = await connect(database.url);
  expect((await client.query("SELECT * FROM shop")).rows).toEqual([]);
  await database.drop();
  await expect(connect(database.url)).rejects.toThrow(/does not exist/);
});

test("majors are sorted, oldest first", () => {
  expect(majors()).toEqual([...majors()].sort((a, b) => a - b));
  expect([oldest(), newest()]).toEqual([majors()[0], majors().at(-1)]);
});
