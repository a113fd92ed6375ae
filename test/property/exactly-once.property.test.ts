import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ancestors, buildGraph, type Graph } from "../../src/history/graph.ts";
import { downgrade, type RunOptions, upgrade } from "../../src/run/run.ts";
import { inSession, type Place, reopened, withPlace } from "../support/running.ts";
import { anyMajors } from "../support/servers.ts";
import { runs, seed } from "./runs.ts";

/** A revision of a random history: which earlier ones it follows and depends on, and how it is run. */
interface Node {
  readonly down: readonly number[];
  readonly needs: readonly number[];
  readonly apart: boolean;
}

/** One of several runners that begin at once. */
interface Runner {
  readonly way: "upgrade" | "downgrade";
  /** A place in the history, `heads` or `base`, or so many steps. */
  readonly target: number | "end" | "step";
  /** Its folder has only the first so many revisions. */
  readonly folder: "whole" | "part";
  readonly withDependents: boolean;
  readonly singleTransaction: boolean;
}

interface Round {
  readonly nodes: readonly Node[];
  /** How many revisions the smaller folder lacks. */
  readonly lacking: number;
  readonly first: Runner;
  readonly runners: readonly Runner[];
}

const nodes = fc.array(
  fc.record({
    down: fc.array(fc.nat({ max: 9 }), { maxLength: 2 }),
    needs: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.nat({ max: 9 }), { maxLength: 1 }) },
    ),
    apart: fc.boolean(),
  }),
  { minLength: 2, maxLength: 5 },
);

const runner: fc.Arbitrary<Runner> = fc.record({
  way: fc.constantFrom("upgrade" as const, "downgrade" as const),
  target: fc.oneof(fc.constant("end" as const), fc.constant("step" as const), fc.nat({ max: 9 })),
  folder: fc.constantFrom("whole" as const, "whole" as const, "part" as const),
  withDependents: fc.boolean(),
  singleTransaction: fc.oneof(
    { weight: 4, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});

const round: fc.Arbitrary<Round> = fc.record({
  nodes,
  lacking: fc.nat({ max: 1 }),
  first: runner,
  runners: fc.array(runner, { minLength: 2, maxLength: 4 }),
});

function historyOf({ nodes }: Round): Graph {
  const earlier = (picks: readonly number[], at: number) =>
    at === 0 ? [] : [...new Set(picks.map((pick) => `r${pick % at}`))];
  return buildGraph(
    nodes.map(({ down, needs }, at) => ({
      id: `r${at}`,
      down: earlier(down, at),
      dependsOn: earlier(needs, at).filter((id) => !earlier(down, at).includes(id)),
      message: "",
      file: "",
    })),
  );
}

/** Each revision writes a row when it is applied and another one when it is taken back. */
function writeFolder(folder: string, graph: Graph, nodes: readonly Node[], count: number): void {
  for (const [at, { apart }] of nodes.slice(0, count).entries()) {
    const id = `r${at}`;
    const { down, dependsOn = [] } = graph.revisions.get(id)!;
    const row = (way: string) =>
      `op.sql("INSERT INTO ran (revision, way, part) VALUES ('${id}', '${way}', 1)");\n  op.sql("INSERT INTO ran (revision, way, part) VALUES ('${id}', '${way}', 2)");`;
    writeFileSync(
      join(folder, `${id}.ts`),
      `/** ${id}. */
export const revision = "${id}";
export const downRevision = ${JSON.stringify(down.length === 0 ? null : down)};
export const dependsOn = ${JSON.stringify(dependsOn)};
${apart ? "export const transaction = false;" : ""}
export function upgrade(op: any): void {
  ${row("upgrade")}
}
export function downgrade(op: any): void {
  ${row("downgrade")}
}
`,
    );
  }
}

/** Why a run may be refused. A revision that another run is just at, in several transactions, is half applied so far. */
const REFUSED = [
  "PLAN_CHANGED",
  "DATABASE_AHEAD",
  "USAGE",
  "REVISION_UNKNOWN",
  "REVISION_AMBIGUOUS",
  "REVISION_HALF_APPLIED",
  "GRAPH_HEADS",
];

async function go(
  place: Place,
  { way, target, withDependents, singleTransaction }: Runner,
  count: number,
): Promise<string> {
  const name =
    target === "end"
      ? { upgrade: "heads", downgrade: "base" }[way]
      : target === "step"
        ? { upgrade: "+1", downgrade: "-1" }[way]
        : `r${target % count}`;
  const options: RunOptions = { withDependents, singleTransaction };
  return await inSession(place, async (session) => {
    const run = way === "upgrade" ? upgrade(session, name, options) : downgrade(session, name, options);
    return await run.then(
      () => "done",
      (error: { code?: string }) => {
        if (!REFUSED.includes(error.code ?? "")) throw error;
        return error.code!;
      },
    );
  });
}

/** The law: what is applied is closed, and the rows say that each revision of it ran once. */
async function expectOnce({ admin }: Place, graph: Graph): Promise<void> {
  const { rows } = await admin.query("SELECT revision FROM remodel_revision").catch(() => ({ rows: [] }));
  const applied = new Set(rows.map(({ revision }) => revision as string));
  expect([...ancestors(graph, applied)].sort()).toEqual([...applied].sort());
  const { rows: ran } = await admin.query("SELECT revision, way, part FROM ran ORDER BY at");
  for (const id of graph.revisions.keys())
    for (const part of [1, 2]) {
      const ways = ran.filter((row) => row.revision === id && row.part === part).map(({ way }) => way);
      const wanted = Array.from({ length: ways.length }, (_, at) => (at % 2 === 0 ? "upgrade" : "downgrade"));
      expect(ways, `${id}, part ${part}`).toEqual(wanted);
      expect(ways.length % 2 === 1, `${id} applied`).toBe(applied.has(id));
    }
}

test.each(anyMajors())(
  "runners with random directions, targets and folders leave a whole history, each revision run once, on %i",
  (major) =>
    withPlace(async (place) => {
      const numRuns = runs(1 / 30);
      const outcomes: Record<string, number> = {};
      for (const one of fc.sample(round, { seed: seed + major, numRuns })) {
        await place.admin.query(
          "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE ran (at bigint GENERATED ALWAYS AS IDENTITY, revision text, way text, part integer)",
        );
        const graph = historyOf(one);
        const { length } = one.nodes;
        const counts = { whole: length, part: Math.max(1, length - one.lacking) };
        const open = async (name: "whole" | "part") => {
          const folder = mkdtempSync(join(place.folder, `${name}_`));
          writeFolder(folder, graph, one.nodes, counts[name]);
          return await reopened({ ...place, folder });
        };
        const places = { whole: await open("whole"), part: await open("part") };
        const start = (runner: Runner) => go(places[runner.folder], runner, counts[runner.folder]);
        await start(one.first);
        const ended = await Promise.all(one.runners.map(start));
        for (const code of ended) outcomes[code] = (outcomes[code] ?? 0) + 1;
        await expectOnce(place, graph).catch((error: unknown) => {
          throw new Error(`${JSON.stringify(one)}: ${ended}`, { cause: error });
        });
      }
      console.log(`${numRuns} rounds on ${major}, REMODEL_PROPERTY_SEED=${seed}: ${JSON.stringify(outcomes)}`);
      expect(outcomes["done"]).toBeGreaterThan(0);
    }, major),
  3_600_000,
);
