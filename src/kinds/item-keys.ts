/**
 * The key of an item in maps over all items of a schema.
 * @param list the list that holds it, such as `columns` or `views`
 * @param name its name
 * @param table its table; left out for tables and for what belongs to a schema
 */
export function keyOfItem(list: string, name: string, table = ""): string {
  return `${table}\0${list}\0${name}`;
}

/** The lists that hold what the catalog has under these words; a list has the word of itself. */
const LISTS: Readonly<Record<string, string>> = {
  column: "columns",
  default: "columns",
  index: "indexes",
  schema: "schemas",
  type: "enums",
  view: "views",
};

/**
 * The key of the item that an object of the catalog is, or belongs to.
 * @param of the word for the object
 */
export function keyOfObject(of: string, name: string, table?: string): string {
  return keyOfItem(LISTS[of] ?? of, name, table);
}

/** The key of an index of a table or view. */
export function keyOfIndex(name: string, relation: string): string {
  return keyOfItem("indexes", name, relation);
}

/** The opposite of {@link keyOfItem}. */
export function parseItemKey(key: string): { readonly table: string; readonly list: string; readonly name: string } {
  const [table = "", list = "", name = ""] = key.split("\0");
  return { table, list, name };
}
