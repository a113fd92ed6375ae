import type { Schema } from "../schema/schema.ts";
import { enums } from "./enums.ts";
import { extensions } from "./extensions.ts";
import type { AnyKind } from "./kind.ts";
import { schemas } from "./schemas.ts";
import { sequences } from "./sequences.ts";
import { tables } from "./tables.ts";
import { typeormMetadata } from "./typeorm-metadata.ts";
import { views } from "./views.ts";

export { tableFrom, tableKinds } from "./table-kinds.ts";

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
