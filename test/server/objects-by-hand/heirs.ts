import { PrimaryColumn } from "typeorm";
import { type Columns, declared, type Input, int, maybe, named, table, text } from "./models.ts";

const varchar = { type: "varchar" } as const;
const shop = (columns: Columns) => table("shop", { name: maybe(text), ...columns });
const ours = (columns: Columns) => [shop(columns), table("lease", { rent: int })];
const CHILD = `INSERT INTO shop (code) VALUES ('1'); CREATE TABLE tmp_child (more int) INHERITS (shop);
  INSERT INTO tmp_child (id, code) VALUES (7, '5');`;
const RETYPED = { before: ours({ code: varchar }), after: ours({ code: int }), exclude: ["tmp_*"] } as const;
const defaultsOf = (name: string) => `SELECT a.attname, pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
  JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = '${name}'::regclass AND a.attname <> 'id'`;

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
];

function visit(columns: Columns): unknown {
  const entity = named("visit");
  PrimaryColumn({ type: "int", primaryKeyConstraintName: "PK_visit" })(entity.prototype, "id");
  return declared(entity, "visit", columns);
}
