import type { Schema, Table } from "../schema/schema.ts";
import { checks } from "./checks.ts";
import { columns } from "./columns.ts";
import { enums } from "./enums.ts";
import { exclusions } from "./exclusions.ts";
import { extensions } from "./extensions.ts";
import { foreignKeys } from "./foreign-keys.ts";
import { indexes } from "./indexes.ts";
import type { AnyKind } from "./kind.ts";
import { primaryKeys } from "./primary-keys.ts";
import { schemas } from "./schemas.ts";
import { sequences } from "./sequences.ts";
import { tables } from "./tables.ts";
import { typeormMetadata } from "./typeorm-metadata.ts";
import { uniques } from "./uniques.ts";
import { views } from "./views.ts";

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

/** What a table holds, in the order of creation. */
export const tableKinds: readonly AnyKind[] = [
  columns,
  primaryKeys,
  uniques,
  checks,
  exclusions,
  indexes,
  foreignKeys,
] satisfies { list: keyof Table }[];
