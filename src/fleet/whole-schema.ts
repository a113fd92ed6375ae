import { readLiveDatabase } from "../adopt/live.ts";
import { listNamedObjects, type NamedObject } from "../adopt/named-objects.ts";
import { listRoles } from "../adopt/objects.ts";
import { collect } from "../collect.ts";
import { dropUndefined } from "../given.ts";
import type { Change } from "../schema/operation.ts";
import type { Session } from "../state/session.ts";
import { describeDifferent } from "./drift-text.ts";

/** What a tenant has, also of what models cannot declare. */
export interface WholeSchema {
  readonly objects: readonly NamedObject[];
  /** The roles of its server. */
  readonly roles: ReadonlySet<string>;
  /** The schemas of its objects, without its own. */
  readonly others: readonly string[];
}

/**
 * Reads all objects of a tenant.
 * @param others the schemas that are read besides its own
 */
export async function readWholeSchema(session: Session, others: readonly string[]): Promise<WholeSchema> {
  const { schema } = await session.server();
  const live = await readLiveDatabase(session, [schema, ...others.filter((name) => name !== schema)]);
  return { objects: listNamedObjects(live), roles: await listRoles(await session.connection()), others };
}

/** What a change of columns changes too. */
const OF_COLUMNS = ["table", "owned sequence"];

/** How closely two tenants are compared. */
interface Closeness {
  /** False: only which objects there are, since another major version prints definitions in another way. */
  readonly isSameMajor: boolean;
  /** What the models can declare, and differs. */
  readonly changes: readonly Change[];
}

/** How the objects of a tenant differ from those of the reference, in a few words each. */
export function listObjectDifferences(
  reference: WholeSchema,
  live: WholeSchema,
  { isSameMajor, changes }: Closeness,
): readonly string[] {
  const isCompared = ({ kind, roles }: NamedObject) =>
    !(changes.length > 0 && OF_COLUMNS.includes(kind)) &&
    roles.every((role) => reference.roles.has(role) && live.roles.has(role));
  const keyOf = ({ kind, table, name }: NamedObject) => `${kind} ${table} ${name}`;
  const index = ({ objects }: WholeSchema) => new Map(objects.filter(isCompared).map((one) => [keyOf(one), one]));
  const [wanted, made] = [index(reference), index(live)];
  return [...new Map([...wanted, ...made])].flatMap(([key, { kind, name, table }]) => {
    const effect = findEffect(wanted.get(key), made.get(key), isSameMajor);
    return collect(effect !== undefined && describeDifferent({ kind, name, effect, ...dropUndefined({ table }) }));
  });
}

/** What became of an object; undefined if nothing did. */
function findEffect(
  before: NamedObject | undefined,
  after: NamedObject | undefined,
  isSameMajor: boolean,
): "create" | "drop" | "alter" | undefined {
  if (after === undefined) return "drop";
  // Extensions that watch a database, such as pg_stat_statements, are no part of its schema.
  if (before === undefined) return after.kind === "extension" ? undefined : "create";
  return isSameMajor && before.text !== after.text ? "alter" : undefined;
}
