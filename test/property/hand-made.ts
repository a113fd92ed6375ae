import fc from "fast-check";
import { storedType } from "../../src/kinds/column-types.ts";
import type { Column, Enum, Schema, Table, View } from "../../src/schema/schema.ts";
import { id, literal, path } from "../../src/sql.ts";

/** Something that people made by hand: its sort, and which of the items of a schema it is about. */
export interface HandMade {
  readonly sort: string;
  readonly places: readonly number[];
}

/** What a sort of object can be made of. */
interface Parts {
  /** The name of the object, which nothing else has. */
  readonly name: string;
  /** The number in it. */
  readonly at: number;
  readonly table: Table;
  readonly other: Table;
  readonly column: Column;
  readonly second: Column;
  /** A column of the other table. */
  readonly far: Column;
  readonly view: View | undefined;
  readonly type: Enum | undefined;
  /** An index or a constraint of the table. */
  readonly index: string | undefined;
  readonly constraint: string | undefined;
}

/** Roles that rights and owners go to. */
export const ROLES = ["remodel_hand_reader", "remodel_hand_owner"];
const [READER, OWNER] = ROLES;

/** Creates the roles, which are the server's, and the function of triggers. */
export const SETUP = [
  ...ROLES.map(
    (role) => `DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
  ),
  `CREATE FUNCTION hand_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
].join(";\n");

type Sort = (parts: Parts) => readonly string[];

const of = (column: Column) => id(column.name);
const filled = (column: Column, row = "") => `${row}${of(column)} IS NOT NULL`;

const OVER_TABLES: Readonly<Record<string, Sort>> = {
  view: ({ name, table, column, second }) => [
    `CREATE VIEW ${name} AS SELECT ${of(column)} AS one FROM ${path(table.name)} WHERE ${filled(second)}`,
    `GRANT SELECT (one) ON ${name} TO ${READER}`,
  ],
  "view on a view by hand": ({ name, table, column }) => [
    `CREATE VIEW ${name}_low WITH (security_barrier) AS SELECT ${of(column)} AS one FROM ${path(table.name)}`,
    `CREATE VIEW ${name} AS SELECT count(one) AS n FROM ${name}_low`,
    `CREATE TRIGGER ${name} INSTEAD OF UPDATE ON ${name} FOR EACH ROW EXECUTE FUNCTION hand_trigger()`,
    `COMMENT ON VIEW ${name}_low IS 'low'`,
  ],
  "materialized view": ({ name, table, column }) => [
    `CREATE MATERIALIZED VIEW ${name} AS SELECT count(${of(column)}) AS one FROM ${path(table.name)}`,
    `CREATE UNIQUE INDEX ${name}_key ON ${name} (one)`,
    `ALTER MATERIALIZED VIEW ${name} OWNER TO ${OWNER}`,
  ],
  "view over all of a row": ({ name, table }) => [`CREATE VIEW ${name} AS SELECT t FROM ${path(table.name)} t`],
  "materialized view of rows": ({ name, table, column }) => [
    `CREATE MATERIALIZED VIEW ${name} AS SELECT t AS one, ARRAY[t] AS more FROM ${path(table.name)} t WHERE ${filled(column, "t.")}`,
    `COMMENT ON MATERIALIZED VIEW ${name} IS 'rows'`,
  ],
  "function with an SQL body": ({ name, table, column }) => [
    `CREATE FUNCTION ${name}() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(${of(column)}) FROM ${path(table.name)}; END`,
    `COMMENT ON FUNCTION ${name} IS 'counts'`,
  ],
  "function of rows": ({ name, table }) => [
    `CREATE FUNCTION ${name}(a ${path(table.name)}) RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
    `REVOKE EXECUTE ON FUNCTION ${name} FROM PUBLIC`,
  ],
  policy: ({ name, table, column }) => [
    `CREATE POLICY ${name} ON ${path(table.name)} FOR UPDATE TO ${READER} USING (${filled(column)}) WITH CHECK (true)`,
    `ALTER TABLE ${path(table.name)} ENABLE ROW LEVEL SECURITY`,
  ],
  "policy over another table": ({ name, table, other, far }) => [
    `CREATE POLICY ${name} ON ${path(table.name)} AS RESTRICTIVE USING (EXISTS (SELECT FROM ${path(other.name)} o WHERE ${filled(far, "o.")}))`,
    `COMMENT ON POLICY ${name} ON ${path(table.name)} IS 'far'`,
  ],
  "trigger with a condition": ({ name, table, column }) => [
    `CREATE TRIGGER ${name} AFTER UPDATE ON ${path(table.name)} FOR EACH ROW WHEN (${filled(column, "NEW.")}) EXECUTE FUNCTION hand_trigger()`,
    `ALTER TABLE ${path(table.name)} DISABLE TRIGGER ${name}`,
  ],
  "trigger of columns": ({ name, table, column, second }) => [
    `CREATE TRIGGER ${name} BEFORE UPDATE OF ${column === second ? of(column) : `${of(column)}, ${of(second)}`} ON ${path(table.name)} FOR EACH ROW EXECUTE FUNCTION hand_trigger('it''s')`,
  ],
  rule: ({ name, table, column }) => [
    `CREATE RULE ${name} AS ON UPDATE TO ${path(table.name)} WHERE NOT ${filled(column, "NEW.")} DO INSTEAD NOTHING`,
  ],
  "index with an order": ({ name, table, column }) => [
    `CREATE INDEX ${name} ON ${path(table.name)} (${of(column)} DESC NULLS LAST) WITH (fillfactor = 50)`,
    `COMMENT ON INDEX ${name} IS 'sorted'`,
  ],
  "partial index": ({ name, table, column, second }) => [
    `CREATE INDEX ${name} ON ${path(table.name)} (${of(column)} DESC) WHERE ${filled(second)}`,
  ],
  "index of an expression": ({ name, table, column }) => [
    `CREATE INDEX ${name} ON ${path(table.name)} ((${filled(column)}))`,
  ],
  "index that includes": ({ name, table, column, second }) => [
    `CREATE INDEX ${name} ON ${path(table.name)} (${of(column)}) INCLUDE (${of(second)})`,
  ],
  "extended statistics": ({ name, table, column, second }) => [
    `CREATE STATISTICS ${name} ON ${of(column)}, ${of(second)} FROM ${path(table.name)}`,
    `ALTER STATISTICS ${name} SET STATISTICS 33`,
  ],
  "sequence of a column": ({ name, table, column }) => [
    `CREATE SEQUENCE ${name} CACHE 3 OWNED BY ${path(table.name)}.${of(column)}`,
    `COMMENT ON SEQUENCE ${name} IS 'by hand'`,
  ],
  "table that inherits": ({ at, table, column }) => [
    `CREATE TABLE left_${at} (${of(column)} ${storedType(column.type)}${column.nullable ? "" : " NOT NULL"})`,
    `ALTER TABLE ${path(table.name)} INHERIT left_${at}`,
  ],
  "table that inherits all": ({ at, table }) => [
    `CREATE TABLE left_${at} (LIKE ${path(table.name)} INCLUDING CONSTRAINTS INCLUDING GENERATED)`,
    `ALTER TABLE ${path(table.name)} INHERIT left_${at}`,
  ],
  "composite type of rows": ({ name, table }) => [`CREATE TYPE ${name} AS (a ${path(table.name)}, b integer)`],
  "publication of a table": ({ name, table }) => [`CREATE PUBLICATION ${name} FOR TABLE ${path(table.name)}`],
  "publication of columns": ({ name, table, column, second }) => [
    `CREATE PUBLICATION ${name} FOR TABLE ${path(table.name)} (${of(column)}) WHERE (${filled(second)}) WITH (publish = 'insert')`,
  ],
  "foreign key of an excluded table": ({ at, table }) => {
    const name = `left_${at}`;
    const columns = table.primaryKey?.columns.map((key) => table.columns.find((column) => column.name === key)) ?? [];
    const [key] = columns;
    if (key === undefined || columns.length > 1) return [];
    const type = storedType(key.type);
    // PostgreSQL creates one over arrays with a length and cannot use it: no row can be inserted, and none can be added later.
    if (/\)\[\]$/.test(type)) return [];
    return [
      `CREATE TABLE ${name} (id ${type}, CONSTRAINT ${name}_key FOREIGN KEY (id) REFERENCES ${path(table.name)} (${of(key)}) ON DELETE CASCADE)`,
      `COMMENT ON CONSTRAINT ${name}_key ON ${name} IS 'points'`,
    ];
  },
};

/** What is true of the items of models, and what no decorator can say. */
const FACTS: Readonly<Record<string, Sort>> = {
  "rights of a table": ({ table }) => [`GRANT SELECT, UPDATE ON ${path(table.name)} TO ${READER} WITH GRANT OPTION`],
  "owner of a table": ({ table }) => [`ALTER TABLE ${path(table.name)} OWNER TO ${OWNER}`],
  "options of a table": ({ table }) => [`ALTER TABLE ${path(table.name)} SET (fillfactor = 70)`],
  "rights of a column": ({ table, column }) => [`GRANT UPDATE (${of(column)}) ON ${path(table.name)} TO ${READER}`],
  "statistics target of a column": ({ table, column }) => [
    `ALTER TABLE ${path(table.name)} ALTER ${of(column)} SET STATISTICS 99`,
  ],
  "storage of a column": ({ table, column }) => [
    `ALTER TABLE ${path(table.name)} ALTER ${of(column)} SET STORAGE EXTERNAL`,
  ],
  "options of a column": ({ table, column }) => [
    `ALTER TABLE ${path(table.name)} ALTER ${of(column)} SET (n_distinct = 7)`,
  ],
  "comment on a constraint": ({ table, constraint }) =>
    constraint === undefined ? [] : [`COMMENT ON CONSTRAINT ${id(constraint)} ON ${path(table.name)} IS 'a rule'`],
  "options of an index": ({ table, index }) => {
    if (index === undefined) return [];
    const name = path(table.name).replace(/(?:"(?:[^"]|"")*"|\w+)$/, id(index));
    return [`ALTER INDEX ${name} SET (fillfactor = 60)`, `COMMENT ON INDEX ${name} IS 'an index'`];
  },
};

const OVER_VIEWS: Readonly<Record<string, (parts: Parts & { readonly view: View }) => readonly string[]>> = {
  "view on a view of the models": ({ name, view }) => [
    `CREATE VIEW ${name} AS SELECT count(*) AS n FROM ${path(view.name)}`,
    `ALTER VIEW ${name} OWNER TO ${OWNER}`,
  ],
  "function over a view": ({ name, view }) => [
    `CREATE FUNCTION ${name}() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM ${path(view.name)}; END`,
  ],
  "facts of a view": ({ view }) => [
    `GRANT SELECT ON ${path(view.name)} TO ${READER}`,
    `COMMENT ON ${view.materialized ? "MATERIALIZED " : ""}VIEW ${path(view.name)} IS 'a view'`,
  ],
  "options of a view": ({ view }) => [
    view.materialized
      ? `ALTER MATERIALIZED VIEW ${path(view.name)} SET (fillfactor = 60)`
      : `ALTER VIEW ${path(view.name)} SET (security_barrier = true)`,
  ],
  "trigger or index of a view": ({ name, view }) => [
    view.materialized
      ? `CREATE INDEX ${name} ON ${path(view.name)} ((1))`
      : `CREATE TRIGGER ${name} INSTEAD OF INSERT ON ${path(view.name)} FOR EACH ROW EXECUTE FUNCTION hand_trigger()`,
  ],
  "rule of a view": ({ name, view }) => [`CREATE RULE ${name} AS ON DELETE TO ${path(view.name)} DO INSTEAD NOTHING`],
};

const OVER_TYPES: Readonly<Record<string, (parts: Parts & { readonly type: Enum }) => readonly string[]>> = {
  "function of a type": ({ name, type }) => [
    `CREATE FUNCTION ${name}(a ${path(type.name)}, b ${path(type.name)}[] DEFAULT NULL) RETURNS ${path(type.name)} LANGUAGE sql AS 'SELECT a'`,
    `GRANT EXECUTE ON FUNCTION ${name} TO ${READER}`,
  ],
  domain: ({ name, type }) => [
    `CREATE DOMAIN ${name} AS ${path(type.name)} CONSTRAINT known CHECK (VALUE <> ${literal(type.values[0] ?? "")})`,
    `COMMENT ON DOMAIN ${name} IS 'some of them'`,
  ],
  "composite type": ({ name, type }) => [
    `CREATE TYPE ${name} AS (a ${path(type.name)}, b text)`,
    `ALTER TYPE ${name} OWNER TO ${OWNER}`,
  ],
  "facts of a type": ({ type }) => [
    `COMMENT ON TYPE ${path(type.name)} IS 'a type'`,
    `GRANT USAGE ON TYPE ${path(type.name)} TO ${READER}`,
    `REVOKE USAGE ON TYPE ${path(type.name)} FROM PUBLIC`,
  ],
  "column of an excluded table": ({ at, type }) => [
    `CREATE TABLE left_${at} (a ${path(type.name)} DEFAULT ${literal(type.values[0] ?? "")}, b ${path(type.name)}[])`,
    `INSERT INTO left_${at} VALUES (DEFAULT)`,
  ],
};

/** All sorts of objects that people make by hand. */
export const SORTS = [OVER_TABLES, FACTS, OVER_VIEWS, OVER_TYPES].flatMap((sorts) => Object.keys(sorts));

/** Some objects by hand for a schema. */
export const handMade: fc.Arbitrary<readonly HandMade[]> = fc.array(
  fc.record({
    sort: fc.constantFrom(...SORTS),
    places: fc.array(fc.nat({ max: 5 }), { minLength: 6, maxLength: 6 }),
  }),
  { minLength: 4, maxLength: 10 },
);

/**
 * The statements that make an object by hand.
 * @param at its number, which its name has in it
 * @returns none if the schema has nothing that it could be about
 */
export function statementsFor({ sort, places }: HandMade, at: number, schema: Schema): readonly string[] {
  const pick = <Item>(items: readonly Item[] = [], which = 0): Item | undefined =>
    items[(places[which] ?? 0) % items.length];
  const table = pick(schema.tables);
  const other = pick(schema.tables, 1);
  if (table === undefined || other === undefined) return [];
  const column = pick(table.columns, 2);
  const second = pick(table.columns, 3);
  const far = pick(other.columns, 4);
  if (column === undefined || second === undefined || far === undefined) return [];
  const view = pick(schema.views, 5);
  const type = pick(schema.enums, 5);
  const constraints = [
    ...(table.checks ?? []),
    ...(table.uniques ?? []),
    ...(table.exclusions ?? []),
    ...(table.foreignKeys ?? []),
  ];
  const parts = { name: `hand_${at}`, at, table, other, column, second, far, view, type };
  const named = { ...parts, index: pick(table.indexes, 4)?.name, constraint: pick(constraints, 4)?.name };
  const overTable = OVER_TABLES[sort] ?? FACTS[sort];
  if (overTable !== undefined) return overTable(named);
  if (view !== undefined && sort in OVER_VIEWS) return OVER_VIEWS[sort]?.({ ...named, view }) ?? [];
  if (type !== undefined && sort in OVER_TYPES) return OVER_TYPES[sort]?.({ ...named, type }) ?? [];
  return [];
}
