CREATE EXTENSION hstore;
CREATE SCHEMA sales;
CREATE SCHEMA archive;
CREATE TYPE shop_status_enum AS ENUM ('open', 'shut');
CREATE TYPE store_kind_enum AS ENUM ('kiosk', 'store');
CREATE TYPE order_state_enum AS ENUM ('new', 'paid');
CREATE SEQUENCE invoice_number;

CREATE TABLE mall (id serial PRIMARY KEY, title text NOT NULL, slug text, tags text[]);
INSERT INTO mall (title) VALUES ('Riverside');

CREATE SEQUENCE store_id_seq;
CREATE TABLE shop (
  id integer PRIMARY KEY DEFAULT nextval('store_id_seq'), mall_id integer NOT NULL REFERENCES mall, code text NOT NULL,
  name text, slug text, status shop_status_enum NOT NULL DEFAULT 'open',
  CONSTRAINT "UQ_9f2c" UNIQUE (mall_id, code)
);
ALTER SEQUENCE store_id_seq OWNED BY shop.id;
CREATE INDEX "IDX_9f2c" ON shop (mall_id);
INSERT INTO shop (mall_id, code, name) VALUES (1, '101', 'Book & Co'), (1, '102', 'Café');
CREATE VIEW open_shop AS SELECT id FROM shop;

CREATE TABLE lease (
  id serial PRIMARY KEY, shop_id integer NOT NULL, rent numeric, starts_on date NOT NULL, ends_on date, period daterange
);
ALTER TABLE lease ADD CONSTRAINT "CHK_lease_rent" CHECK (rent > 0) NOT VALID;

CREATE TABLE product_tag (product_id integer NOT NULL, tag_id integer NOT NULL);
CREATE UNIQUE INDEX product_tag_key ON product_tag (product_id, tag_id);

CREATE TABLE store (id serial PRIMARY KEY);
CREATE TABLE order_line (quantity integer, price numeric, total numeric GENERATED ALWAYS AS (quantity * price) STORED);
CREATE TABLE typeorm_metadata (
  type character varying NOT NULL, database character varying, schema character varying, "table" character varying,
  name character varying, value text
);
INSERT INTO typeorm_metadata (type, schema, name, value) VALUES ('VIEW', current_schema(), 'open_shop', 'SELECT id FROM shop');
