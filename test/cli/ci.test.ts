import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { newest, withDatabase } from "../support/servers.ts";
import { cliProject, SHOP } from "./support.ts";

const { parse } = createRequire(import.meta.url)("yaml");

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly env: Readonly<Record<string, string>>; readonly run: string }[];
  };
}

function read<File>(path: string): File {
  return parse(readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8"));
}

/** The lines that run the command. */
function readAction(): readonly string[] {
  const { inputs, runs } = read<Action>("action.yml");
  for (const { env } of runs.steps)
    for (const value of Object.values(env)) expect(Object.keys(inputs)).toContain(/inputs\.([\w-]+)/.exec(value)?.[1]);
  return runs.steps.flatMap(({ run }) => run.split("\n")).filter((line) => line.startsWith("npx remodel"));
}

function readGitlab(): readonly string[] {
  const { revisions } = read<{ readonly revisions: { readonly script: readonly string[] } }>("examples/gitlab-ci.yml");
  return revisions.script.filter((line) => line.startsWith("npx remodel"));
}

test("the example of GitHub uses inputs that the action has", () => {
  const { inputs } = read<Action>("action.yml");
  const { jobs } = read<{ jobs: { revisions: { steps: readonly { uses?: string; with?: object }[] } } }>(
    "examples/github-review.yml",
  );
  const used = jobs.revisions.steps.find(({ uses }) => uses?.endsWith("typeorm-remodel"))?.with ?? {};
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(used)));
});

test.each([
  ["the GitHub Action", readAction],
  ["the GitLab example", readGitlab],
])("the commands of %s review, prove and check a revision", async (_, readLines) => {
  await withDatabase(newest(), async (url) => {
    const project = cliProject(SHOP, url);
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-C", project.folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args]);
    git("init", "--quiet");
    git("add", "models", "ormconfig.ts");
    git("commit", "--quiet", "--message", "Before");
    const written = await project.run("revision", "--autogenerate", "--message", "shops", "--quiet");
    expect(written.code).toBe(0);
    const lines = readLines();
    expect(lines.map((line) => line.split(" ")[2])).toEqual(["review", "review", "verify", "upgrade", "check"]);
    for (const line of lines) {
      const words = line
        .replace(/ > .*/, "")
        .replace('"$@"', "--no-database")
        .replace(/"?\$(BASE|CI_MERGE_REQUEST_DIFF_BASE_SHA)"?/g, "HEAD")
        .replace('"$SARIF"', "remodel.sarif")
        .replaceAll('"$DATABASE_URL"', url);
      expect(words).not.toContain("$");
      const ran = await project.run(...words.split(" ").slice(2), "--quiet");
      expect([line, ran.code, ran.stderr]).toEqual([line, 0, ""]);
    }
  });
});
