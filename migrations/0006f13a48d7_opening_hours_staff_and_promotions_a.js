export const revision = "0006f13a48d7";
export const downRevision = "0005e52f9c61";
export function upgrade(op) {
    op.addEnumValue("shop_status_enum", "renovating", { after: "open" });
    op.createEnum("staff_role_enum", ["manager", "guard"]);
    op.createEnum("weekday", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
    op.createTable("opening_hours", {
        columns: [
            { name: "shopId", type: "integer" },
            { name: "weekday", type: "weekday" },
            { name: "opensAt", type: "time without time zone", default: "'10:00:00'" },
            { name: "closesAt", type: "time without time zone", default: "'20:00:00'" },
        ],
        primaryKey: { name: "PK_54bc631dd43f4bf4c82dbe70672", columns: ["shopId", "weekday"] },
        checks: [{ name: "CHK_opening_hours_times", expression: `"closesAt" > "opensAt"` }],
    });
    op.createTable("promotion", {
        columns: [
            { name: "id", type: "uuid", default: "gen_random_uuid()" },
            { name: "title", type: "character varying(80)" },
            { name: "discount", type: "smallint", comment: "Per cent" },
            { name: "startsAt", type: "timestamp with time zone", default: "now()" },
            { name: "endsAt", type: "timestamp with time zone" },
            { name: "weekdays", type: "weekday[]", default: "'{mon,tue,wed,thu,fri,sat,sun}'" },
            { name: "mallId", type: "uuid" },
        ],
        primaryKey: { name: "PK_fab3630e0789a2002f1cadb7d38", columns: ["id"] },
        uniques: [{ name: "UQ_39c5c34f4642211ddc5dbb39f12", columns: ["mallId", "title"] }],
        checks: [
            { name: "CHK_promotion_discount", expression: `"discount" BETWEEN 1 AND 100` },
            { name: "CHK_promotion_times", expression: `"endsAt" > "startsAt"` },
        ],
    });
    op.createTable("promotion_shop", {
        columns: [
            { name: "promotionId", type: "uuid" },
            { name: "shopId", type: "integer" },
        ],
        primaryKey: { name: "PK_5ccf9f85ee16c7dbf53ddae2add", columns: ["promotionId", "shopId"] },
    });
    op.createIndex("promotion_shop", { name: "IDX_2e56a5051460cf0a9df592f33c", columns: ["promotionId"] });
    op.createIndex("promotion_shop", { name: "IDX_be0fa53cac8e04a8f947086948", columns: ["shopId"] });
    op.createTable("staff", {
        columns: [
            { name: "id", type: "serial" },
            { name: "role", type: "staff_role_enum" },
            { name: "name", type: "character varying" },
            { name: "hiredOn", type: "date" },
            { name: "licence", type: "character varying(20)", nullable: true },
            {
                name: "bonus",
                type: "numeric(4,2)",
                nullable: true,
                default: "'0'",
                comment: "Per cent of the mall's turnover",
            },
            { name: "mallId", type: "uuid" },
            { name: "supervisorId", type: "integer", nullable: true },
        ],
        primaryKey: { name: "PK_e4ee98bb552756c180aec1e854a", columns: ["id"] },
        uniques: [{ name: "UQ_9adecbabe8c2bb9b6f70f117086", columns: ["licence"] }],
    });
    op.createIndex("staff", { name: "IDX_44d6609e4201406d05673f99d5", columns: ["role"] });
    // Units that nobody has measured yet.
    op.sql(`UPDATE "unit" SET "area" = 1 WHERE "area" <= 0`);
    op.createCheckConstraint("unit", { name: "CHK_unit_area", expression: `"area" > 0` });
    op.createForeignKey("opening_hours", {
        name: "FK_f100c67638b8be8bb6f07fbfd40",
        columns: ["shopId"],
        references: { table: "shop", columns: ["id"] },
        onDelete: "CASCADE",
    });
    op.createForeignKey("promotion", {
        name: "FK_d601868035a149eb02f13474d25",
        columns: ["mallId"],
        references: { table: "mall", columns: ["id"] },
        onDelete: "CASCADE",
    });
    op.createForeignKey("promotion_shop", {
        name: "FK_2e56a5051460cf0a9df592f33ca",
        columns: ["promotionId"],
        references: { table: "promotion", columns: ["id"] },
        onDelete: "CASCADE",
        onUpdate: "CASCADE",
    });
    op.createForeignKey("promotion_shop", {
        name: "FK_be0fa53cac8e04a8f9470869487",
        columns: ["shopId"],
        references: { table: "shop", columns: ["id"] },
        onDelete: "CASCADE",
        onUpdate: "CASCADE",
    });
    op.createForeignKey("staff", {
        name: "FK_63817dc3d6f7681cf502c15293e",
        columns: ["mallId"],
        references: { table: "mall", columns: ["id"] },
        onDelete: "CASCADE",
    });
    op.createForeignKey("staff", {
        name: "FK_fec0de8549e697ba36b1501c4d3",
        columns: ["supervisorId"],
        references: { table: "staff", columns: ["id"] },
        onDelete: "SET NULL",
        deferrable: "INITIALLY DEFERRED",
    });
}
export function downgrade(op) {
    op.dropConstraint("unit", "CHK_unit_area");
    op.sql(`UPDATE "shop" SET "status" = 'closed' WHERE "status" = 'renovating'`);
    op.replaceEnum("shop_status_enum", ["planned", "open", "closed"], [{ table: "shop", column: "status", default: "'planned'::shop_status_enum" }]);
    op.dropTable("opening_hours");
    op.dropTable("promotion_shop");
    op.dropTable("staff");
    op.dropTable("promotion");
    op.dropEnum("staff_role_enum");
    op.dropEnum("weekday");
}
