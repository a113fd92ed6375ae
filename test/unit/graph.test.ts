import { describe, expect, test } from "vitest";
import { RemodelError } from "../../src/errors.ts";
import { addRevision, moveRevision, resolveMerge } from "../../src/history/add.ts";
import { currentHeads } from "../../src/history/current.ts";
import {
  bases,
  branchPoints,
  buildGraph,
  descendants,
  divergence,
  type Graph,
  heads,
  lineage,
} from "../../src/history/graph.ts";
import { resolveName, resolveOne } from "../../src/history/names.ts";
import {
  downgradePlan,
  isRelativeRange,
  listHistory,
  offlinePlan,
  stampPlan,
  upgradePlan,
} from "../../src/history/plan.ts";
import type { Revision } from "../../src/history/revision.ts";
import { foldIds } from "../../src/history/squashed.ts";

function revision(id: string, down: readonly string[] = [], more: Partial<Revision> = {}): Revision {
  return { id, down, message: `Does ${id}`, file: `/m/${id}.ts`, ...more };
}

function ids(revisions: readonly Revision[]): string[] {
  return revisions.map(({ id }) => id);
}

function failure(run: () => unknown): RemodelError {
  try {
    run();
  } catch (error) {
    if (error instanceof RemodelError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** a1 ─ b2 ─ c3 */
const line = buildGraph([revision("c3", ["b2"]), revision("a1"), revision("b2", ["a1"])]);

/** a1 ─┬─ left1 ─ left2  and  └─ right1 ─ right2, labelled where they fork. */
const fork = buildGraph([
  revision("a1"),
  revision("left1", ["a1"], { branchLabels: ["left"] }),
  revision("left2", ["left1"]),
  revision("right1", ["a1"], { branchLabels: ["right"] }),
  revision("right2", ["right1"]),
]);

/** fork, joined again: merge stands on left2 and right2. */
const joined = buildGraph([...fork.revisions.values(), revision("merge", ["left2", "right2"])]);

/** Two trees: malls1 ─ malls2 ─ malls3, and shops1 ─ shops2, whose shops2 needs malls2. */
const trees = buildGraph([
  revision("malls1", [], { branchLabels: ["malls"] }),
  revision("malls2", ["malls1"]),
  revision("malls3", ["malls2"]),
  revision("shops1", [], { branchLabels: ["shops"] }),
  revision("shops2", ["shops1"], { dependsOn: ["malls2"] }),
]);

const all = (graph: Graph): string[] => [...graph.revisions.keys()];

describe("the structure", () => {
  test("an empty folder is an empty history", () => {
    const empty = buildGraph([]);
    expect([heads(empty), bases(empty), listHistory(empty)]).toEqual([[], [], []]);
    expect([resolveName(empty, "head"), resolveName(empty, "heads"), resolveName(empty, "base")]).toEqual([[], [], []]);
    expect(upgradePlan(empty, [], "heads")).toEqual([]);
  });

  test("heads, bases and branch points", () => {
    expect(ids(heads(fork))).toEqual(["left2", "right2"]);
    expect(ids(bases(trees))).toEqual(["malls1", "shops1"]);
    expect(ids(branchPoints(fork))).toEqual(["a1"]);
    expect(ids(heads(joined))).toEqual(["merge"]);
  });

  test("a head that another branch depends on stays a head, unless dependencies are resolved", () => {
    const graph = buildGraph([revision("a1"), revision("z1", [], { dependsOn: ["a1"] })]);
    expect(ids(heads(graph))).toEqual(["a1", "z1"]);
    expect(ids(heads(graph, { resolveDependencies: true }))).toEqual(["z1"]);
  });

  test("lines stay together in the order, and ties are settled by id", () => {
    expect(all(joined)).toEqual(["a1", "left1", "left2", "right1", "right2", "merge"]);
    expect(all(trees)).toEqual(["malls1", "malls2", "malls3", "shops1", "shops2"]);
  });

  test("a dependency may be given by branch label", () => {
    const graph = buildGraph([
      revision("z1", [], { branchLabels: ["zoo"] }),
      revision("a1", [], { dependsOn: ["zoo"] }),
    ]);
    expect(all(graph)).toEqual(["z1", "a1"]);
  });

  test("a lineage leaves out what forks off", () => {
    expect([...lineage(fork, "left1")].sort()).toEqual(["a1", "left1", "left2"]);
  });
});

describe("what is not a history", () => {
  test("two files with one id: both are named", () => {
    const error = failure(() =>
      buildGraph([revision("a1", [], { file: "/m/y.ts" }), revision("a1", [], { file: "/m/x.ts" })]),
    );
    expect(error.code).toBe("REVISION_DUPLICATE");
    expect(error.message).toBe("Two revisions have the id a1: /m/x.ts and /m/y.ts.");
  });

  test("two branches with one label, and a label that is an id", () => {
    const labelled = { branchLabels: ["x1"] };
    const twice = failure(() => buildGraph([revision("a1", [], labelled), revision("b2", [], labelled)]));
    const taken = failure(() => buildGraph([revision("x1"), revision("b2", [], labelled)]));
    expect([twice.code, taken.code]).toEqual(["REVISION_DUPLICATE", "REVISION_DUPLICATE"]);
    expect(twice.message).toBe("The branch label x1 of /m/b2.ts is already a name in /m/a1.ts.");
  });

  test("an unknown downRevision or dependsOn: the file and the missing id", () => {
    const down = failure(() => buildGraph([revision("b2", ["a1"])]));
    expect([down.code, down.message]).toEqual([
      "GRAPH_BROKEN",
      '/m/b2.ts has downRevision "a1", which does not exist.',
    ]);
    const needs = failure(() => buildGraph([revision("b2", [], { dependsOn: ["zz"] })]));
    expect([needs.code, needs.details?.["missing"]]).toEqual(["GRAPH_BROKEN", "zz"]);
  });

  test("a prefix is no downRevision", () => {
    expect(failure(() => buildGraph([revision("abcdef"), revision("b2", ["abcd"])])).code).toBe("GRAPH_BROKEN");
  });

  test("a cycle is listed", () => {
    const error = failure(() =>
      buildGraph([revision("a1"), revision("x1", ["z3"]), revision("y2", ["x1"]), revision("z3", ["y2"])]),
    );
    expect([error.code, error.details?.["cycle"]]).toEqual(["GRAPH_CYCLE", ["z3", "x1", "y2"]]);
    expect(error.hint).toContain("/m/x1.ts, /m/y2.ts and /m/z3.ts");
  });

  test("a revision that follows itself, and a cycle through dependsOn", () => {
    expect(failure(() => buildGraph([revision("a1", ["a1"])])).code).toBe("GRAPH_CYCLE");
    const needs = [revision("a1", [], { dependsOn: ["b2"] }), revision("b2", ["a1"])];
    expect(failure(() => buildGraph(needs)).code).toBe("GRAPH_CYCLE");
  });

  test.each(["head", "heads", "base", "current", "a@b", "a:b", "a+1", "a-1", "a b", "", "é1"])(
    "%j is no id and no label",
    (word) => {
      expect(failure(() => buildGraph([revision(word)])).code).toBe("REVISION_INVALID");
      expect(failure(() => buildGraph([revision("ok", [], { branchLabels: [word] })])).code).toBe("REVISION_INVALID");
    },
  );
});

describe("names", () => {
  const hex = buildGraph([revision("abcd11"), revision("abcd22", ["abcd11"]), revision("ef0033", ["abcd22"])]);

  test.each([
    ["ef0033", ["ef0033"]],
    ["ef00", ["ef0033"]],
    ["head", ["ef0033"]],
    ["heads", ["ef0033"]],
    ["base", []],
    ["current", ["abcd11"]],
    ["+1", ["abcd22"]],
    ["+2", ["ef0033"]],
    ["-1", []],
    ["abcd11+2", ["ef0033"]],
    ["ef0033-1", ["abcd22"]],
    ["ef00-2", ["abcd11"]],
    ["head-1", ["abcd22"]],
    ["base+1", ["abcd11"]],
    ["current+1", ["abcd22"]],
    ["abcd11-1", []],
    [" head ", ["ef0033"]],
  ])("%j", (name, expected) => {
    expect(resolveName(hex, name, { current: ["abcd11"] })).toEqual(expected);
  });

  test.each([
    ["left", ["left1"]],
    ["left@head", ["left2"]],
    ["left@heads", ["left2"]],
    ["left@base", []],
    ["left@left2", ["left2"]],
    ["left@a1", ["a1"]],
    ["left@+1", ["left2"]],
    ["right@+1", ["right1"]],
    ["right@+2", ["right2"]],
    ["left@-1", ["a1"]],
    ["left@a1+1", ["left1"]],
    ["left@head-1", ["left1"]],
    ["right1@head", ["right2"]],
    ["heads", ["left2", "right2"]],
    ["current", ["left1"]],
  ])("%j in a fork", (name, expected) => {
    expect(resolveName(fork, name, { current: ["a1", "left1"] })).toEqual(expected);
  });

  test("it does not matter whether all applied revisions are given or the topmost", () => {
    expect(resolveName(fork, "right@+1", { current: ["left1"] })).toEqual(["right1"]);
  });

  test("an exact id is itself even where others begin with it", () => {
    const graph = buildGraph([revision("abcd"), revision("abcd1", ["abcd"])]);
    expect(resolveName(graph, "abcd")).toEqual(["abcd"]);
  });

  test("an ambiguous prefix lists the candidates", () => {
    const error = failure(() => resolveName(hex, "abcd"));
    expect([error.code, error.message]).toEqual(["REVISION_AMBIGUOUS", '"abcd" can be abcd11 and abcd22.']);
    expect(error.details?.["candidates"]).toEqual(["abcd11", "abcd22"]);
  });

  test("a branch decides between two that begin alike", () => {
    const graph = buildGraph([
      revision("abcd1", [], { branchLabels: ["x"] }),
      revision("abcd2", [], { branchLabels: ["y"] }),
    ]);
    expect(resolveName(graph, "y@abcd")).toEqual(["abcd2"]);
  });

  test.each(["e", "ef", "ef0"])("%j is too short, though only one begins so", (name) => {
    const error = failure(() => resolveName(hex, name));
    expect([error.code, error.message]).toEqual(["REVISION_UNKNOWN", `"${name}" is too short to name a revision.`]);
    expect(error.hint).toContain("ef0033");
  });

  test("an unknown name comes with the nearest ones", () => {
    const error = failure(() => resolveName(hex, "ef0034"));
    expect([error.code, error.hint]).toEqual(["REVISION_UNKNOWN", "Did you mean ef0033?"]);
    expect(failure(() => resolveName(hex, "hed")).hint).toBe("Did you mean head, heads?");
    expect(failure(() => resolveName(hex, "")).hint).toBe("To list all revisions, run: remodel history");
    expect(failure(() => resolveName(fork, "lfet@head")).hint).toBe("Did you mean left?");
    const list = "To list all revisions, run: remodel history";
    expect(failure(() => moveRevision(fork, "right1", "base")).hint).toBe(list);
    expect(failure(() => resolveName(fork, "-1", { current: [] })).hint).toBe(list);
  });

  test.each(["", "@head", "left@", "a:b", "--1", "left@right@head", "x y"])("%j is no name", (name) => {
    expect(failure(() => resolveName(fork, name, { current: [] })).code).toBe("REVISION_UNKNOWN");
  });

  test("a revision of another branch is refused", () => {
    const error = failure(() => resolveName(fork, "left@right2"));
    expect([error.code, error.hint]).toEqual(["REVISION_UNKNOWN", "Write right2 alone."]);
  });

  test("head with several heads lists them", () => {
    const error = failure(() => resolveName(fork, "head"));
    expect([error.code, error.details?.["candidates"]]).toEqual(["GRAPH_HEADS", ["left2", "right2"]]);
    expect(error.hint).toBe(
      'Name one of them, or "heads" for all.\n' +
        "To have one head again, if right1 is not applied in any database, run: remodel rebase right1 --onto left2\n" +
        'Otherwise, run: remodel merge heads -m "…"',
    );
  });

  test.each(["-1", "+1"])("%s with several applied heads lists them instead of taking the first", (name) => {
    const error = failure(() => resolveName(fork, name, { current: all(fork) }));
    expect([error.code, error.message]).toEqual([
      "GRAPH_HEADS",
      `"${name}" needs one head, but there are 2: left2 and right2.`,
    ]);
    expect(error.hint).toBe(`Write left2@${name} or right2@${name}.`);
  });

  test("+1 at a fork lists the ways", () => {
    const error = failure(() => resolveName(fork, "+1", { current: ["a1"] }));
    expect([error.code, error.details?.["candidates"]]).toEqual(["REVISION_AMBIGUOUS", ["left1", "right1"]]);
  });

  test("one step below a merge are all it joins; a second step has to say which", () => {
    expect(resolveName(joined, "merge-1")).toEqual(["left2", "right2"]);
    expect(failure(() => resolveName(joined, "merge-2")).code).toBe("REVISION_AMBIGUOUS");
    expect(resolveName(joined, "left@merge-2")).toEqual(["left1"]);
  });

  test("steps that go too far are refused", () => {
    for (const name of ["+3", "-2", "head+1", "base-1"])
      expect(failure(() => resolveName(hex, name, { current: ["abcd11"] })).code).toBe("REVISION_UNKNOWN");
  });

  test("a name that depends on the database needs one", () => {
    for (const name of ["+1", "-1", "current"]) expect(failure(() => resolveName(line, name)).code).toBe("USAGE");
  });

  test("one revision is wanted", () => {
    expect(resolveOne(line, "head").id).toBe("c3");
    expect(failure(() => resolveOne(fork, "heads")).code).toBe("REVISION_AMBIGUOUS");
    expect(failure(() => resolveOne(fork, "base")).code).toBe("REVISION_UNKNOWN");
  });
});

describe("what is applied", () => {
  test("the topmost of the applied", () => {
    expect(currentHeads(fork, ["a1", "left1", "right1"])).toEqual(["left1", "right1"]);
    expect(currentHeads(joined, all(joined))).toEqual(["merge"]);
    expect(currentHeads(line, [])).toEqual([]);
  });

  test("a head that another branch depends on does not disappear", () => {
    expect(currentHeads(trees, ["malls1", "malls2", "shops1", "shops2"])).toEqual(["malls2", "shops2"]);
  });

  test("a revision put in between later does not make two heads", () => {
    expect(currentHeads(line, ["a1", "c3"])).toEqual(["c3"]);
  });

  test("what the folder lacks is shown, but no plan is made over it", () => {
    expect(currentHeads(line, ["a1", "gone"])).toEqual(["a1", "gone"]);
    for (const plan of [upgradePlan, downgradePlan])
      expect(failure(() => plan(line, ["a1", "gone"], "base")).code).toBe("DATABASE_AHEAD");
    expect(failure(() => stampPlan(line, ["gone"], ["head"])).details?.["revisions"]).toEqual(["gone"]);
  });
});

describe("upgrade", () => {
  test.each([
    [[], "head", ["a1", "b2", "c3"]],
    [["a1"], "heads", ["b2", "c3"]],
    [["a1"], "+1", ["b2"]],
    [["a1", "b2", "c3"], "b2", []],
    [["a1", "c3"], "head", ["b2"]],
    [[], "base", []],
  ])("from %j to %s", (applied, target, expected) => {
    expect(ids(upgradePlan(line, applied, target))).toEqual(expected);
  });

  test("what a revision depends on goes first", () => {
    expect(ids(upgradePlan(trees, [], "shops@head"))).toEqual(["malls1", "malls2", "shops1", "shops2"]);
    expect(ids(upgradePlan(trees, ["malls1", "malls2"], "shops@+1"))).toEqual(["shops1"]);
  });

  test("one branch alone, then the rest", () => {
    expect(ids(upgradePlan(fork, [], "right@head"))).toEqual(["a1", "right1", "right2"]);
    expect(ids(upgradePlan(joined, ["a1", "right1", "right2"], "head"))).toEqual(["left1", "left2", "merge"]);
  });

  test("head with several heads is refused", () => {
    expect(failure(() => upgradePlan(fork, [], "head")).code).toBe("GRAPH_HEADS");
    expect(ids(upgradePlan(fork, [], "heads"))).toEqual(["a1", "left1", "left2", "right1", "right2"]);
  });

  test("a step down is refused", () => {
    const error = failure(() => upgradePlan(fork, all(fork), "left@-1"));
    expect([error.code, error.hint]).toEqual(["USAGE", "remodel downgrade left@-1"]);
  });
});

describe("downgrade", () => {
  test.each([
    ["base", ["c3", "b2", "a1"]],
    ["a1", ["c3", "b2"]],
    ["-1", ["c3"]],
    ["-3", ["c3", "b2", "a1"]],
    ["head", []],
  ])("to %s", (target, expected) => {
    expect(ids(downgradePlan(line, all(line), target))).toEqual(expected);
  });

  test("only what is applied is taken back", () => {
    expect(ids(downgradePlan(line, ["a1", "b2"], "base"))).toEqual(["b2", "a1"]);
    expect(downgradePlan(line, [], "base")).toEqual([]);
  });

  test("down to a fork takes both branches; with a label or a step only one", () => {
    expect(ids(downgradePlan(fork, all(fork), "a1"))).toEqual(["right2", "right1", "left2", "left1"]);
    expect(ids(downgradePlan(fork, all(fork), "left@a1"))).toEqual(["left2", "left1"]);
    expect(ids(downgradePlan(fork, all(fork), "left@-1"))).toEqual(["left2"]);
    expect(ids(downgradePlan(fork, all(fork), "right2@-2"))).toEqual(["right2", "right1"]);
  });

  test("-1 with several heads lists them and takes nothing", () => {
    const error = failure(() => downgradePlan(fork, all(fork), "-1"));
    expect([error.code, error.details?.["candidates"]]).toEqual(["GRAPH_HEADS", ["left2", "right2"]]);
  });

  test("-1 takes back a merge and leaves what it joined", () => {
    expect(ids(downgradePlan(joined, all(joined), "-1"))).toEqual(["merge"]);
  });

  test("label@base says which other branches go, and waits for a word", () => {
    const applied = all(trees);
    const error = failure(() => downgradePlan(trees, applied, "malls@base"));
    expect([error.code, error.message]).toEqual([
      "USAGE",
      "A downgrade to malls@base must also downgrade what depends on it: shops2.",
    ]);
    expect(error.hint).toContain("--with-dependents");
    expect(ids(downgradePlan(trees, applied, "malls@base", { withDependents: true }))).toEqual([
      "shops2",
      "malls3",
      "malls2",
      "malls1",
    ]);
    expect(ids(downgradePlan(trees, applied, "shops@base"))).toEqual(["shops2", "shops1"]);
    expect(ids(downgradePlan(trees, applied, "base"))).toHaveLength(5);
  });

  test("label@base over a shared base says that the sibling would go", () => {
    expect(failure(() => downgradePlan(fork, all(fork), "left@base")).details?.["dependents"]).toEqual([
      "right2",
      "right1",
    ]);
  });

  test("dependents are told for every target, and not where they are not touched", () => {
    expect(failure(() => downgradePlan(trees, all(trees), "malls1")).details?.["dependents"]).toEqual(["shops2"]);
    expect(ids(downgradePlan(trees, all(trees), "malls2"))).toEqual(["malls3"]);
    expect(failure(() => downgradePlan(trees, ["malls1", "malls2", "shops1", "shops2"], "malls2@-1")).code).toBe(
      "USAGE",
    );
  });

  test("a step off the base of one tree leaves the other trees", () => {
    expect(ids(downgradePlan(trees, ["malls1", "shops1"], "shops1-1"))).toEqual(["shops1"]);
    expect(ids(downgradePlan(trees, ["malls1", "shops1"], "shops@-1"))).toEqual(["shops1"]);
  });

  test("a branch of which nothing is applied has nothing to take back", () => {
    expect(failure(() => downgradePlan(fork, ["a1", "left1"], "right@-1")).code).toBe("REVISION_UNKNOWN");
  });

  test("a target that is not applied, or a step up, is refused", () => {
    const error = failure(() => downgradePlan(line, ["a1"], "b2"));
    expect([error.code, error.hint]).toEqual(["USAGE", "Topmost applied: a1."]);
    expect(failure(() => downgradePlan(line, ["a1"], "+1")).code).toBe("USAGE");
  });
});

describe("stamp", () => {
  test.each([
    [line, [], ["head"], ["a1", "b2", "c3"]],
    [line, ["a1", "b2", "c3"], ["a1"], ["a1"]],
    [line, ["a1", "b2", "c3"], ["base"], []],
    [line, ["a1"], ["+1"], ["a1", "b2"]],
    [fork, ["a1", "left1", "right1"], ["left2"], ["a1", "left1", "left2", "right1"]],
    [fork, [], ["heads"], ["a1", "left1", "left2", "right1", "right2"]],
    [fork, [], ["left1", "right2"], ["a1", "left1", "right1", "right2"]],
    [trees, [], ["shops@head"], ["malls1", "malls2", "shops1", "shops2"]],
    [trees, ["malls1", "malls2", "malls3", "shops1"], ["malls1"], ["malls1", "shops1"]],
    [trees, ["malls1", "shops1"], ["shops@base"], ["malls1"]],
  ])("%#", (graph, applied, targets, expected) => {
    expect(stampPlan(graph, applied, targets)).toMatchObject({ applied: expected });
  });
});

describe("history and ranges", () => {
  test("newest first", () => {
    expect(ids(listHistory(line))).toEqual(["c3", "b2", "a1"]);
    expect(ids(listHistory(joined))).toEqual(["merge", "right2", "right1", "left2", "left1", "a1"]);
  });

  test.each([
    ["a1:b2", ["b2", "a1"]],
    ["b2:", ["c3", "b2"]],
    [":b2", ["b2", "a1"]],
    [":", ["c3", "b2", "a1"]],
    ["base:head", ["c3", "b2", "a1"]],
    ["a1:+1", ["b2", "a1"]],
    ["-1:c3", ["c3", "b2"]],
    ["-5:c3", ["c3", "b2", "a1"]],
    ["-1:", ["c3", "b2"]],
    [":+2", ["b2", "a1"]],
    ["current:", ["c3", "b2"]],
    [":current", ["b2", "a1"]],
    ["-1:+1", ["c3", "b2", "a1"]],
  ])("%s", (range, expected) => {
    expect(ids(listHistory(line, range, { current: ["a1", "b2"] }))).toEqual(expected);
  });

  test("a branch", () => {
    expect(ids(listHistory(fork, "left@base:left@head"))).toEqual(["left2", "left1", "a1"]);
    expect(ids(listHistory(fork, "left@base:"))).toEqual(["left2", "left1", "a1"]);
    expect(ids(listHistory(joined, "left1:merge"))).toEqual(["merge", "left2", "left1"]);
  });

  test.each([
    ["current:", true],
    ["a1:left@+1", true],
    ["-3:-1", true],
    ["-3:head", false],
    ["a1:+2", false],
    ["-2:", false],
    ["base:heads", false],
  ])("%s needs a database: %s", (range, needed) => {
    expect(isRelativeRange(range)).toBe(needed);
    const read = () => listHistory(range.includes("left") ? fork : line, range, {});
    if (needed) expect(failure(read).code).toBe("USAGE");
    else expect(read()).not.toEqual([]);
  });

  test("a range that is none", () => {
    for (const range of ["b2:a1", "a1", "a:b:c"]) expect(failure(() => listHistory(line, range)).code).toBe("USAGE");
  });

  test("a script starts where its range says", () => {
    const plan = (direction: "upgrade" | "downgrade", range: string) => {
      const { applied, revisions } = offlinePlan(line, direction, range);
      return [applied, ids(revisions)];
    };
    expect(plan("upgrade", "head")).toEqual([[], ["a1", "b2", "c3"]]);
    expect(plan("upgrade", "a1:c3")).toEqual([["a1"], ["b2", "c3"]]);
    expect(plan("upgrade", "b2:")).toEqual([["a1", "b2"], ["c3"]]);
    expect(plan("upgrade", "a1:+1")).toEqual([["a1"], ["b2"]]);
    expect(plan("upgrade", "c3:c3")).toEqual([["a1", "b2", "c3"], []]);
    expect(plan("downgrade", "b2:base")).toEqual([
      ["a1", "b2"],
      ["b2", "a1"],
    ]);
    expect(plan("downgrade", ":-1")).toEqual([["a1", "b2", "c3"], ["c3"]]);
    expect(plan("upgrade", "+1")).toEqual([[], ["a1"]]);
    for (const range of ["c3:a1", "current:c3"]) expect(failure(() => plan("upgrade", range)).code).toBe("USAGE");
  });

  test("what two heads have of their own", () => {
    const [left, right] = divergence(fork, "left2", "right2");
    expect([ids(left), ids(right)]).toEqual([
      ["left1", "left2"],
      ["right1", "right2"],
    ]);
  });
});

describe("a new revision", () => {
  const fresh = { id: "d4", message: "Does d4", file: "" };

  test("follows the head, names resolved", () => {
    expect(addRevision(line, fresh).revision.down).toEqual(["c3"]);
    expect(ids(heads(addRevision(line, fresh).graph))).toEqual(["d4"]);
    expect(addRevision(buildGraph([]), fresh).revision.down).toEqual([]);
    expect(addRevision(fork, { ...fresh, down: ["left@head"], dependsOn: ["right"] }).revision).toEqual({
      ...fresh,
      down: ["left2"],
      dependsOn: ["right1"],
    });
  });

  test("an id that exists is refused before anything is written, and so is one that cannot be typed", () => {
    expect(failure(() => addRevision(line, { ...fresh, id: "a1" })).code).toBe("REVISION_DUPLICATE");
    expect(failure(() => addRevision(line, { ...fresh, id: "a-1" })).code).toBe("REVISION_INVALID");
    expect(failure(() => addRevision(line, { ...fresh, id: "head" })).code).toBe("REVISION_INVALID");
  });

  test("with several heads one has to be named", () => {
    expect(failure(() => addRevision(fork, fresh)).details?.["candidates"]).toEqual(["left2", "right2"]);
  });

  test("off a revision that is no head only with splice", () => {
    expect(failure(() => addRevision(line, { ...fresh, down: ["a1"] })).code).toBe("GRAPH_HEADS");
    expect(ids(heads(addRevision(line, { ...fresh, down: ["a1"] }, { splice: true }).graph))).toEqual(["c3", "d4"]);
  });

  test("a second base needs no splice", () => {
    expect(ids(bases(addRevision(line, { ...fresh, down: ["base"] }).graph))).toEqual(["a1", "d4"]);
  });

  test("a merge joins heads, and only heads", () => {
    expect(resolveMerge(fork, ["heads"])).toEqual(["left2", "right2"]);
    expect(resolveMerge(fork, ["right2", "left@head"])).toEqual(["left2", "right2"]);
    expect(failure(() => resolveMerge(fork, ["left1", "right2"])).code).toBe("GRAPH_HEADS");
    expect(failure(() => resolveMerge(line, ["heads"])).code).toBe("USAGE");
    expect(failure(() => resolveMerge(buildGraph([]), ["heads"])).code).toBe("USAGE");
  });

  test("a rebase moves a branch on top of another", () => {
    const { graph, revision: moved } = moveRevision(fork, "right1", "left2");
    expect(moved).toEqual({ ...fork.revisions.get("right1"), down: ["left2"] });
    expect(ids(listHistory(graph))).toEqual(["right2", "right1", "left2", "left1", "a1"]);
    const circle = failure(() => moveRevision(fork, "left1", "left2"));
    expect([circle.code, circle.hint]).toEqual([
      "GRAPH_CYCLE",
      "Name a revision that does not follow it. To list all revisions, run: remodel history",
    ]);
    expect(failure(() => moveRevision(joined, "merge", "a1")).code).toBe("USAGE");
  });
});

describe("long histories", () => {
  const name = (index: number): string => `r${String(index).padStart(6, "0")}`;
  const chain = (length: number): Revision[] =>
    Array.from({ length }, (_, index) => revision(name(index), index === 0 ? [] : [name(index - 1)]));

  test("20,000 in one line or around one base do not overflow the stack", () => {
    const graph = buildGraph(chain(20_000));
    expect(heads(graph)).toHaveLength(1);
    expect(descendants(graph, [name(0)]).size).toBe(20_000);
    expect(downgradePlan(graph, all(graph), "base")).toHaveLength(20_000);
    expect(upgradePlan(graph, [], "+20000")).toHaveLength(20_000);
    const star = buildGraph([revision("base1"), ...chain(20_000).map(({ id }) => revision(id, ["base1"]))]);
    expect(upgradePlan(star, [], "heads")).toHaveLength(20_001);
    const circle = [revision(name(0), [name(19_999)]), ...chain(20_000).slice(1)];
    expect(failure(() => buildGraph(circle)).code).toBe("GRAPH_CYCLE");
  });
});

describe("a revision that replaces others", () => {
  const chain = [revision("a1"), revision("b2", ["a1"]), revision("c3", ["b2"]), revision("d4", ["c3"])];
  const squashed = revision("s1", ["a1"], { replaces: ["b2", "c3"] });
  const graph = buildGraph([...chain, squashed]);

  test("takes their place, also where their files are gone", () => {
    const rest = buildGraph([revision("a1"), revision("d4", ["c3"]), squashed]);
    for (const one of [graph, rest]) {
      expect([...one.revisions.keys()]).toEqual(["a1", "s1", "d4"]);
      expect(one.revisions.get("d4")?.down).toEqual(["s1"]);
      expect(resolveName(one, "c3")).toEqual(["s1"]);
    }
    expect(ids([addRevision(graph, revision("e5", []), {}).revision])).toEqual(["e5"]);
  });

  test("is run alone, is there already, or waits for the rest of them", () => {
    const applied = (...rows: string[]) => foldIds(graph.squashed, rows);
    expect(ids(upgradePlan(graph, applied("a1"), "heads"))).toEqual(["s1", "d4"]);
    expect(ids(upgradePlan(graph, applied("a1", "b2"), "heads"))).toEqual(["c3", "d4"]);
    expect(ids(upgradePlan(graph, applied("a1", "b2"), "s1"))).toEqual(["c3"]);
    expect(ids(upgradePlan(graph, applied("a1", "b2", "c3"), "heads"))).toEqual(["d4"]);
    expect(currentHeads(graph, applied("a1", "b2"))).toEqual(["b2"]);
    expect(currentHeads(graph, applied("a1", "b2", "c3"))).toEqual(["s1"]);
    expect(applied("a1", "s1", "c3")).toEqual(["a1", "s1"]);
    expect(foldIds(graph.squashed, ["a1", "b2", "c3"], ["c3"])).toEqual(["a1", "b2", "c3"]);
    expect(ids(downgradePlan(graph, applied("a1", "b2", "c3", "d4"), "a1"))).toEqual(["d4", "s1"]);
  });

  test("names what is missing where a database has some of them and the other files are gone", () => {
    const rest = buildGraph([revision("a1"), squashed]);
    const error = failure(() => upgradePlan(rest, ["a1", "b2"], "heads"));
    expect(error).toMatchObject({
      code: "DATABASE_AHEAD",
      hint: expect.stringContaining("Restore the files of b2 and c3"),
    });
  });

  test("a revision inside it is no target, by its id or the beginning of it, and the error names what replaces it", () => {
    const graph = buildGraph([
      revision("a1"),
      revision("b2_shops", ["a1"]),
      revision("c3", ["b2_shops"]),
      revision("s1", ["a1"], { replaces: ["b2_shops", "c3"] }),
    ]);
    for (const name of ["b2_shops", "b2_s"])
      expect(failure(() => resolveName(graph, name))).toMatchObject({
        code: "REVISION_UNKNOWN",
        message: `"${name}": s1 replaces the revision b2_shops.`,
        hint: "Name s1, or the last revision that it replaces.",
      });
  });

  test("is refused where it is not clear what replaces what", () => {
    const inner = failure(() => buildGraph([...chain, squashed, revision("x1", ["b2"])]));
    expect(inner).toMatchObject({ code: "GRAPH_BROKEN", message: expect.stringContaining('"b2", which s1 replaces') });
    const twice = failure(() => buildGraph([...chain, squashed, revision("s2", ["a1"], { replaces: ["c3"] })]));
    expect(twice).toMatchObject({
      code: "REVISION_INVALID",
      message: expect.stringContaining("which s1 replaces too"),
    });
    const nested = failure(() => buildGraph([...chain, squashed, revision("s2", [], { replaces: ["s1"] })]));
    expect(nested).toMatchObject({ message: expect.stringContaining("which itself replaces others") });
  });
});
