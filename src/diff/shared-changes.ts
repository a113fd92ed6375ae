import { groupBy } from "../group-by.ts";
import type { Guess } from "./guess.ts";
import type { Rename } from "./renames.ts";
import { plain } from "./traits.ts";

/** From so many names that change in the same way on, there is one question for all of them. */
const MANY = 3;

/** Joins guesses whose names change in the same way, as by another naming strategy or prefix, if there are many. */
export function joinSharedChanges(guesses: readonly Guess[]): readonly Guess[] {
  const joined: Guess[] = [];
  let rest = guesses;
  for (const describe of [describeSpelling, describePrefix, describeSuffix]) {
    const groups = groupBy(rest, ({ certain, renames: [first, ...more] }) => {
      if (first === undefined || certain || more.length > 0) return undefined;
      return describe(first);
    });
    for (const [reason, group] of groups) {
      if (reason === undefined || group.length < MANY) continue;
      joined.push({ renames: group.flatMap(({ renames }) => renames), certain: false, reason, others: [] });
      const members = new Set(group);
      rest = rest.filter((guess) => !members.has(guess));
    }
  }
  return [...joined, ...rest];
}

function describeSpelling({ from, to }: Rename): string | undefined {
  if (plain(from) !== plain(to)) return undefined;
  return "only their spelling differs";
}

function describePrefix({ from, to }: Rename): string | undefined {
  const shared = countSharedStart([...from].reverse().join(""), [...to].reverse().join(""));
  return describeAffix("begins", from.slice(0, from.length - shared), to.slice(0, to.length - shared), shared);
}

function describeSuffix({ from, to }: Rename): string | undefined {
  const shared = countSharedStart(from, to);
  return describeAffix("ends", from.slice(shared), to.slice(shared), shared);
}

function describeAffix(word: "begins" | "ends", before: string, after: string, shared: number): string | undefined {
  if (shared < 2) return undefined;
  if (before === "") return `each now ${word} with "${after}"`;
  if (after === "") return `none ${word} with "${before}" now`;
  return `each ${word} with "${after}" instead of "${before}"`;
}

function countSharedStart(a: string, b: string): number {
  let at = 0;
  while (at < Math.min(a.length, b.length) && a[at] === b[at]) at++;
  return at;
}
