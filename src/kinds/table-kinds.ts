import { collect } from "../collect.ts";
import type { Named, Table } from "../schema/schema.ts";
import { checks } from "./checks.ts";
import { columns } from "./columns.ts";
import { exclusions } from "./exclusions.ts";
import { foreignKeys } from "./foreign-keys.ts";
import { indexes } from "./indexes.ts";
import { type AnyKind, compact, inList } from "./kind.ts";
import { primaryKeys } from "./primary-keys.ts";
import { uniques } from "./uniques.ts";

/** What a table holds, in the order of creation: a kind may need those before it. */
export const tableKinds: readonly AnyKind[] = [
  columns,
  primaryKeys,
  uniques,
  checks,
  exclusions,
  indexes,
  foreignKeys,
] satisfies { list: keyof Table }[];

/** A table from its lists; empty ones are absent. */
export function tableFrom(
  name: string,
  lists: Iterable<readonly [list: string, items: readonly Named[]]>,
  comment: string | undefined,
): Table {
  const given = new Map(lists);
  const kept = tableKinds.flatMap((kind) => {
    const items = given.get(kind.list) ?? [];
    return collect(items.length > 0 && ([kind.list, inList(kind, items)] as const));
  });
  return compact<Table>({ name, columns: [], ...Object.fromEntries(kept), comment });
}
