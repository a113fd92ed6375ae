const { EntitySchema } = require("typeorm");

exports.Tag = new EntitySchema({
  name: "Tag",
  columns: { id: { type: "int", primary: true, generated: true }, name: { type: "varchar", unique: true } },
});

exports.Role = new EntitySchema({
  name: "Role",
  columns: { name: { type: "varchar", primary: true }, rights: { type: "jsonb", default: {} } },
});

exports.FaxLine = new EntitySchema({
  name: "FaxLine",
  columns: { id: { type: "int", primary: true, generated: true }, number: { type: "varchar" } },
  relations: { mall: { type: "many-to-one", target: "Mall" } },
});
