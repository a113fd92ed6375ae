import { parseName, qualifiedName } from "../sql.ts";

/** A call of an operation, recorded or read from a file's text. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What a call is about: the column `title` of `mall`. */
export interface Target {
  /** What the operation's name ends with: `Column`, `Table`, `Enum` …; `Constraint` for every kind of one. */
  readonly family: string;
  /** The table, or the enum type of a value; "" for what belongs to none. */
  readonly owner: string;
  readonly name: string;
}

/** A new name, or the same name in another schema. */
export interface NewName extends Omit<Target, "name"> {
  readonly from: string;
  readonly to: string;
}

const FAMILY = /Table|Column|Index|Enum|Sequence|View|Schema|Extension/;
const OF_TABLE = ["Column", "Index", "Constraint"];

/** What a call is about. */
export function targetOf({ name, args }: Call): Target {
  const family = FAMILY.exec(name)?.[0] ?? "Constraint";
  const [first = "", second = ""] = args.map(nameOf);
  return OF_TABLE.includes(family) ? { family, owner: first, name: second } : { family, owner: "", name: first };
}

function nameOf(value: unknown): string {
  const { name } = Object(value) as { name?: unknown };
  return [value, name].find((one) => typeof one === "string") ?? "";
}

/** The new name that a call gives, if it gives one. */
export function newNameOf(call: Call): NewName | undefined {
  const [first = "", second] = call.args as readonly (string | undefined)[];
  const moved = /^move(Enum)?ToSchema$/.exec(call.name);
  if (moved)
    return { family: moved[1] ?? "Table", owner: "", from: first, to: qualifiedName(parseName(first).name, second) };
  if (!call.name.startsWith("rename")) return undefined;
  const [to = "", from = "", owner = ""] = call.args.map(nameOf).reverse();
  return { family: targetOf(call).family, owner, from, to };
}

/** What has another name after some calls; a way round over a third name does not count. */
export function newNames(calls: readonly Call[]): readonly NewName[] {
  const names = calls.flatMap((call) => newNameOf(call) ?? []).reduce<readonly NewName[]>(withNewName, []);
  return names.filter(({ from, to }) => from !== to);
}

function withNewName(known: readonly NewName[], next: NewName): readonly NewName[] {
  const earlier = known.find((one) => isOfSame(one, next) && one.to === next.from);
  if (earlier === undefined) return [...known, next];
  return known.map((one) => (one === earlier ? { ...one, to: next.to } : one));
}

/** Whether two things stand in one list: the columns of one table. */
export function isOfSame(a: Omit<Target, "name">, b: Omit<Target, "name">): boolean {
  return a.family === b.family && a.owner === b.owner;
}

/** The same thing by the name it has after the renames. */
export function renamed<T extends Target>(target: T, names: readonly NewName[]): T {
  const family = target.family === "Enum" ? "Enum" : "Table";
  const owner = target.owner === "" ? "" : renamed({ family, owner: "", name: target.owner }, names).name;
  const found = names.find((one) => isOfSame(one, { ...target, owner }) && one.from === target.name);
  return { ...target, owner, name: found?.to ?? target.name };
}
