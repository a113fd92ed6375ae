export const revision = "00070c6be592";
export const downRevision = "0006f13a48d7";
export function upgrade(op) {
    op.commentOnTable("lease", "Ended leases are kept: the books refer to them");
    op.alterColumn("loyalty_account", "points", { type: "bigint" });
    op.dropIndex("order", "IDX_order_shop_placed");
    op.createIndex("order", {
        name: "IDX_order_shop_placed",
        columns: ["shopId", "placedAt"],
        where: `"status" = 'open'`,
    });
    op.sql(`UPDATE "tenant" SET "email" = 'invoices+' || lower("vatNumber") || '@malls.example' WHERE "email" IS NULL`);
    op.alterColumn("tenant", "email", { nullable: false });
    op.commentOnColumn("tenant", "email", "Where invoices go");
    op.commentOnColumn("unit", "area", "Square metres");
}
export function downgrade(op) {
    op.commentOnTable("lease", null);
    // Points are money: an account with more of them than an integer holds makes this fail.
    op.alterColumn("loyalty_account", "points", { type: "integer" });
    op.dropIndex("order", "IDX_order_shop_placed");
    op.createIndex("order", { name: "IDX_order_shop_placed", columns: ["shopId", "placedAt"] });
    op.commentOnColumn("tenant", "email", null);
    op.alterColumn("tenant", "email", { nullable: true });
    op.commentOnColumn("unit", "area", null);
}
