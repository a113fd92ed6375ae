/** Something that can be true of a table, and that no decorator can say. */
export interface Fact {
  readonly name: string;
  /** Makes it true of the table `t`: see `plain` in the test. */
  readonly sql: (t: string) => string;
  /** The first PostgreSQL that has it. */
  readonly since?: number;
  /** What else has to be there. */
  readonly setup?: readonly string[];
}

const on = (name: string, clause: string, rest: Partial<Fact> = {}): Fact => ({
  name,
  sql: (t) => `ALTER TABLE ${t} ${clause.replaceAll("%t", t)}`,
  ...rest,
});
const by = (name: string, sql: Fact["sql"], rest: Partial<Fact> = {}): Fact => ({ name, sql, ...rest });

const again = (t: string, prefix: string, definition: string): string =>
  `ALTER TABLE ${t} DROP CONSTRAINT "${prefix}_${t}", ADD CONSTRAINT "${prefix}_${t}" ${definition}`;

/** One change for each fact that the catalog keeps of a table. */
export const FACTS: readonly Fact[] = [
  // pg_class
  on("unlogged", "SET UNLOGGED"),
  on("storage parameter", "SET (fillfactor = 70)"),
  on("storage parameter of TOAST", "SET (toast.autovacuum_enabled = false)"),
  on("row-level security", "ENABLE ROW LEVEL SECURITY"),
  on("forced row-level security", "FORCE ROW LEVEL SECURITY"),
  on("replica identity", "REPLICA IDENTITY FULL"),
  on("another owner", "OWNER TO remodel_other", { setup: ["CREATE ROLE remodel_other"] }),
  on("access method", "SET ACCESS METHOD heap_too", {
    since: 15,
    setup: ["CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler"],
  }),
  on("tablespace", "SET TABLESPACE remodel_space", {
    since: 15,
    setup: ["SET allow_in_place_tablespaces = on", "CREATE TABLESPACE remodel_space LOCATION ''"],
  }),
  by("parent of an inherited table", (t) => `CREATE TABLE ${t}_child () INHERITS (${t})`),
  by(
    "child of an inherited table",
    (t) => `CREATE TABLE ${t}_parent (floor int); ALTER TABLE ${t} INHERIT ${t}_parent`,
  ),
  by(
    "of a type",
    (t) =>
      `CREATE TYPE ${t}_type AS (id int, code varchar, floor int, mall int, during daterange); ALTER TABLE ${t} OF ${t}_type`,
  ),
  by("privileges", (t) => `GRANT SELECT ON ${t} TO PUBLIC`),
  // pg_attribute
  on("storage of a column", "ALTER code SET STORAGE EXTERNAL"),
  on("compression of a column", "ALTER code SET COMPRESSION pglz"),
  on("statistics of a column", "ALTER floor SET STATISTICS 500"),
  on("no statistics of a column", "ALTER floor SET STATISTICS 0"),
  on("options of a column", "ALTER floor SET (n_distinct = 5)"),
  by("privileges of a column", (t) => `GRANT SELECT (code) ON ${t} TO PUBLIC`),
  on("a column's default", "ALTER floor SET DEFAULT 7"),
  on("a column's collation", 'ALTER code TYPE varchar COLLATE "C"'),
  by("a column's comment", (t) => `COMMENT ON COLUMN ${t}.code IS 'By hand'`),
  by("a table's comment", (t) => `COMMENT ON TABLE ${t} IS 'By hand'`),
  // pg_constraint
  on("a named NOT NULL", "ALTER floor DROP NOT NULL, ADD CONSTRAINT by_hand NOT NULL floor", { since: 18 }),
  on("a named NOT NULL of a primary key", "RENAME CONSTRAINT %t_id_not_null TO by_hand", { since: 18 }),
  on(
    "a NOT NULL that is not inherited",
    "ALTER floor DROP NOT NULL, ADD CONSTRAINT by_hand NOT NULL floor NO INHERIT",
    { since: 18 },
  ),
  on("a NOT NULL that is not valid", "ALTER floor DROP NOT NULL, ADD CONSTRAINT by_hand NOT NULL floor NOT VALID", {
    since: 18,
  }),
  by(
    "a comment of NOT NULL",
    (t) => `ALTER TABLE ${t} ALTER floor SET NOT NULL; COMMENT ON CONSTRAINT ${t}_floor_not_null ON ${t} IS 'By hand'`,
    { since: 18 },
  ),
  on("a check", "ADD CHECK (floor < 100)"),
  on("a check that is not valid", "ADD CONSTRAINT more CHECK (floor < 100) NOT VALID"),
  on("a check that is not inherited", "ADD CONSTRAINT more CHECK (floor < 100) NO INHERIT"),
  on("a check that is not enforced", "ADD CONSTRAINT more CHECK (floor < 100) NOT ENFORCED", { since: 18 }),
  on("a unique constraint that takes NULL for a value", "ADD UNIQUE NULLS NOT DISTINCT (floor)", { since: 15 }),
  on("a unique constraint that includes", "ADD UNIQUE (floor) INCLUDE (code)"),
  by(
    "a deferrable key",
    (t) => `ALTER TABLE ${t} DROP CONSTRAINT "UQ_${t}", ADD CONSTRAINT "UQ_${t}" UNIQUE (code) DEFERRABLE`,
  ),
  on("an exclusion constraint", "ADD EXCLUDE USING btree (floor WITH =)"),
  on("a foreign key that is not valid", "ADD FOREIGN KEY (floor) REFERENCES target NOT VALID"),
  on("a foreign key that matches fully", "ADD FOREIGN KEY (floor) REFERENCES target MATCH FULL"),
  on(
    "a foreign key that empties some columns",
    "ADD FOREIGN KEY (floor) REFERENCES target ON DELETE SET NULL (floor)",
    { since: 15 },
  ),
  by("a comment of a constraint", (t) => `COMMENT ON CONSTRAINT "CK_${t}" ON ${t} IS 'By hand'`),
  on("a foreign key that is switched off", "DISABLE TRIGGER ALL"),
  by("the foreign key of the models, not valid", (t) =>
    again(t, "FK", "FOREIGN KEY (mall) REFERENCES target NOT VALID"),
  ),
  by(
    "the foreign key of the models, not enforced",
    (t) => again(t, "FK", "FOREIGN KEY (mall) REFERENCES target NOT ENFORCED"),
    { since: 18 },
  ),
  by("the check of the models, not valid", (t) => again(t, "CK", "CHECK (floor > 0) NOT VALID")),
  by("the check of the models, not inherited", (t) => again(t, "CK", "CHECK (floor > 0) NO INHERIT")),
  by("the check of the models, not enforced", (t) => again(t, "CK", "CHECK (floor > 0) NOT ENFORCED"), { since: 18 }),
  by("the unique constraint of the models, which includes", (t) => again(t, "UQ", "UNIQUE (code) INCLUDE (floor)")),
  by(
    "the unique constraint of the models, with NULL for a value",
    (t) => again(t, "UQ", "UNIQUE NULLS NOT DISTINCT (code)"),
    { since: 15 },
  ),
  by(
    "the unique constraint of the models, without overlaps",
    (t) => again(t, "UP", "UNIQUE (floor, during WITHOUT OVERLAPS)"),
    {
      since: 18,
      setup: ["CREATE EXTENSION btree_gist"],
    },
  ),
  by("the primary key of the models, which includes", (t) => again(t, "PK", "PRIMARY KEY (id) INCLUDE (code)")),
  by("the primary key of the models, deferrable", (t) => again(t, "PK", "PRIMARY KEY (id) DEFERRABLE")),
  // pg_index
  by("an index with an expression", (t) => `CREATE INDEX ON ${t} (lower(code))`),
  by("an index that includes", (t) => `CREATE INDEX ON ${t} (floor) INCLUDE (code)`),
  by("an index in another order", (t) => `CREATE INDEX ON ${t} (floor DESC)`),
  by("an index with NULL first", (t) => `CREATE INDEX ON ${t} (floor NULLS FIRST)`),
  by("an index with an operator class", (t) => `CREATE INDEX ON ${t} (code varchar_pattern_ops)`),
  by(
    "the index of the models with an operator class",
    (t) => `DROP INDEX "IX_${t}"; CREATE INDEX "IX_${t}" ON ${t} (floor DESC)`,
  ),
  by(
    "the index of the models with another collation",
    (t) => `DROP INDEX "IC_${t}"; CREATE INDEX "IC_${t}" ON ${t} (code COLLATE "C")`,
  ),
  by(
    "an index with options of its operator class",
    (t) => `CREATE INDEX ON ${t} USING gist (code gist_trgm_ops (siglen = 32))`,
    {
      setup: ["CREATE EXTENSION pg_trgm"],
    },
  ),
  by("a unique index that takes NULL for a value", (t) => `CREATE UNIQUE INDEX ON ${t} (floor) NULLS NOT DISTINCT`, {
    since: 15,
  }),
  by("storage parameters of an index", (t) => `ALTER INDEX "IX_${t}" SET (fillfactor = 50)`),
  by("storage parameters of a key's index", (t) => `ALTER INDEX "PK_${t}" SET (fillfactor = 50)`),
  by("tablespace of an index", (t) => `ALTER INDEX "IX_${t}" SET TABLESPACE remodel_space`, { since: 15 }),
  by("a comment of an index", (t) => `COMMENT ON INDEX "IX_${t}" IS 'By hand'`),
  on("clustered", 'CLUSTER ON "IX_%t"'),
  on("replica identity by an index", 'REPLICA IDENTITY USING INDEX "UQ_%t"'),
  // what hangs on it
  by(
    "a trigger",
    (t) =>
      `CREATE TRIGGER by_hand BEFORE UPDATE ON ${t} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
  ),
  by("a rule", (t) => `CREATE RULE by_hand AS ON DELETE TO ${t} DO INSTEAD NOTHING`),
  by("a policy", (t) => `CREATE POLICY by_hand ON ${t} USING (true)`),
  by("extended statistics", (t) => `CREATE STATISTICS ${t}_statistics ON code, floor FROM ${t}`),
  by("a publication", (t) => `CREATE PUBLICATION ${t}_publication FOR TABLE ${t}`),
  by("the increment of a sequence", (t) => `ALTER SEQUENCE ${t}_id_seq INCREMENT 10`),
  by("the type of a sequence", (t) => `ALTER SEQUENCE ${t}_id_seq AS bigint`),
  by("the limit of a sequence", (t) => `ALTER SEQUENCE ${t}_id_seq MAXVALUE 1000`),
  by("a cycling sequence", (t) => `ALTER SEQUENCE ${t}_id_seq CYCLE`),
  by("privileges of a sequence", (t) => `GRANT USAGE ON SEQUENCE ${t}_id_seq TO PUBLIC`),
  by("a comment of a sequence", (t) => `COMMENT ON SEQUENCE ${t}_id_seq IS 'By hand'`),
  by("another name of a sequence", (t) => `ALTER SEQUENCE ${t}_id_seq RENAME TO ${t}_by_hand`),
];
