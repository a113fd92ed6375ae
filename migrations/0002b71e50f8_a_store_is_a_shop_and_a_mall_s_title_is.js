export const revision = "0002b71e50f8";
export const downRevision = "0001a3f29c4d";
export function upgrade(op) {
    op.renameTable("store", "shop");
    op.renameEnum("store_status_enum", "shop_status_enum");
    op.renameConstraint("shop", "PK_f3172007d4de5ae8e7692759d79", "PK_ad47b7c6121fe31cb4b05438e44");
    op.renameConstraint("shop", "UQ_store_code", "UQ_shop_code");
    op.renameIndex("shop", "IDX_81e52e7f00f94317819c9349d1", "IDX_cc2bf4f2adadb83d55016da5a8");
    op.renameConstraint("shop", "FK_96463ffe8e217702c113de8625d", "FK_3c375155e67124a3570f6c17a96");
    op.renameConstraint("shop", "FK_f82ddd8eac18ca6fa1fbbc39fb0", "FK_44677bb66f49c265f15cbd2e019");
    op.renameSequence("store_id_seq", "shop_id_seq");
    op.renameColumn("mall", "title", "name");
}
export function downgrade(op) {
    op.renameTable("shop", "store");
    op.renameEnum("shop_status_enum", "store_status_enum");
    op.renameConstraint("store", "PK_ad47b7c6121fe31cb4b05438e44", "PK_f3172007d4de5ae8e7692759d79");
    op.renameConstraint("store", "UQ_shop_code", "UQ_store_code");
    op.renameIndex("store", "IDX_cc2bf4f2adadb83d55016da5a8", "IDX_81e52e7f00f94317819c9349d1");
    op.renameConstraint("store", "FK_3c375155e67124a3570f6c17a96", "FK_96463ffe8e217702c113de8625d");
    op.renameConstraint("store", "FK_44677bb66f49c265f15cbd2e019", "FK_f82ddd8eac18ca6fa1fbbc39fb0");
    op.renameSequence("shop_id_seq", "store_id_seq");
    op.renameColumn("mall", "name", "title");
}
