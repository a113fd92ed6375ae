import { Check, PrimaryColumn } from "typeorm";
import { type Columns, declared, enumeration, type Input, int, maybe, named, table, text } from "./models.ts";

const varchar = { type: "varchar" } as const;
const shop = (columns: Columns) => table("shop", { name: maybe(text), ...columns });
const ours = (columns: Columns) => [shop(columns), table("lease", { rent: int })];
const CHILD = `INSERT INTO shop (code) VALUES ('1'); CREATE TABLE tmp_child (more int) INHERITS (shop);
  INSERT INTO tmp_child (id, code) VALUES (7, '5');`;
const RETYPED = { before: ours({ code: varchar }), after: ours({ code: int }), exclude: ["tmp_*"] } as const;
const defaultsOf = (name: string) => `SELECT a.attname, pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
  JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = '${name}'::regclass AND a.attname <> 'id'`;

const FOREIGN = "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw;";

/** Excluded tables that inherit, and partitions, have parts of their own over columns that they have from ours. */
export const HEIRS: readonly Input[] = [
  {
    ...RETYPED,
    name: "a default of its own",
    byHand: `${CHILD} ALTER TABLE tmp_child ALTER code SET DEFAULT '9'; CREATE TABLE tmp_grandchild () INHERITS (tmp_child);
      ALTER TABLE tmp_grandchild ALTER code SET DEFAULT '8'; CREATE VIEW codes AS SELECT code FROM tmp_grandchild;`,
  },
  {
    name: "a default of its own for a wider type",
    before: ours({ code: varchar }),
    after: ours({ code: text }),
    exclude: ["tmp_*"],
    byHand: `${CHILD} ALTER TABLE tmp_child ALTER code SET DEFAULT '9';`,
    rows: `SELECT split_part(pg_get_expr, ':', 1) FROM (${defaultsOf("tmp_child")}) d`,
  },
  {
    name: "a default of its own, and the model gets one",
    before: ours({ code: varchar }),
    after: ours({ code: { ...varchar, default: "q" } }),
    exclude: ["tmp_*"],
    byHand: `${CHILD} ALTER TABLE tmp_child ALTER code SET DEFAULT '9';`,
    rows: defaultsOf("tmp_child"),
  },
  {
    name: "a default of its own, and that of the model changes or goes",
    before: ours({ code: { ...varchar, default: "p" }, floor: { ...int, default: 1 } }),
    after: ours({ code: { ...varchar, default: "q" }, floor: int }),
    exclude: ["tmp_*"],
    byHand: `${CHILD} ALTER TABLE tmp_child ALTER code SET DEFAULT '9', ALTER floor SET DEFAULT 3; CREATE TABLE tmp_grandchild () INHERITS (tmp_child);
      ALTER TABLE tmp_grandchild ALTER floor SET DEFAULT 4;`,
    rows: `${defaultsOf("tmp_child")} UNION ALL ${defaultsOf("tmp_grandchild")} ORDER BY 1, 2`,
  },
  {
    name: "a default of its own of a column that goes, and a foreign key over it",
    before: ours({ code: varchar, floor: maybe(int) }),
    after: ours({ code: varchar }),
    exclude: ["tmp_*"],
    byHand: `${CHILD} ALTER TABLE tmp_child ALTER floor SET DEFAULT 3; CREATE TABLE tmp_floor (no int PRIMARY KEY);
      ALTER TABLE tmp_child ADD CONSTRAINT "to floor" FOREIGN KEY (floor) REFERENCES tmp_floor; COMMENT ON CONSTRAINT "to floor" ON tmp_child IS 'up';`,
    hasColumnsByHand: true,
  },
  {
    name: "views, an index and a policy over a column that goes and one that gets another type",
    before: ours({ code: varchar, floor: maybe(int) }),
    after: ours({ code: text }),
    exclude: ["tmp_*"],
    byHand: `${CHILD} CREATE TABLE tmp_grandchild () INHERITS (tmp_child); CREATE VIEW floors AS SELECT code, floor FROM tmp_child;
      CREATE VIEW "Low floors" AS SELECT * FROM tmp_grandchild WHERE floor < 0; CREATE INDEX by_floor ON tmp_child (floor, code);
      CREATE POLICY low ON tmp_grandchild USING (floor < 0 AND code > '0'); COMMENT ON INDEX by_floor IS 'floors';`,
    hasColumnsByHand: true,
  },
  {
    name: "a trigger of ours over an enum column that it has from an excluded table, and the type goes",
    before: ours({ code: maybe(enumeration("state", ["1"])) }),
    after: ours({ code: maybe(int) }),
    exclude: ["tmp_*"],
    byHand: `CREATE TABLE tmp_parent (code state); ALTER TABLE shop INHERIT tmp_parent;
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TRIGGER touched BEFORE UPDATE OF code ON shop FOR EACH ROW EXECUTE FUNCTION touch();`,
  },
  {
    ...RETYPED,
    name: "keys, an exclusion constraint, a check and a foreign key of its own",
    byHand: `${CHILD} CREATE TABLE tmp_code (code varchar UNIQUE); INSERT INTO tmp_code VALUES ('5');
      ALTER TABLE tmp_child ADD CONSTRAINT tu UNIQUE (code), ADD CONSTRAINT tx EXCLUDE USING btree (code WITH =), ADD CONSTRAINT tk CHECK (code <> 'z'), ADD PRIMARY KEY (id, code);
      ALTER TABLE tmp_child ADD CONSTRAINT tf FOREIGN KEY (code) REFERENCES tmp_code (code) ON DELETE CASCADE;`,
  },
  {
    ...RETYPED,
    name: "a generated column of its own",
    byHand: `INSERT INTO shop (code) VALUES ('1'); CREATE TABLE tmp_child (more text GENERATED ALWAYS AS (code || 'q') STORED) INHERITS (shop);
      INSERT INTO tmp_child (id, code) VALUES (7, '5'); CREATE VIEW mores AS SELECT more FROM tmp_child; CREATE INDEX by_more ON tmp_child (lower(more));`,
  },
  {
    name: "partitions with defaults of their own",
    before: [visit({ no: maybe(varchar), more: maybe({ ...int, default: 1 }) }), table("lease", {})],
    after: [visit({ no: maybe(int), more: maybe({ ...int, default: 2 }) }), table("lease", {})],
    exclude: ["visit_*"],
    given: `CREATE TABLE visit (id int NOT NULL, no varchar, more int DEFAULT 1, CONSTRAINT "PK_visit" PRIMARY KEY (id)) PARTITION BY RANGE (id);
      CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM (0) TO (100);`,
    byHand: `INSERT INTO visit (id, no) VALUES (1, '1'); ALTER TABLE visit_1 ALTER no SET DEFAULT '8', ALTER more SET DEFAULT 9;`,
    rows: `SELECT * FROM (${defaultsOf("visit_1")}) d WHERE attname = 'more'`,
  },
  {
    name: "a column of its own, of which the model gets one of another type",
    before: ours({ code: varchar }),
    after: ours({ code: varchar, more: maybe(text), word: maybe(varchar), floor: maybe(int) }),
    exclude: ["tmp_*"],
    byHand: `${CHILD} ALTER TABLE tmp_child ADD word varchar COLLATE "C", ADD own_word int, ADD floor int; CREATE TABLE tmp_grandchild () INHERITS (tmp_child);
      CREATE VIEW mores AS SELECT more, word FROM tmp_grandchild;`,
    rows: "SELECT count(*)::int FROM tmp_child",
  },
  {
    name: "a column of its own, whose name a column of the model gets",
    before: ours({ code: varchar }),
    after: ours({ more: varchar }),
    exclude: ["tmp_*"],
    byHand: `${CHILD} CREATE VIEW mores AS SELECT more FROM tmp_child;`,
    rows: "SELECT id FROM tmp_child",
  },
  {
    name: "a column of its own of the same type as a new one of the model",
    before: ours({ code: varchar }),
    after: ours({ code: varchar, more: maybe(int) }),
    exclude: ["tmp_*"],
    byHand: CHILD,
    rows: "SELECT more FROM tmp_child",
    isSilent: true,
  },
  {
    name: "constraints of its own, whose names checks of the model get",
    before: [...ours({ code: varchar }), visit({ no: maybe(int) }, Check("few", `"no" < 9`))],
    after: [
      table("shop", { name: maybe(text), code: varchar }, Check("known", `"code" <> 'y'`)),
      table("lease", { rent: int }),
      visit({ no: maybe(int) }, Check("fewer", `"no" < 9`), Check("positive", `"no" > 0`)),
    ],
    exclude: ["tmp_*", "visit_*"],
    given: `CREATE TABLE visit (id int NOT NULL, no int, CONSTRAINT "PK_visit" PRIMARY KEY (id), CONSTRAINT few CHECK (no < 9)) PARTITION BY RANGE (id);
      CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM (0) TO (100);`,
    byHand: `${CHILD} ALTER TABLE tmp_child ADD CONSTRAINT known CHECK (code <> 'z');
      ALTER TABLE visit_1 ADD CONSTRAINT positive UNIQUE (no), ADD CONSTRAINT fewer CHECK (no < 8);`,
  },
  {
    name: "a check that it has from the model and itself, and that the model changes",
    before: [table("shop", { code: varchar }, Check("known", `"code" <> 'z'`)), table("lease", { rent: int })],
    after: [table("shop", { code: varchar }, Check("known", `"code" <> 'y'`)), table("lease", { rent: int })],
    exclude: ["tmp_*"],
    byHand: "CREATE TABLE tmp_child (code varchar, CONSTRAINT known CHECK (code <> 'z')) INHERITS (shop);",
  },
  {
    name: "how it stores the values of a column that gets another type",
    before: ours({ code: varchar }),
    after: ours({ code: text }),
    exclude: ["tmp_*"],
    byHand: `${CHILD} ALTER TABLE tmp_child ALTER code SET STORAGE EXTERNAL, ALTER code SET STATISTICS 5, ALTER code SET COMPRESSION pglz;
      GRANT SELECT (code) ON tmp_child TO mall_reader; COMMENT ON COLUMN tmp_child.code IS 'kid';
      CREATE TABLE tmp_grandchild () INHERITS (tmp_child); ALTER TABLE tmp_grandchild ALTER code SET STORAGE MAIN;
      CREATE SCHEMA other; CREATE TABLE other.shop_kept () INHERITS (shop); ALTER TABLE other.shop_kept ALTER code SET STORAGE EXTERNAL;`,
  },
  {
    name: "what the columns have that go and come back",
    before: [
      table("shop", { name: maybe(text), code: varchar, floor: maybe(text) }),
      visit({ no: maybe(varchar), more: maybe(text) }),
      table("lease", { rent: int }),
    ],
    after: [
      table("shop", { name: maybe(text), code: varchar }),
      visit({ no: maybe(int) }),
      table("lease", { rent: int }),
    ],
    exclude: ["tmp_*", "visit_*"],
    given: `${FOREIGN} CREATE TABLE visit (id int NOT NULL, no varchar, more text, CONSTRAINT "PK_visit" PRIMARY KEY (id)) PARTITION BY RANGE (id);
      CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM (0) TO (100);`,
    byHand: `${CHILD} ALTER TABLE tmp_child ALTER floor SET STORAGE EXTERNAL, ALTER floor SET STATISTICS 5, ALTER floor SET (n_distinct = 7);
      GRANT SELECT (floor), UPDATE (floor) ON tmp_child TO mall_reader WITH GRANT OPTION; COMMENT ON COLUMN tmp_child.floor IS 'up';
      CREATE TABLE tmp_strict () INHERITS (shop); ALTER TABLE tmp_strict ALTER floor SET NOT NULL;
      ALTER TABLE visit_1 ALTER no SET STORAGE EXTERNAL, ALTER more SET STORAGE MAIN; GRANT SELECT (more, no) ON visit_1 TO mall_reader;
      COMMENT ON COLUMN visit_1.more IS 'part';
      CREATE FOREIGN TABLE tmp_far () INHERITS (shop) SERVER far OPTIONS (table_name 'q'); GRANT SELECT (floor) ON tmp_far TO mall_reader;
      ALTER FOREIGN TABLE tmp_far ALTER floor OPTIONS (column_name 'a''b'), ALTER floor SET STATISTICS 9; COMMENT ON COLUMN tmp_far.floor IS 'far';`,
    hasColumnsByHand: true,
  },
  {
    ...RETYPED,
    name: "values of a foreign table",
    given: FOREIGN,
    byHand: `INSERT INTO shop (code) VALUES ('1'); CREATE FOREIGN TABLE tmp_far (more int) INHERITS (shop) SERVER far OPTIONS (table_name 'q');
      ALTER FOREIGN TABLE tmp_far ALTER code OPTIONS (column_name 'xx'); CREATE VIEW codes AS SELECT code FROM tmp_far;`,
  },
  {
    name: "values of a foreign table, and an enum type is replaced",
    before: ours({ state: enumeration("state", ["a", "b", "c"]), code: varchar }),
    after: ours({ state: enumeration("state", ["a", "b"]), code: text }),
    exclude: ["tmp_*"],
    given: FOREIGN,
    byHand: `CREATE FOREIGN TABLE tmp_far () INHERITS (shop) SERVER far OPTIONS (table_name 'q');
      CREATE VIEW states AS SELECT state FROM tmp_far;`,
  },
];

function visit(columns: Columns, ...decorators: readonly ClassDecorator[]): unknown {
  const entity = named("visit");
  PrimaryColumn({ type: "int", primaryKeyConstraintName: "PK_visit" })(entity.prototype, "id");
  return declared(entity, "visit", columns, decorators);
}
