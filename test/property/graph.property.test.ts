import fc from "fast-check";
import { expect, test } from "vitest";
import { currentHeads } from "../../src/history/current.ts";
import { ancestors, buildGraph, dependencies, type Graph, heads } from "../../src/history/graph.ts";
import { downgradePlan, listHistory, stampPlan, upgradePlan } from "../../src/history/plan.ts";
import type { Revision } from "../../src/history/revision.ts";
import { findSquashed, headOf } from "../../src/history/squash-range.ts";
import { foldIds } from "../../src/history/squashed.ts";

/** Any history: several bases, forks, merges, dependencies across; ids say nothing about the order. */
const revisions: fc.Arbitrary<Revision[]> = fc
  .array(
    fc.record({
      name: fc.nat(),
      down: fc.array(fc.nat(), { maxLength: 3 }),
      needs: fc.array(fc.nat(), { maxLength: 2 }),
    }),
    {
      minLength: 1,
      maxLength: 14,
    },
  )
  .map((nodes) => {
    const ids = nodes.map(({ name }, index) => `r${name % 1000}_${index}`);
    const earlier = (picks: readonly number[], index: number): string[] =>
      index === 0 ? [] : [...new Set(picks.map((pick) => ids[pick % index]!))];
    return nodes.map(({ down, needs }, index) => ({
      id: ids[index]!,
      down: earlier(down, index),
      dependsOn: earlier(needs, index),
      message: "",
      file: "",
    }));
  });

const someHistory = revisions.map((list) => ({ list, graph: buildGraph(list) }));

function ids(plan: readonly Revision[]): string[] {
  return plan.map(({ id }) => id);
}

function needs(graph: Graph, revision: Revision): string[] {
  return [...revision.down, ...dependencies(graph, revision)];
}

function isClosed(graph: Graph, applied: readonly string[]): boolean {
  return ancestors(graph, applied).size === applied.length;
}

test("every revision of an upgrade finds what it needs applied, and in a downgrade nothing that needs it is left", () => {
  fc.assert(
    fc.property(someHistory, fc.nat(), fc.nat(), ({ list, graph }, first, second) => {
      const applied = new Set<string>();
      for (const pick of [first, second])
        for (const revision of upgradePlan(graph, [...applied], list[pick % list.length]!.id)) {
          expect(needs(graph, revision).filter((id) => !applied.has(id))).toEqual([]);
          expect(applied.has(revision.id)).toBe(false);
          applied.add(revision.id);
        }
      expect(applied.has(list[second % list.length]!.id)).toBe(true);
      for (const revision of downgradePlan(graph, [...applied], "base")) {
        applied.delete(revision.id);
        expect(list.filter((other) => applied.has(other.id) && needs(graph, other).includes(revision.id))).toEqual([]);
      }
      expect([...applied]).toEqual([]);
    }),
  );
});

test("any walk up and down keeps what is applied whole, and ends at base", () => {
  fc.assert(
    fc.property(someHistory, fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 8 }), ({ list, graph }, walk) => {
      let applied: string[] = [];
      for (const [up, pick] of walk) {
        const target = up || applied.length === 0 ? list[pick % list.length]!.id : applied[pick % applied.length]!;
        const plan = up
          ? upgradePlan(graph, applied, target)
          : applied.length === 0
            ? []
            : downgradePlan(graph, applied, target, { withDependents: true });
        applied = up ? [...applied, ...ids(plan)] : applied.filter((id) => !ids(plan).includes(id));
        expect(isClosed(graph, applied)).toBe(true);
        if (applied.length > 0 && plan.length > 0) expect(applied).toContain(target);
        expect([...ancestors(graph, currentHeads(graph, applied))].sort()).toEqual([...applied].sort());
      }
      expect(ids(downgradePlan(graph, applied, "base")).sort()).toEqual([...applied].sort());
    }),
  );
});

test("plans, histories and heads do not depend on the order the files were read in", () => {
  const shuffled = revisions.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, ([list, other]) => {
      const [a, b] = [buildGraph(list), buildGraph(other)];
      expect(ids(listHistory(b))).toEqual(ids(listHistory(a)));
      expect(ids(upgradePlan(b, [], "heads"))).toEqual(ids(upgradePlan(a, [], "heads")));
      expect(ids(heads(b))).toEqual(ids(heads(a)));
    }),
  );
});

test("a new head changes nothing in the order of the others", () => {
  fc.assert(
    fc.property(
      someHistory,
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.constantFrom("a", "r5", "z"),
      ({ list, graph }, picks, id) => {
        const down = [...new Set(picks.map((pick) => list[pick % list.length]!.id))];
        const longer = buildGraph([...list, { id, down, message: "", file: "" }]);
        expect(ids(listHistory(longer)).filter((other) => other !== id)).toEqual(ids(listHistory(graph)));
      },
    ),
  );
});

test("stamping a revision counts the same as applied as upgrading to it, and back at base nothing", () => {
  fc.assert(
    fc.property(someHistory, fc.nat(), fc.nat(), ({ list, graph }, first, second) => {
      const [a, b] = [list[first % list.length]!.id, list[second % list.length]!.id];
      const stamped = stampPlan(graph, [], [a]).applied;
      expect(stamped).toEqual(ids(upgradePlan(graph, [], a)));
      const moved = stampPlan(graph, stamped, [b]).applied;
      expect(isClosed(graph, moved)).toBe(true);
      expect(moved).toContain(b);
      expect(stampPlan(graph, moved, ["base"]).applied).toEqual([]);
    }),
  );
});

/** A history, and the same one with a revision that replaces a part of it; undefined where no part can be replaced. */
function squashSome(list: readonly Revision[], pick: number): { graph: Graph; squashed: Revision } | undefined {
  const before = buildGraph(list);
  const names = ["base", ...before.revisions.keys()];
  const ranges = names.flatMap((from) => names.slice(1).map((to) => `${from}:${to}`));
  const order = [...ranges.slice(pick % ranges.length), ...ranges.slice(0, pick % ranges.length)];
  for (const range of order)
    try {
      const squashed = { ...headOf(before, findSquashed(before, range)), id: "squashed", message: "", file: "" };
      return { graph: buildGraph([...list, squashed]), squashed };
    } catch {
      // This part has no single beginning, no single end, or needs what needs it.
    }
  return undefined;
}

test("wherever a database was before a squash, an upgrade leads to the head and does everything once", () => {
  fc.assert(
    fc.property(revisions, fc.nat(), fc.array(fc.nat(), { maxLength: 3 }), (list, pick, targets) => {
      const found = squashSome(list, pick);
      fc.pre(found !== undefined);
      const { graph, squashed } = found;
      const { replaces = [] } = squashed;
      const old = buildGraph(list);
      const before = ids([...old.revisions.values()]).filter((id) =>
        targets.some((at) => ancestors(old, [list[at % list.length]!.id]).has(id)),
      );
      const counted = foldIds(graph.squashed, before);
      const plan = ids(upgradePlan(graph, counted, "heads"));
      const done = [...before, ...plan.flatMap((id) => (id === squashed.id ? replaces : [id]))];
      expect([...done].sort()).toEqual(list.map(({ id }) => id).sort());
      const after = foldIds(graph.squashed, [...counted, ...plan]);
      expect(upgradePlan(graph, after, "heads")).toEqual([]);
      expect(currentHeads(graph, after)).toEqual(heads(graph).map(({ id }) => id));
      const rest = buildGraph([...list.filter(({ id }) => !replaces.includes(id)), squashed]);
      expect([...rest.revisions.keys()]).toEqual([...graph.revisions.keys()]);
      const up = downgradePlan(graph, after, "base", { withDependents: true });
      expect(ids(up).sort()).toEqual([...after].sort());
    }),
  );
});
