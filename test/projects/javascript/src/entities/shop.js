const { EntitySchema } = require("typeorm");

module.exports = new EntitySchema({
  name: "Shop",
  columns: {
    id: { type: "int", primary: true, generated: true },
    code: { type: "varchar", length: 20 },
    status: { type: "enum", enum: ["open", "closed"], default: "open" },
    contact: { type: "varchar" },
    phone: { type: "varchar", nullable: true },
    updatedAt: { type: "timestamptz", updateDate: true },
  },
  relations: {
    mall: { type: "many-to-one", target: "Mall", inverseSide: "shops", nullable: false, onDelete: "CASCADE" },
    tags: { type: "many-to-many", target: "Tag", joinTable: true },
    visits: { type: "one-to-many", target: "Visit", inverseSide: "shop" },
  },
  indices: [{ columns: ["mall", "code"], unique: true }],
});
