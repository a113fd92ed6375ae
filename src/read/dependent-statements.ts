import { FAMILY_MEMBER, isHeir, WITHOUT_ROWS } from "../kinds/dependents.ts";
import { fillMarks, type MarkedNames } from "../kinds/marks.ts";
import type { Dependent } from "../schema/dependencies.ts";
import type { CatalogFact } from "./facts.ts";

/** An object with the statement that creates it. */
export interface CreatedObject {
  /** The kind of its edges. */
  readonly of: string;
  /** Its oid, or that of its table. */
  readonly oid: string;
  readonly kind: string;
  readonly table: string | undefined;
  readonly name: string;
  /** The same without its schema. */
  readonly bare: string;
  readonly create: string | undefined;
}

/** All of their statements are a superuser's. */
const OF_SUPERUSERS = ["operator class", FAMILY_MEMBER];

/** Its query need not run, which may fail or take long: it is created without rows. */
const NO_ROWS = "no rows";

/** As `Dependent` has them. */
interface CreatingStatements extends Required<Pick<Dependent, "create" | "bySuperuser">> {
  readonly isForgotten: boolean;
}

/**
 * The statements that create an object and give it what it has besides its definition.
 * @param object see {@link CreatedObject}
 * @param facts what objects have, as `factsByObject` lists it
 */
export function statementsOf(
  object: CreatedObject,
  facts: ReadonlyMap<string, readonly CatalogFact[]>,
): CreatingStatements {
  const { of, kind, name, create } = object;
  if (create === undefined) return { create: [], bySuperuser: [], isForgotten: false };
  const { keys, marks } = findFactKeys(object);
  // The statements of a table only take it from another one, or give it back.
  const all = isHeir(object) ? [] : keys.flatMap((key) => facts.get(key) ?? []);
  const had = all.filter(({ what }) => what !== NO_ROWS);
  const fill = (isApart: boolean) =>
    had
      .filter(({ bySuperuser = false }) => bySuperuser === isApart)
      .map(({ statement }) => fillMarks(statement, { ...marks, ...(of === "column" && { column: name }) }));
  const noRows = had.length < all.length ? WITHOUT_ROWS : "";
  const created = [`${fillMarks(create, marks)}${noRows}`, ...fill(false)];
  if (OF_SUPERUSERS.includes(kind)) return { create: [], bySuperuser: created, isForgotten: false };
  return { create: created, bySuperuser: fill(true), isForgotten: had.some(isForgotten) };
}

/** What `ALTER COLUMN … TYPE` does not give to an index or to extended statistics that it builds again. */
function isForgotten({ of, what }: CatalogFact): boolean {
  return what === "statistics" || (of === "statistics" && what === "owner");
}

/** The keys of its facts, and what the marks in its statements mean. A constraint with an index has those of both. */
function findFactKeys({ of, oid, kind, table, name, bare }: CreatedObject): {
  readonly keys: readonly string[];
  readonly marks: MarkedNames;
} {
  if (table === undefined) return { keys: [`${of} ${oid}`], marks: { relation: name } };
  const owners = WITH_INDEX.includes(kind) ? [of, "index"] : [of];
  return { keys: owners.map((owner) => `${owner} ${oid} ${bare}`), marks: { relation: table, name } };
}

/** PostgreSQL keeps them by an index of their own. */
const WITH_INDEX = ["unique constraint", "primary key", "exclusion constraint"];
