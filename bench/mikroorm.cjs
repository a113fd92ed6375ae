// How many statements MikroORM's schema generator wants for a database that has all models: node mikroorm.cjs TABLES URL [create]
const { createRequire } = require("node:module");
const { EntitySchema, MikroORM } = createRequire(`${process.env.OTHERS}/_`)("@mikro-orm/postgresql");

const [tables, clientUrl, isCreation] = process.argv.slice(2);
const nameOf = (at) => `Shop${String(at).padStart(4, "0")}`;

/** The model of models.mjs. */
function entity(at) {
  return new EntitySchema({
    name: nameOf(at),
    tableName: `shop_${at}`,
    properties: {
      id: { type: "integer", primary: true, autoincrement: true },
      code: { type: "string", length: 40 },
      title: { type: "string" },
      status: { enum: true, type: "string", items: ["open", "closed", "moving"], default: "open" },
      price: { type: "decimal", precision: 10, scale: 2, default: 1.5 },
      size: { type: "integer", default: 1 },
      active: { type: "boolean", default: true },
      tags: { type: "array", columnType: "text[]", defaultRaw: "'{}'" },
      settings: { type: "json", columnType: "jsonb", defaultRaw: `'{"floors":1}'` },
      token: { type: "uuid", defaultRaw: "gen_random_uuid()" },
      createdAt: { type: "datetime", columnType: "timestamptz", fieldName: "created_at", defaultRaw: "now()" },
      parent: { kind: "m:1", entity: () => nameOf(Math.floor(at / 2)), fieldName: "parent_id", nullable: true },
    },
    uniques: [{ properties: ["code"] }],
    indexes: [{ properties: ["status", "createdAt"] }],
    checks: [{ name: `shop_${at}_size`, expression: '"size" > 0 AND "size" < 100000' }],
  });
}

async function check() {
  const entities = Array.from({ length: Number(tables) }, (_, at) => entity(at));
  const orm = await MikroORM.init({ entities, clientUrl, metadataCache: { enabled: false } });
  if (isCreation) await orm.schema.createSchema();
  else {
    const sql = await orm.schema.getUpdateSchemaSQL({ wrap: false });
    console.log(sql.split(";").filter((one) => one.trim() !== "").length);
  }
  await orm.close();
}

check();
