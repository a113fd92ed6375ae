const { EntitySchema } = require("typeorm");

module.exports = new EntitySchema({
  name: "Visit",
  columns: {
    id: { type: "bigint", primary: true, generated: true },
    ticket: { type: "varchar" },
    at: { type: "timestamptz", default: () => "now()" },
  },
  relations: { shop: { type: "many-to-one", target: "Shop", inverseSide: "visits", nullable: false } },
});
