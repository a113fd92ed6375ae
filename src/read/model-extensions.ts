import type { Table } from "../schema/schema.ts";
import type { TypeOrmDataSource } from "./typeorm.ts";

/** The extensions that TypeORM would install when it connects (PostgresDriver.checkMetadataForExtensions). */
export function extensionsOf({ options, driver }: TypeOrmDataSource, tables: readonly Table[]): readonly string[] {
  if (options.installExtensions === false) return [];
  const columns = tables.flatMap((table) => table.columns);
  const typed = (...types: string[]) =>
    columns.some(({ type }) => types.includes(type.toLowerCase().replace(/\(.*\)|\[\]| array/g, "")));
  const needed: readonly (readonly [string, boolean])[] = [
    [
      "uuid-ossp",
      columns.some((column) => column.default === "uuid_generate_v4()") &&
        driver.uuidGenerator === "uuid_generate_v4()",
    ],
    ["citext", typed("citext")],
    ["hstore", typed("hstore")],
    ["cube", typed("cube")],
    ["ltree", typed("ltree")],
    ["postgis", typed("geometry", "geography")],
    ["vector", typed("vector", "halfvec")],
    ["btree_gist", tables.some(({ exclusions }) => exclusions !== undefined)],
  ];
  const names = [...needed.filter(([, is]) => is).map(([name]) => name), ...(options.extensions ?? [])];
  return [...new Set(names)].sort();
}
