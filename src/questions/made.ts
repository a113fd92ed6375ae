import { tableKinds } from "../kinds/all.ts";
import { hasSequence } from "../kinds/column-types.ts";
import { does } from "../kinds/targets.ts";
import { type Call, type CallTarget, callTarget } from "../revision/calls.ts";
import type { Column } from "../schema/schema.ts";
import { bareName, sequenceName, siblingName, temporaryName } from "../sql.ts";

/** An object that a call creates. */
export interface Made extends CallTarget {
  /** Its definition, if it is known. */
  readonly item?: unknown;
}

/**
 * Lists what a call creates: a table with everything inside it, a column with its sequence, the sequence of a column that
 * becomes serial or an identity column, or one other object.
 */
export function listMade(call: Call): readonly Made[] {
  const [first, item, changes] = call.args;
  if (does(call, "alter", "column")) return listSequences(String(first), { type: "", ...Object(changes), name: item });
  const target = callTarget(call);
  if (target === undefined || !does(call, "create") || call.target?.kind === "enum value") return [];
  if (target.kind === "table") return [{ ...target, item }, ...listInside(String(first), Object(item))];
  if (target.kind === "column") return [{ ...target, item }, ...listSequences(String(first), item)];
  return [{ ...target, item }];
}

function listInside(owner: string, table: Readonly<Record<string, unknown>>): readonly Made[] {
  const list = (items: unknown, kind: CallTarget["kind"]): readonly Made[] =>
    [items ?? []]
      .flat()
      .filter(Boolean)
      .map((item) => ({ kind, owner, name: readName(item), item }));
  const columns = list(table["columns"], "column");
  const constraints = tableKinds.filter(({ isConstraint }) => isConstraint);
  return [
    ...columns,
    ...columns.flatMap(({ item }) => listSequences(owner, item)),
    ...constraints.flatMap((kind) => list(table[kind.list], "constraint")),
  ];
}

function listSequences(table: string, item: unknown): readonly Made[] {
  const column: Partial<Column> = Object(item);
  const { name, type, sequence } = column;
  if (typeof name !== "string" || typeof type !== "string" || !hasSequence({ ...column, type })) return [];
  return [{ kind: "sequence", owner: "", name: siblingName(table, sequence ?? sequenceName(table, name)) }];
}

function readName(item: unknown): string {
  const { name }: { readonly name?: unknown } = Object(item);
  if (typeof name !== "string") return "";
  return name;
}

/**
 * Whether something has a name, also when it went aside. A sequence goes to another schema with its table, which the
 * other direction creates where it was.
 */
export function isCalled(made: Made, name: string): boolean {
  const [known, wanted] = [made.name, name].map((one) => (made.kind === "sequence" ? bareName(one) : one));
  return known !== undefined && [known, temporaryName(known)].includes(wanted ?? "");
}
