import { groupBy } from "../group-by.ts";
import type { LiveDatabase } from "./live.ts";
import type { CatalogObject } from "./objects.ts";
import { wholeOf } from "./order.ts";
import { CHOSEN_NAME } from "./prove-baseline.ts";

/** An object of a database by its name, to be compared with that of another database. */
export interface NamedObject extends Pick<CatalogObject, "kind" | "name"> {
  /** The name of its table. */
  readonly table?: string;
  /** The roles that its definition names. */
  readonly roles: readonly string[];
  /** Its definition, and what else it has besides owner and rights. */
  readonly text: string;
}

/** Lists all objects that a baseline can carry. Owners and rights are left out: the databases of a fleet may have other roles. */
export function listNamedObjects({ found }: LiveDatabase): readonly NamedObject[] {
  const owners = new Map(found.objects.map(({ address, name }) => [address, name]));
  const facts = groupBy(
    found.facts.filter(({ what }) => !/^(?:owner|privileges)/.test(what)),
    ({ address }) => wholeOf(address, found.aliases),
  );
  return found.objects.flatMap(({ address, kind, name, table = "", create, roles }): readonly NamedObject[] => {
    if (create === undefined) return [];
    const more = (facts.get(address) ?? []).map(({ statement }) => statement).sort();
    const text = [...create.map((one) => one.replace(CHOSEN_NAME, " NOT NULL")), ...more].join("; ");
    const owner = owners.get(table);
    return [{ kind, name, roles, text, ...(owner !== undefined && { table: owner }) }];
  });
}
