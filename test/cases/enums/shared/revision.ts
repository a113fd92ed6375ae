/** After */
import type { Operations } from "typeorm-remodel";

export const revision = "bbbb";
export const downRevision = "aaaa";

export function upgrade(op: Operations): void {
  op.addEnumValue("level", "none", { before: "low" });
  op.addEnumValue("level", "middle", { after: "low", commit: true });
  op.addEnumValue("level", "deadly");

  op.alterColumn("risk", "level", { default: "'middle'" });

  op.dropColumn("old", "grade");
  op.dropColumn("risk", "grade");

  op.dropEnum("grade");
}

export function downgrade(op: Operations): void {
  op.createEnum("grade", ["a"]);

  op.todo(
    "level no longer has 'none', 'middle', 'deadly'. Rows with these values are in the way. Change them first:",
    `SELECT 'risk.level' AS "column", "level"::text AS value, count(*) FROM "risk" WHERE "level"::text IN ('none', 'middle', 'deadly') GROUP BY 2 UNION ALL SELECT 'task.urgency' AS "column", "urgency"::text AS value, count(*) FROM "task" WHERE "urgency"::text IN ('none', 'middle', 'deadly') GROUP BY 2 UNION ALL SELECT 'task.history' AS "column", value::text, count(*) FROM "task", unnest("history") value WHERE value::text IN ('none', 'middle', 'deadly') GROUP BY 2`,
  );
  op.replaceEnum(
    "level",
    ["low", "high"],
    [
      { table: "risk", column: "level", default: "'low'::level" },
      { table: "task", column: "urgency" },
      { table: "task", column: "history", array: true, default: "'{low}'::level[]" },
    ],
  );

  op.addColumn("old", { name: "grade", type: "grade", nullable: true });
  op.addColumn("risk", { name: "grade", type: "grade", nullable: true });
}
