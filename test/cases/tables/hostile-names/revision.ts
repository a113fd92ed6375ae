/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.createEnum("Odd Type", ["it's", `say "x"`, "back\\slash"]);

  op.createTable("Kaufhaus Größe", {
    columns: [
      { name: "the key", type: "character varying" },
      { name: "odd", type: `"Odd Type"`, default: "'it''s'" },
      { name: "firstId", type: "integer", nullable: true },
    ],
    primaryKey: { name: "PK_41065be86c8d59f95bf74cfb222", columns: ["the key"] },
  });

  op.createTable("a_table_whose_name_is_so_long_that_postgresql_cuts_it_off_at_si", {
    columns: [
      { name: "id", type: "serial" },
      {
        name: "a_column_whose_name_is_long_too_and_cut_off_at_sixty_three_byte",
        type: "character varying",
        default: "'a'",
      },
    ],
    primaryKey: { name: "PK_154123a6222bce358cba7ec0e1d", columns: ["id"] },
  });

  op.addColumn("select", { name: "order", type: "integer", default: "'1'" });
  op.addColumn("select", { name: "Group By", type: "character varying", default: "'it''s'" });

  op.todo(
    `select gets the check CHK it's ("order" > 0). Rows in the way:`,
    `SELECT * FROM "select" WHERE NOT ("order" > 0)`,
  );
  op.createCheckConstraint("select", { name: "CHK it's", expression: `"order" > 0` });

  op.createIndex("select", { name: "IDX Ünï cödé", columns: ["order"] });

  op.createForeignKey("Kaufhaus Größe", {
    name: "FK_4af0ee77362aa283e7e3924a20e",
    columns: ["firstId"],
    references: { table: "select", columns: ["id"] },
  });
}

export function downgrade(op: Operations): void {
  op.dropIndex("select", "IDX Ünï cödé");

  op.todo(`Drop the check CHK it's ("order" > 0) of select? PostgreSQL will no longer enforce it.`);
  op.dropConstraint("select", "CHK it's");

  op.dropColumn("select", "order");
  op.dropColumn("select", "Group By");

  op.dropTable("Kaufhaus Größe");
  op.dropTable("a_table_whose_name_is_so_long_that_postgresql_cuts_it_off_at_si");

  op.dropEnum("Odd Type");
}
