export const revision = "0005e52f9c61";
export const downRevision = "0004d80b7e23";
export function upgrade(op) {
    op.createEnum("loyalty_account_tier_enum", ["bronze", "silver", "gold"]);
    op.createEnum("order_status_enum", ["open", "paid", "collected", "cancelled"]);
    op.alterColumn("brand", "name", { type: "character varying(120)" });
    op.createTable("customer", {
        columns: [
            { name: "id", type: "uuid", default: "gen_random_uuid()" },
            { name: "givenName", type: "character varying" },
            { name: "familyName", type: "character varying" },
            {
                name: "fullName",
                type: "character varying",
                asExpression: `"givenName" || ' ' || "familyName"`,
                generatedType: "STORED",
            },
            { name: "email", type: "character varying(254)" },
            { name: "bornOn", type: "date", nullable: true },
            { name: "preferences", type: "jsonb", default: `'{"newsletter":false}'` },
            { name: "createdAt", type: "timestamp with time zone", default: "now()" },
            { name: "deletedAt", type: "timestamp with time zone", nullable: true },
        ],
        primaryKey: { name: "PK_a7a13f4cacb744524e44dfdad32", columns: ["id"] },
    });
    op.createIndex("customer", {
        name: "IDX_customer_email",
        columns: ["email"],
        unique: true,
        where: `"deletedAt" IS NULL`,
    });
    op.createTable("customer_favourite_shops_shop", {
        columns: [
            { name: "customerId", type: "uuid" },
            { name: "shopId", type: "integer" },
        ],
        primaryKey: { name: "PK_40e00545e5bd796fd0fdb869976", columns: ["customerId", "shopId"] },
    });
    op.createIndex("customer_favourite_shops_shop", { name: "IDX_8d03d3256785b7001247743bde", columns: ["customerId"] });
    op.createIndex("customer_favourite_shops_shop", { name: "IDX_c8c4e92a42424fd32941ad80f7", columns: ["shopId"] });
    op.createTable("loyalty_account", {
        columns: [
            { name: "id", type: "serial" },
            { name: "tier", type: "loyalty_account_tier_enum", default: "'bronze'" },
            { name: "points", type: "integer", default: "'0'" },
            { name: "joinedOn", type: "date", default: "('now'::text)::date" },
            { name: "customerId", type: "uuid" },
        ],
        primaryKey: { name: "PK_bd121d8ceceb2b6c13a013d6a1b", columns: ["id"] },
        uniques: [{ name: "REL_b79050011bf71dd6971c7b3b83", columns: ["customerId"] }],
        checks: [{ name: "CHK_077908d90fab776c9de5291dcc", expression: `"points" >= 0` }],
    });
    op.createTable("order", {
        columns: [
            { name: "id", type: "bigint", generatedIdentity: "ALWAYS" },
            { name: "status", type: "order_status_enum", default: "'open'" },
            { name: "note", type: "text", nullable: true, comment: "What the customer wrote for the shop's staff" },
            { name: "placedAt", type: "timestamp with time zone", default: "now()" },
            { name: "version", type: "integer" },
            { name: "shopId", type: "integer" },
            { name: "customerId", type: "uuid", nullable: true },
            { name: "totalAmount", type: "numeric(12,2)", default: "'0'" },
            { name: "totalCurrency", type: "currency", default: "'EUR'" },
        ],
        primaryKey: { name: "PK_1031171c13130102495201e3e20", columns: ["id"] },
    });
    op.createIndex("order", { name: "IDX_order_shop_placed", columns: ["shopId", "placedAt"] });
    op.createTable("order_line", {
        columns: [
            { name: "orderId", type: "bigint" },
            { name: "position", type: "smallint" },
            { name: "quantity", type: "integer", default: "'1'" },
            { name: "total", type: "numeric(12,2)", asExpression: `"quantity" * "unitPriceAmount"`, generatedType: "STORED" },
            { name: "productId", type: "uuid" },
            { name: "unitPriceAmount", type: "numeric(12,2)", default: "'0'" },
            { name: "unitPriceCurrency", type: "currency", default: "'EUR'" },
        ],
        primaryKey: { name: "PK_order_line", columns: ["orderId", "position"] },
        checks: [{ name: "CHK_order_line_quantity", expression: `"quantity" > 0` }],
    });
    op.createIndex("order_line", { name: "IDX_8deef19c65f771528352b0f5a5", columns: ["productId"] });
    op.addColumn("shop", { name: "flagship", type: "boolean", default: "false" });
    op.createForeignKey("customer_favourite_shops_shop", {
        name: "FK_8d03d3256785b7001247743bde4",
        columns: ["customerId"],
        references: { table: "customer", columns: ["id"] },
        onDelete: "CASCADE",
        onUpdate: "CASCADE",
    });
    op.createForeignKey("customer_favourite_shops_shop", {
        name: "FK_c8c4e92a42424fd32941ad80f7e",
        columns: ["shopId"],
        references: { table: "shop", columns: ["id"] },
        onDelete: "CASCADE",
        onUpdate: "CASCADE",
    });
    op.createForeignKey("loyalty_account", {
        name: "FK_b79050011bf71dd6971c7b3b837",
        columns: ["customerId"],
        references: { table: "customer", columns: ["id"] },
        onDelete: "CASCADE",
    });
    op.createForeignKey("order", {
        name: "FK_124456e637cca7a415897dce659",
        columns: ["customerId"],
        references: { table: "customer", columns: ["id"] },
        onDelete: "SET NULL",
    });
    op.createForeignKey("order", {
        name: "FK_318cc4bdeb61d336e3a01f4b767",
        columns: ["shopId"],
        references: { table: "shop", columns: ["id"] },
        onDelete: "RESTRICT",
    });
    op.createForeignKey("order_line", {
        name: "FK_239cfca2a55b98b90b6bef2e44f",
        columns: ["orderId"],
        references: { table: "order", columns: ["id"] },
        onDelete: "CASCADE",
    });
    op.createForeignKey("order_line", {
        name: "FK_8deef19c65f771528352b0f5a55",
        columns: ["productId"],
        references: { table: "product", columns: ["id"] },
        onDelete: "RESTRICT",
    });
    op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "customer", name: "fullName" }, `"givenName" || ' ' || "familyName"`);
    op.addTypeormMetadata({ type: "GENERATED_COLUMN", table: "order_line", name: "total" }, `"quantity" * "unitPriceAmount"`);
}
export function downgrade(op) {
    op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "order_line", name: "total" });
    op.removeTypeormMetadata({ type: "GENERATED_COLUMN", table: "customer", name: "fullName" });
    // A longer name makes this fail; shorten it first, for no rule here knows how.
    op.alterColumn("brand", "name", { type: "character varying(40)" });
    op.dropColumn("shop", "flagship");
    op.dropTable("customer_favourite_shops_shop");
    op.dropTable("loyalty_account");
    op.dropTable("order_line");
    op.dropTable("order");
    op.dropTable("customer");
    op.dropEnum("loyalty_account_tier_enum");
    op.dropEnum("order_status_enum");
}
