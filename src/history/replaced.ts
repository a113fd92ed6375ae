import { RemodelError } from "../errors.ts";
import type { Revision } from "./revision.ts";

/** Which revisions of a folder make the history, and under which ids they are found besides their own. */
export interface ChosenHistory {
  readonly chosen: readonly Revision[];
  /** The revisions that replace others and are chosen. */
  readonly squashed: readonly Revision[];
  /** The end of what is replaced leads to the same schema as what replaces it: each is another id of the other. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What replaces a revision that is not chosen. */
  readonly replacedBy: ReadonlyMap<string, string>;
}

/**
 * Chooses between revisions and what they replace.
 * @param given all revisions of a folder by id
 * @param bypassed the revisions that are not chosen: those that they replace are
 * @throws RemodelError `REVISION_INVALID`
 */
export function chooseRevisions(given: ReadonlyMap<string, Revision>, bypassed: ReadonlySet<string>): ChosenHistory {
  const all = [...given.values()].filter(({ replaces = [] }) => replaces.length > 0);
  refuseNested(all);
  const squashed = all.filter(({ id }) => !bypassed.has(id));
  const replacedBy = new Map(squashed.flatMap(({ id, replaces = [] }) => replaces.map((one) => [one, id] as const)));
  const aliases = new Map(
    all.map(({ id, replaces = [] }) => {
      const last = replaces.at(-1) ?? id;
      return bypassed.has(id) ? [id, last] : [last, id];
    }),
  );
  const chosen = [...given.values()]
    .filter(({ id }) => !replacedBy.has(id) && !bypassed.has(id))
    .map((revision) => redirect(revision, aliases, replacedBy));
  return { chosen, squashed, aliases, replacedBy };
}

/** What depends on a replaced revision depends on what replaces it, which does the same and more. */
function redirect(
  revision: Revision,
  aliases: ReadonlyMap<string, string>,
  replacedBy: ReadonlyMap<string, string>,
): Revision {
  const { down, dependsOn = [] } = revision;
  const needs = dependsOn.map((name) => replacedBy.get(name) ?? aliases.get(name) ?? name);
  const follows = down.map((id) => aliases.get(id) ?? id);
  if ([...follows, ...needs].every((id, at) => id === [...down, ...dependsOn][at])) return revision;
  return {
    ...revision,
    down: [...new Set(follows)],
    ...(needs.length > 0 && { dependsOn: [...new Set(needs)] }),
  };
}

/** A revision is replaced once: otherwise it would not be known which rows of a database mean it. */
function refuseNested(squashed: readonly Revision[]): void {
  const owners = new Map<string, string>();
  const ids = new Set(squashed.map(({ id }) => id));
  for (const { id, file, replaces = [] } of squashed)
    for (const one of replaces) {
      const owner = ids.has(one) ? one : owners.get(one);
      owners.set(one, id);
      if (owner === undefined) continue;
      throw nested({ id, file }, one, owner);
    }
}

function nested({ id, file }: Pick<Revision, "id" | "file">, one: string, owner: string): RemodelError {
  const why = owner === one ? "which itself replaces others" : `which ${owner} replaces too`;
  return new RemodelError("REVISION_INVALID", `${file || id} replaces ${one}, ${why}.`, {
    hint: `Once every database is past ${owner} and has had another upgrade, delete the line replaces in its file.`,
    details: { revision: id, file },
  });
}
