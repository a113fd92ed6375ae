import { createHash } from "node:crypto";
import { collect } from "../collect.ts";
import { groupBy } from "../group-by.ts";
import { isObject } from "../load/objects.ts";

/** The methods of TypeORM's storage of decorators that look for those of some classes. All of them take the classes first. */
const METHODS = [
  ...["filterColumns", "filterRelations", "filterRelationIds", "filterIndices", "filterForeignKeys", "filterUniques"],
  ...["filterChecks", "filterExclusions", "filterListeners", "filterEmbeddeds", "filterJoinColumns"],
  ...["findGenerated", "findTree", "findJoinTable", "findInheritanceType", "findDiscriminatorValue"],
];
/** The lists that they look through, where the name of the method does not say it. */
const OTHER_LISTS: Readonly<Record<string, string>> = {
  filterListeners: "entityListeners",
  findGenerated: "generations",
  findTree: "trees",
  findJoinTable: "joinTables",
  findInheritanceType: "inheritances",
  findDiscriminatorValue: "discriminatorValues",
};
/** What these methods call. */
const HELPERS = [
  "filterByTarget",
  "filterByTargetAndWithoutDuplicateProperties",
  "filterByTargetAndWithoutDuplicateRelationProperties",
  "filterByTargetAndWithoutDuplicateEmbeddedProperties",
];
/**
 * The code of these methods that was read: each returns only entries whose class is one that it was given. TypeORM 0.3.24 to 1.1
 * have the first, 0.3.20 the second, without foreign keys.
 */
const READ = ["a395c6a69e596af6", "b50e253fad0cdcee"];

type Entry = Readonly<Record<string, unknown>>;
type Storage = Record<string, unknown>;
type Method = (...args: readonly unknown[]) => unknown;

/**
 * Lets TypeORM compute models while its storage finds the decorators of a class by an index. By itself it looks through all of
 * a project for each class. The methods are TypeORM's own, and get a shorter list. Where their code is another one than was
 * read, nothing is changed.
 */
export async function withIndexedMetadata<Result>(typeorm: unknown, work: () => Promise<Result>): Promise<Result> {
  const prototype = findPrototype(typeorm);
  if (prototype === undefined || !READ.includes(hashMethods(prototype))) return await work();
  const own = METHODS.flatMap((name) => {
    const method = prototype[name];
    return collect(isMethod(method) && ([name, method] as const));
  });
  const indexes: Indexes = new WeakMap();
  for (const [name, method] of own) prototype[name] = indexed(name, method, indexes);
  try {
    return await work();
  } finally {
    for (const [name, method] of own) prototype[name] = method;
  }
}

function isMethod(value: unknown): value is Method {
  return typeof value === "function";
}

function findPrototype(typeorm: unknown): Storage | undefined {
  const { getMetadataArgsStorage } = Object(typeorm);
  if (typeof getMetadataArgsStorage !== "function") return undefined;
  const prototype: unknown = Object.getPrototypeOf(getMetadataArgsStorage());
  return isObject(prototype) && prototype !== Object.prototype ? prototype : undefined;
}

/** The hash of the code of the methods, and of what they call. */
export function hashMethods(prototype: Readonly<Record<string, unknown>>): string {
  const texts = [...METHODS, ...HELPERS].map((name) => String(prototype[name]).replace(/\s+/g, " "));
  return createHash("sha256").update(texts.join("\n")).digest("hex").slice(0, 16);
}

function indexed(name: string, method: Method, indexes: Indexes): Method {
  const list = OTHER_LISTS[name] ?? name.replace(/^filter./, (start) => start.slice(-1).toLowerCase());
  return function (this: Storage, target: unknown, ...others: readonly unknown[]): unknown {
    const short = { [list]: { value: findEntries(indexes, this[list] as readonly Entry[], target) } };
    return Reflect.apply(method, Object.create(this, short), [target, ...others]);
  };
}

/** Entries with their places, by class. */
interface Index {
  readonly length: number;
  readonly byTarget: ReadonlyMap<unknown, readonly Placed[]>;
}

interface Placed {
  readonly at: number;
  readonly entry: Entry;
}

/** The index of each list, while models are computed once. */
type Indexes = WeakMap<readonly Entry[], Index>;

/** Finds the entries of one class or of several, in their order. */
function findEntries(indexes: Indexes, entries: readonly Entry[], target: unknown): readonly Entry[] {
  const { byTarget } = openIndex(indexes, entries);
  const targets = Array.isArray(target) ? new Set<unknown>(target) : [target];
  const found = [...targets].flatMap((one) => byTarget.get(one) ?? []);
  return found.sort((a, b) => a.at - b.at).map(({ entry }) => entry);
}

/** The index of a list, which only grows while models are computed. */
function openIndex(indexes: Indexes, entries: readonly Entry[]): Index {
  const known = indexes.get(entries);
  if (known?.length === entries.length) return known;
  const placed = entries.map((entry, at): Placed => ({ at, entry }));
  const made = { length: entries.length, byTarget: groupBy(placed, ({ entry }) => entry["target"]) };
  indexes.set(entries, made);
  return made;
}
