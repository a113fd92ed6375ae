import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseDuration } from "../../src/durations.ts";
import { createDatabase, majors } from "../support/servers.ts";
import { type CliProject, cliProject, MODULE, revisionText } from "./support.ts";

const { parse } = createRequire(import.meta.url)("yaml");

interface Job {
  readonly spec: {
    readonly completionMode: string;
    readonly completions: number;
    readonly parallelism: number;
    readonly activeDeadlineSeconds: number;
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly env: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
}

interface RunnerJob {
  readonly needs?: string;
  readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } };
  readonly steps: readonly { readonly run?: string }[];
}

interface Workflow {
  readonly jobs: Readonly<Record<"canary" | "rest", RunnerJob>>;
}

function readExample<Example>(name: string): Example {
  return parse(readFileSync(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), "utf8"));
}

/** The words of a command after `npx remodel`, with what the shell or the runner puts in. */
function readWords(line: string, values: Readonly<Record<string, string>>): readonly string[] {
  const filled = Object.entries(values).reduce((text, [name, value]) => text.replaceAll(name, value), line);
  const [, words = ""] = /npx remodel (.*)$/.exec(filled) ?? [];
  expect(words).not.toMatch(/\$/);
  return words.replaceAll('"', "").split(" ");
}

/** One mall on each server is the canary, two are the rest. */
async function withFleet(body: (project: CliProject, names: readonly string[]) => Promise<void>): Promise<void> {
  const places = majors().flatMap((major) => ["canary", "rest", "rest"].map((tier) => ({ major, tier })));
  const databases = await Promise.all(places.map(({ major }) => createDatabase(major)));
  const tenants = databases.map(({ url }, at) => ({ name: `mall-${at}`, url, tier: places[at]?.tier }));
  const project = cliProject({
    ...MODULE,
    "remodel.config.ts": `export const remodel = { fleet: { tenants: ${JSON.stringify(tenants)}, waves: [{ name: "canary", match: { tier: "canary" } }] } };\n`,
    "migrations/a_first.ts": revisionText("a_first", null, 'op.createSchema("a");', 'op.dropSchema("a");'),
  });
  await body(
    project,
    tenants.filter(({ tier }) => tier === "rest").map(({ name }) => name),
  ).finally(async () => {
    for (const database of databases) await database.drop();
  });
}

async function readUpgraded(project: CliProject, words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout } = await project.run(...words, "--json");
  expect(code).toBe(0);
  const { tenants } = JSON.parse(stdout);
  const lines: readonly { readonly name: string; readonly outcome: string }[] = tenants;
  return lines.filter(({ outcome }) => outcome === "upgraded").map(({ name }) => name);
}

test("the Kubernetes Job: each pod upgrades its part of the servers, and ends before it is killed", async () => {
  const { spec } = readExample<Job>("kubernetes-job.yaml");
  const [{ args, env } = { args: [], env: [] }] = spec.template.spec.containers;
  const [command = ""] = args;
  const { value: wave = "" } = env.find(({ name }) => name === "WAVE") ?? {};
  expect(spec).toMatchObject({ completionMode: "Indexed", parallelism: spec.completions });
  const [, deadline = ""] = /--deadline (\S+)/.exec(command) ?? [];
  expect(parseDuration(deadline)! + spec.template.spec.terminationGracePeriodSeconds * 1000).toBeLessThan(
    spec.activeDeadlineSeconds * 1000,
  );
  await withFleet(async (project, names) => {
    const upgraded: string[] = [];
    for (let index = 0; index < spec.completions; index++) {
      const words = readWords(command, { $WAVE: wave, "$((JOB_COMPLETION_INDEX + 1))": String(index + 1) });
      expect(words).toContain(`${index + 1}/${spec.completions}`);
      upgraded.push(...(await readUpgraded(project, words)));
    }
    expect(upgraded.sort()).toEqual(names);
  });
});

test("the GitHub workflow: the canary, then a shard for each job of the matrix, with reports", async () => {
  const { jobs } = readExample<Workflow>("github-fleet.yml");
  const commandOf = ({ steps }: RunnerJob) => steps.find(({ run }) => run?.includes("remodel"))?.run ?? "";
  const { shard: shards = [] } = jobs.rest.strategy?.matrix ?? {};
  expect(jobs.rest.needs).toBe("canary");
  await withFleet(async (project, names) => {
    const canary = await readUpgraded(project, readWords(commandOf(jobs.canary), {}));
    expect(canary).toHaveLength(majors().length);
    const upgraded: string[] = [];
    for (const shard of shards) {
      const words = readWords(commandOf(jobs.rest), { "${{ matrix.shard }}": String(shard) });
      expect(words).toContain(`${shard}/${shards.length}`);
      upgraded.push(...(await readUpgraded(project, words)));
    }
    expect(upgraded.sort()).toEqual(names);
    const pages = Object.keys(project.files()).filter((file) => /^fleet-\d\.html$/.test(file));
    expect(pages).toHaveLength(shards.length);
  });
});
