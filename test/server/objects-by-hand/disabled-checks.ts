import { JoinColumn, ManyToOne, Unique } from "typeorm";
import { type Columns, enumeration, type Input, int, maybe, table } from "./models.ts";

const STATES = `SELECT k.conname, g.tgtype, g.tgenabled FROM pg_trigger g JOIN pg_constraint k ON k.oid = g.tgconstraint
  WHERE g.tgisinternal ORDER BY 1, 2, left(g.tgname, 23)`;

const enableAll = (when: "ALWAYS" | "REPLICA", of: string) => `DO $do$ DECLARE one text; BEGIN
  FOR one IN SELECT format('ALTER TABLE %s ENABLE ${when} TRIGGER %I', tgrelid::regclass, tgname) FROM pg_trigger WHERE tgrelid = $$${of}$$::regclass
  LOOP EXECUTE one; END LOOP; END $do$;`;

const DEFERRED = { deferrable: "INITIALLY IMMEDIATE" } as const;

/** A table with an unusual name and a foreign key to it by number, and one by `id`. */
function keyed(length: number, onDelete: "CASCADE" | "RESTRICT", sale = "sale"): readonly unknown[] {
  const no = { type: "varchar", length } as const;
  const mall = table(`Mall'x`, { no, name: no }, Unique("UQ_no", ["no"]), Unique("UQ_name", ["name"], DEFERRED));
  const one = table(sale, { amount: int });
  const point = (name: string, column: string, referencedColumnName: string, rest = {}) => {
    ManyToOne(() => mall, { nullable: true, ...rest })(one.prototype, column);
    JoinColumn({ name: column, referencedColumnName, foreignKeyConstraintName: name })(one.prototype, column);
  };
  point(`FK "by" no`, "mallNo", "no");
  point("FK_id", "mallId", "id", { onDelete });
  return [mall, one];
}

const purchase = (values: readonly string[]) =>
  table("purchase", { state: enumeration("order_state", values) }, Unique("UQ_state", ["state"], DEFERRED));
const lease = (columns: Columns) => {
  const one = table("lease", columns, Unique("UQ_rent", ["rent"], DEFERRED));
  ManyToOne(() => one, { nullable: true })(one.prototype, "other");
  JoinColumn({ name: "other", foreignKeyConstraintName: "FK_other" })(one.prototype, "other");
  return one;
};

/** PostgreSQL enables the checks of a constraint when it builds the constraint again. */
export const CHECKS_DISABLED: readonly Input[] = [
  {
    name: "columns get another type, and a key other actions",
    before: keyed(10, "CASCADE"),
    after: keyed(20, "RESTRICT"),
    exclude: ["tmp_*"],
    byHand: `INSERT INTO "Mall'x" (no, name) VALUES ('a', 'a'); INSERT INTO sale (amount, "mallId", "mallNo") VALUES (1, 1, 'a');
      CREATE TABLE tmp_far (no varchar CONSTRAINT tmp_no REFERENCES "Mall'x" (no), id int CONSTRAINT tmp_id REFERENCES "Mall'x");
      ALTER TABLE sale DISABLE TRIGGER ALL; ${enableAll("ALWAYS", `"Mall'x"`)} ${enableAll("REPLICA", "tmp_far")}`,
    rows: STATES,
  },
  {
    name: "the table gets another name, too",
    before: keyed(10, "CASCADE"),
    after: keyed(20, "RESTRICT", "Sa le"),
    byHand: `INSERT INTO "Mall'x" (no, name) VALUES ('a', 'a'); INSERT INTO sale (amount, "mallId", "mallNo") VALUES (1, 1, 'a');
      ALTER TABLE sale DISABLE TRIGGER ALL;`,
    rows: STATES,
  },
  {
    name: "an enum type is replaced, and a table goes",
    before: [purchase(["open", "paid", "void"]), lease({ rent: maybe(int) })],
    after: [purchase(["open", "paid"])],
    byHand: `INSERT INTO purchase (state) VALUES ('open'); INSERT INTO lease (rent) VALUES (5);
      ALTER TABLE purchase DISABLE TRIGGER ALL; ALTER TABLE lease DISABLE TRIGGER ALL;`,
  },
];
