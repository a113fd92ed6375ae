const { EntitySchema } = require("typeorm");

module.exports = new EntitySchema({
  name: "Mall",
  columns: {
    id: { type: "int", primary: true, generated: true },
    title: { type: "varchar" },
    city: { type: "varchar", nullable: true },
    createdAt: { type: "timestamptz", createDate: true },
  },
  relations: { shops: { type: "one-to-many", target: "Shop", inverseSide: "mall" } },
  checks: [{ name: "title_given", expression: "title <> ''" }],
});
