import { schemaKinds, tableKinds } from "../kinds/all.ts";
import { type AnyKind, change, itemsOf } from "../kinds/kind.ts";
import type { Operation } from "../schema/operation.ts";
import type { Schema } from "../schema/schema.ts";
import { bareName, parseName, qualifiedName, siblingName, temporaryName } from "../sql.ts";
import type { Step } from "./order.ts";
import type { Rename } from "./renames.ts";

/**
 * The steps that rename tables, columns and enum types.
 * @param renames what has another name afterwards
 * @param schemas a name on the way is none that something in these schemas has
 */
export function renameSteps(renames: readonly Rename[], schemas: readonly Schema[] = []): readonly Step[] {
  const tables = new Map(renames.filter(({ list }) => list === "tables").map(({ from, to }) => [from, to]));
  return inSafeOrder(renames).flatMap(({ list, from, to, table: oldTable }): readonly Step[] => {
    const kind = findKind(list);
    if (oldTable === undefined)
      return moveOrRename(kind, from, to, schemas).map((one) => ({ move: "rename", kind, change: change(one) }));
    const table = tables.get(oldTable) ?? oldTable;
    return [{ move: "rename", kind, table, change: change(rename(kind, from, to, { name: table })) }];
  });
}

function findKind(list: Rename["list"]): AnyKind {
  const kind = [...schemaKinds, ...tableKinds].find((one) => one.list === list);
  if (kind === undefined) throw new Error(`There is no kind ${list}.`);
  return kind;
}

function rename(kind: AnyKind, from: string, to: string, owner: object): Operation {
  if (kind.rename === undefined) throw new Error(`A ${kind.word} cannot be renamed.`);
  return kind.rename(from, to, owner);
}

function move(kind: AnyKind, name: string, schema: string | undefined): Operation {
  if (kind.move === undefined) throw new Error(`A ${kind.word} cannot be moved.`);
  return kind.move(name, schema);
}

/** Gives something another schema, another name, or both; then by a name on the way that nothing else has. */
function moveOrRename(kind: AnyKind, from: string, to: string, schemas: readonly Schema[]): readonly Operation[] {
  const [{ schema: oldSchema, name: oldName }, { schema, name }] = [parseName(from), parseName(to)];
  if (oldSchema === schema) return [rename(kind, from, to, {})];
  if (oldName === name) return [move(kind, from, schema)];
  const moved = qualifiedName(oldName, schema);
  if (!isTaken(moved, schemas)) return [move(kind, from, schema), rename(kind, moved, to, {})];
  const renamed = siblingName(from, name);
  if (!isTaken(renamed, schemas)) return [rename(kind, from, renamed, {}), move(kind, renamed, schema)];
  const aside = siblingName(from, temporaryName(oldName));
  const movedAside = qualifiedName(bareName(aside), schema);
  return [rename(kind, from, aside, {}), move(kind, aside, schema), rename(kind, movedAside, to, {})];
}

function isTaken(name: string, schemas: readonly Schema[]): boolean {
  return schemas.some((schema) =>
    schemaKinds.some(({ list }) => itemsOf(schema, list).some((one) => one.name === name)),
  );
}

/** Renames in an order in which no name is taken yet; names that change in a circle go by a name aside. */
export function inSafeOrder(renames: readonly Rename[]): readonly Rename[] {
  const waiting = renames.map((rename) => ({ rename, from: keyOf(rename, rename.from), to: keyOf(rename, rename.to) }));
  const taken = new Set(waiting.map(({ from }) => from));
  const ordered: Rename[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex(({ to }) => !taken.has(to));
    for (const { rename, from, to } of waiting.splice(Math.max(0, free), 1)) {
      taken.delete(from);
      if (free >= 0) {
        ordered.push(rename);
        continue;
      }
      const aside = nameAside(rename);
      ordered.push({ ...rename, to: aside });
      const back = { ...rename, from: aside };
      taken.add(keyOf(back, aside));
      waiting.push({ rename: back, from: keyOf(back, aside), to });
    }
  }
  return ordered;
}

function keyOf({ list, table = "" }: Rename, name: string): string {
  return [list, table, name].join("\0");
}

function nameAside({ list, from }: Rename): string {
  return list === "columns" ? temporaryName(from) : siblingName(from, temporaryName(bareName(from)));
}
