export const revision = "0003c94d16aa";
export const downRevision = "0002b71e50f8";
export function upgrade(op) {
    op.createExtension("btree_gist");
    op.createEnum("currency", ["EUR", "CHF", "GBP"]);
    op.createTable("lease", {
        columns: [
            { name: "id", type: "uuid", default: "gen_random_uuid()" },
            { name: "startsOn", type: "date" },
            { name: "endsOn", type: "date", nullable: true, comment: "Empty until notice is given" },
            {
                name: "period",
                type: "daterange",
                asExpression: `daterange("startsOn", "endsOn", '[)')`,
                generatedType: "STORED",
            },
            { name: "shopId", type: "integer" },
            { name: "unitId", type: "integer" },
            { name: "tenantId", type: "uuid" },
            { name: "rentAmount", type: "numeric(12,2)", default: "'0'" },
            { name: "rentCurrency", type: "currency", default: "'EUR'" },
            { name: "depositAmount", type: "numeric(12,2)", default: "'0'" },
            { name: "depositCurrency", type: "currency", default: "'EUR'" },
        ],
        primaryKey: { name: "PK_lease", columns: ["id"] },
        checks: [{ name: "CHK_lease_dates", expression: `"endsOn" > "startsOn"` }],
        exclusions: [{ name: "XCL_lease_unit", expression: `USING gist ("unitId" WITH =, "period" WITH &&)` }],
    });
    op.createIndex("lease", { name: "IDX_lease_shop", columns: ["shopId"] });
    op.addColumn("mall", { name: "timeZone", type: "character varying(40)", default: "'Europe/Berlin'" });
    op.dropConstraint("shop", "UQ_shop_code");
    op.createUniqueConstraint("shop", { name: "UQ_shop_code", columns: ["mallId", "code"] });
    op.createTable("tenant", {
        columns: [
            { name: "id", type: "uuid", default: "gen_random_uuid()" },
            { name: "legalName", type: "character varying" },
            { name: "vatNumber", type: "character varying(20)", comment: "VAT number, with the country's prefix" },
            { name: "email", type: "character varying(254)", nullable: true },
            { name: "createdAt", type: "timestamp with time zone", default: "now()" },
            { name: "billingStreet", type: "character varying" },
            { name: "billingPostcode", type: "character varying(12)" },
            { name: "billingCity", type: "character varying(80)" },
            { name: "billingCountry", type: "character(2)", default: "'DE'", comment: "ISO 3166-1, two letters" },
        ],
        primaryKey: { name: "PK_da8c6efd67bb301e810e56ac139", columns: ["id"] },
        uniques: [{ name: "UQ_c54a77a051afb4ac78f712e4142", columns: ["vatNumber"] }],
    });
    op.createForeignKey("lease", {
        name: "FK_lease_shop",
        columns: ["shopId"],
        references: { table: "shop", columns: ["id"] },
        onDelete: "CASCADE",
    });
    op.createForeignKey("lease", {
        name: "FK_lease_tenant",
        columns: ["tenantId"],
        references: { table: "tenant", columns: ["id"] },
        onDelete: "RESTRICT",
    });
    op.createForeignKey("lease", {
        name: "FK_lease_unit",
        columns: ["unitId"],
        references: { table: "unit", columns: ["id"] },
        onDelete: "RESTRICT",
    });
    op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "lease", name: "period" }, `daterange("startsOn", "endsOn", '[)')`);
}
export function downgrade(op) {
    op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "lease", name: "period" });
    // Malls may use the same code by now; then this fails, and nothing is lost.
    op.dropConstraint("shop", "UQ_shop_code");
    op.createUniqueConstraint("shop", { name: "UQ_shop_code", columns: ["code"] });
    op.dropColumn("mall", "timeZone");
    op.dropTable("lease");
    op.dropTable("tenant");
    op.dropEnum("currency");
    op.dropExtension("btree_gist");
}
