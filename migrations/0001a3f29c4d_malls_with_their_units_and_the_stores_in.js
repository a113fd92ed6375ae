export const revision = "0001a3f29c4d";
export const downRevision = null;
export function upgrade(op) {
    op.createEnum("mall_amenities_enum", ["parking", "playground", "cinema", "food_court"]);
    op.createEnum("store_status_enum", ["planned", "open", "closed"]);
    op.createTable("brand", {
        columns: [
            { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" },
            { name: "name", type: "character varying(40)" },
            { name: "website", type: "character varying", nullable: true },
            { name: "fax", type: "character varying(30)", nullable: true },
        ],
        primaryKey: { name: "PK_a5d20765ddd942eb5de4eee2d7f", columns: ["id"] },
        uniques: [{ name: "UQ_5f468ae5696f07da025138e38f7", columns: ["name"] }],
    });
    op.createTable("mall", {
        columns: [
            { name: "id", type: "uuid", default: "gen_random_uuid()" },
            { name: "title", type: "character varying(120)" },
            { name: "slug", type: "character varying(40)", comment: "The mall's part of a web address" },
            { name: "amenities", type: "mall_amenities_enum[]", default: "'{}'" },
            { name: "settings", type: "jsonb", default: `'{"parkingFree":true}'` },
            { name: "openedOn", type: "date", nullable: true },
            { name: "createdAt", type: "timestamp with time zone", default: "now()" },
            { name: "updatedAt", type: "timestamp with time zone", default: "now()" },
            { name: "deletedAt", type: "timestamp with time zone", nullable: true },
            { name: "addressStreet", type: "character varying" },
            { name: "addressPostcode", type: "character varying(12)" },
            { name: "addressCity", type: "character varying(80)" },
            { name: "addressCountry", type: "character(2)", default: "'DE'", comment: "ISO 3166-1, two letters" },
        ],
        primaryKey: { name: "PK_dcbb9f7382344fa4858f675da42", columns: ["id"] },
        uniques: [{ name: "UQ_daa30ee4999c2a319662e33e10f", columns: ["slug"] }],
        comment: "The chain's shopping malls",
    });
    op.createTable("store", {
        columns: [
            { name: "id", type: "serial" },
            { name: "code", type: "character varying(10)" },
            { name: "name", type: "character varying" },
            { name: "status", type: "store_status_enum", default: "'planned'" },
            { name: "mallId", type: "uuid" },
            { name: "brandId", type: "integer", nullable: true },
        ],
        primaryKey: { name: "PK_f3172007d4de5ae8e7692759d79", columns: ["id"] },
        uniques: [{ name: "UQ_store_code", columns: ["code"] }],
    });
    op.createIndex("store", { name: "IDX_81e52e7f00f94317819c9349d1", columns: ["mallId", "status"] });
    op.createTable("unit", {
        columns: [
            { name: "id", type: "serial" },
            { name: "code", type: "character varying(10)" },
            { name: "level", type: "smallint", default: "'0'", comment: "0 is the ground floor" },
            { name: "area", type: "numeric(8,2)" },
            { name: "mallId", type: "uuid" },
        ],
        primaryKey: { name: "PK_4252c4be609041e559f0c80f58a", columns: ["id"] },
        uniques: [{ name: "UQ_unit_code", columns: ["mallId", "code"] }],
    });
    op.createForeignKey("store", {
        name: "FK_96463ffe8e217702c113de8625d",
        columns: ["mallId"],
        references: { table: "mall", columns: ["id"] },
        onDelete: "CASCADE",
    });
    op.createForeignKey("store", {
        name: "FK_f82ddd8eac18ca6fa1fbbc39fb0",
        columns: ["brandId"],
        references: { table: "brand", columns: ["id"] },
        onDelete: "SET NULL",
    });
    op.createForeignKey("unit", {
        name: "FK_9feec7da1ec299b35dc48ba61d6",
        columns: ["mallId"],
        references: { table: "mall", columns: ["id"] },
        onDelete: "CASCADE",
    });
}
export function downgrade(op) {
    op.dropTable("store");
    op.dropTable("unit");
    op.dropTable("brand");
    op.dropTable("mall");
    op.dropEnum("mall_amenities_enum");
    op.dropEnum("store_status_enum");
}
