/** Items by their names. */
export function indexByName<Item extends { readonly name: string }>(
  items: Iterable<Item> = [],
): ReadonlyMap<string, Item> {
  return new Map([...items].map((item) => [item.name, item]));
}
