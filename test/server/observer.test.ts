import { describe, expect, test } from "vitest";
import { type ListingOptions, listCatalog, listRows, type Rows } from "../support/observer.ts";
import { connect, newest, oldest, withDatabase } from "../support/servers.ts";

const MALL = `
  CREATE EXTENSION citext;
  CREATE SCHEMA sales;
  COMMENT ON SCHEMA sales IS 'what is sold';
  CREATE TYPE shop_status AS ENUM ('planned', 'open', 'closed');
  COMMENT ON TYPE shop_status IS 'it''s a status';
  CREATE DOMAIN sales.percentage AS numeric(5,2) DEFAULT 0 NOT NULL CONSTRAINT "in range" CHECK (VALUE <= 100);
  CREATE TYPE address AS (street text, house integer);
  CREATE TYPE period AS RANGE (subtype = date);
  CREATE SEQUENCE ticket AS integer START 5 INCREMENT 2 MAXVALUE 99 CYCLE;
  CREATE TABLE mall (
    id serial PRIMARY KEY,
    code varchar(10) COLLATE "C" NOT NULL DEFAULT 'x'::varchar CONSTRAINT "UQ_code" UNIQUE DEFERRABLE INITIALLY DEFERRED,
    opened timestamptz DEFAULT '2020-01-01 00:00:00+00',
    size integer GENERATED ALWAYS AS IDENTITY (START 7),
    area integer GENERATED ALWAYS AS (1 + 1) STORED,
    name citext
  ) WITH (fillfactor = 70);
  COMMENT ON TABLE mall IS 'a mall';
  COMMENT ON COLUMN mall.name IS 'as on the door';
  COMMENT ON CONSTRAINT "UQ_code" ON mall IS 'short';
  CREATE INDEX "IDX_name" ON mall (lower(name::text) DESC) WHERE size > 3;
  COMMENT ON INDEX "IDX_name" IS 'for search';
  CREATE UNLOGGED TABLE sales."Shop" (
    id uuid, mall_id integer, status shop_status NOT NULL, note text,
    CONSTRAINT "FK" FOREIGN KEY (mall_id) REFERENCES mall ON DELETE CASCADE,
    CONSTRAINT "CHK" CHECK (status <> 'closed') NO INHERIT,
    EXCLUDE USING btree (id WITH =)
  );
  ALTER TABLE sales."Shop" ALTER COLUMN note SET STORAGE EXTERNAL;
  CREATE STATISTICS sales.related ON id, mall_id FROM sales."Shop";
  CREATE TABLE receipt (day date NOT NULL, total numeric) PARTITION BY RANGE (day);
  CREATE TABLE receipt_2024 PARTITION OF receipt FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE VIEW open_shop AS SELECT id FROM sales."Shop" WHERE status = 'open';
  COMMENT ON VIEW open_shop IS 'a view';
  CREATE MATERIALIZED VIEW totals AS SELECT day, sum(total) AS sum FROM receipt GROUP BY day WITH NO DATA;
  CREATE UNIQUE INDEX "IDX_totals" ON totals (day);
  CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER noting BEFORE UPDATE ON mall FOR EACH ROW EXECUTE FUNCTION noted();
  ALTER TABLE mall DISABLE TRIGGER noting;
  CREATE RULE keep AS ON DELETE TO receipt DO INSTEAD NOTHING;
  ALTER TABLE mall ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON mall AS RESTRICTIVE FOR SELECT USING (code = CURRENT_USER);
  GRANT SELECT ON mall TO PUBLIC;
  GRANT UPDATE (code) ON mall TO PUBLIC;
  CREATE COLLATION plain (provider = libc, locale = 'C');
  CREATE TABLE remodel_revision (id serial PRIMARY KEY, at integer GENERATED ALWAYS AS IDENTITY);
`;

async function list(major: number, sql: string, options?: ListingOptions): Promise<string> {
  return withDatabase(major, (url) => withClient(url, (client) => listCatalog(client, options)), { sql });
}

async function withClient<Result>(url: string, body: (client: Awaited<ReturnType<typeof connect>>) => Promise<Result>) {
  const client = await connect(url);
  try {
    return await body(client);
  } finally {
    await client.end();
  }
}

describe.each([...new Set([oldest(), newest()])])("on PostgreSQL %i", (major) => {
  test("everything of the user's is listed", async () => {
    console.log(await list(major, MALL));
  });
});
