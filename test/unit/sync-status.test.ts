import { expect, test } from "vitest";
import { buildGraph } from "../../src/history/graph.ts";
import type { Revision } from "../../src/history/revision.ts";
import type { HalfApplied } from "../../src/state/half-applied.ts";
import type { AppliedRow } from "../../src/state/state.ts";
import { computeSyncStatus } from "../../src/state/sync-status.ts";

/** a1 ─┬─ b2 and └─ c3 */
const graph = buildGraph([revision("a1", []), revision("b2", ["a1"]), revision("c3", ["a1"])]);

test.each<[what: string, applied: readonly string[], half: readonly HalfApplied[], expected: object]>([
  ["an empty database", [], [], { current: [], pending: ["a1", "b2", "c3"], missing: [] }],
  ["one branch", ["a1", "c3"], [], { current: ["c3"], pending: ["b2"], missing: [] }],
  ["both branches", ["a1", "b2", "c3"], [], { current: ["b2", "c3"], pending: [], missing: [] }],
  ["a revision that the folder lacks", ["a1", "z9"], [], { current: ["a1", "z9"], pending: [], missing: ["z9"] }],
  [
    "an interrupted downgrade",
    ["a1", "b2", "c3"],
    [{ revision: "b2", direction: "downgrade", done: 1 }],
    { current: ["b2", "c3"], pending: ["b2"], missing: [] },
  ],
])("%s: what is current, pending and missing", (_, applied, half, expected) => {
  const status = computeSyncStatus(graph, { applied: applied.map(row), half });
  expect(status).toMatchObject({ ...expected, applied, heads: ["b2", "c3"], halfApplied: half });
  expect(status.unknown.map(({ revision }) => revision)).toEqual(status.missing);
});

function revision(id: string, down: readonly string[]): Revision {
  return { id, down, message: id, file: `/m/${id}.ts` };
}

function row(id: string): AppliedRow {
  return { revision: id, message: id, appliedAt: "", durationMs: 0, appliedBy: "" };
}
