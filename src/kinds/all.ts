import type { Named, Schema, Table } from "../schema/schema.ts";
import { enums } from "./enums.ts";
import { extensions } from "./extensions.ts";
import { type AnyKind, itemsOf, type RowReference } from "./kind.ts";
import { schemas } from "./schemas.ts";
import { sequences } from "./sequences.ts";
import { tableKinds } from "./table-kinds.ts";
import { tables } from "./tables.ts";
import { typeormMetadata } from "./typeorm-metadata.ts";
import { views } from "./views.ts";

export { tableFrom, tableKinds } from "./table-kinds.ts";

/** An item of a table that needs rows of a table. */
export interface ReferencingItem {
  readonly kind: AnyKind;
  readonly item: Named;
  readonly reference: RowReference;
}

/** Lists the items of a table that need rows of a table. */
export function listReferencing(table: Table): readonly ReferencingItem[] {
  return tableKinds.flatMap((kind) => {
    const { list, references } = kind;
    if (references === undefined) return [];
    return itemsOf(table, list).map((item) => ({ kind, item, reference: references(item) }));
  });
}

/** What a database holds, in the order of creation: a kind may need those before it. */
export const schemaKinds: readonly AnyKind[] = [
  extensions,
  schemas,
  enums,
  sequences,
  tables,
  views,
  typeormMetadata,
] satisfies {
  list: keyof Schema;
}[];
