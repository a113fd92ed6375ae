import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { newest, withDatabase } from "../support/servers.ts";
import { cliProject, newFolder, SHOP } from "./support.ts";

/** Says which packages a command has loaded. */
const PRELOADED = fileURLToPath(new URL("../../bench/loaded.cjs", import.meta.url));
const { parse } = createRequire(import.meta.url)("yaml");

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly name: string;
      readonly env: Readonly<Record<string, string>>;
      readonly run: string;
    }[];
  };
}

function read<File>(path: string): File {
  return parse(readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8"));
}

/** The lines that run the command. */
function readAction(): readonly string[] {
  const { inputs, runs } = read<Action>("action.yml");
  for (const { env } of runs.steps)
    for (const [, from, name] of Object.values(env).map((value) => /\b(inputs|github)\.([\w-]+)/.exec(value) ?? []))
      if (from !== "github") expect(Object.keys(inputs)).toContain(name);
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
    const commands = lines.map((line) => line.split(" ")[2]);
    expect(commands.filter((name, at) => name !== commands[at - 1])).toEqual(["review", "verify", "upgrade", "check"]);
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

/** Where the example of GitHub keeps what the next run uses. */
function readKeptFolder(): string {
  const { jobs } = read<{ jobs: { revisions: { steps: readonly { uses?: string; with?: { path?: string } }[] } } }>(
    "examples/github-review.yml",
  );
  return jobs.revisions.steps.find(({ uses }) => uses?.startsWith("actions/cache@"))?.with?.path ?? "";
}

/** The lines with which the example of GitLab does the same before and after its commands. */
function readKeptFolderOfGitlab(): { readonly before: string; readonly after: string } {
  const { revisions } = read<{ revisions: Readonly<Record<"script" | "after_script", readonly string[]>> }>(
    "examples/gitlab-ci.yml",
  );
  const { script, after_script: after } = revisions;
  return { before: script.filter((line) => !/^np[mx] /.test(line)).join("\n"), after: after.join("\n") };
}

test.each([
  [
    "GitHub",
    {
      before: `mkdir -p node_modules/.cache && cp -Rp kept ${readKeptFolder()}`,
      after: `cp -Rp ${readKeptFolder()} kept`,
    },
  ],
  ["GitLab", readKeptFolderOfGitlab()],
])("what the example of %s keeps is used after packages are installed again", async (_, { before, after }) => {
  await withDatabase(newest(), async (url) => {
    const project = cliProject(SHOP, url);
    const report = join(project.folder, "loaded.json");
    const compilesFiles = async () => {
      const environment = { NODE_OPTIONS: `--require ${PRELOADED}`, BENCH_REPORT: report };
      expect(await project.startWith(environment, "check").ended).toMatchObject({ code: 1, stderr: /^Database/ });
      return JSON.parse(readFileSync(report, "utf8")).packages.includes("@ts-morph/common");
    };
    const inShell = (script: string) => execFileSync("sh", ["-ec", script], { cwd: project.folder });
    const installAgain = () => {
      rmSync(join(project.folder, "node_modules/.cache"), { recursive: true });
      project.write(project.files());
    };
    expect(await compilesFiles()).toBe(true);
    installAgain();
    expect(await compilesFiles()).toBe(true);
    inShell(after);
    installAgain();
    inShell(before);
    expect(await compilesFiles()).toBe(false);
  });
});

test("the action writes one comment, and replaces it in the next run", () => {
  const { steps } = read<Action>("action.yml").runs;
  const script = steps.find(({ name }) => name === "comment")?.run ?? "";
  const folder = newFolder();
  const write = (name: string, lines: readonly string[]) => {
    const file = join(folder, name);
    writeFileSync(file, ["#!/bin/bash", ...lines].join("\n"));
    chmodSync(file, 0o755);
  };
  // Neither GitHub nor the registry is here: what the step sends to them is kept.
  write("npx", ['while [ "$1" != --out ]; do shift; done', 'echo "### a1" > "$2"']);
  write("gh", [
    'if [ "$2" = --paginate ]; then cat earlier 2>/dev/null; exit 0; fi',
    'echo "$*" >> sent',
    "exit $DENIED",
  ]);
  const run = (more: Readonly<Record<string, string>> = {}) => {
    const env = {
      PATH: `${folder}:${process.env["PATH"]}`,
      BASE: "main",
      DENIED: "0",
      SIZES: "",
      PULL_REQUEST: "7",
      GITHUB_REPOSITORY: "o/r",
    };
    return execFileSync("bash", ["-e", "-o", "pipefail", "-c", script], {
      cwd: folder,
      env: { ...env, ...more },
      encoding: "utf8",
    });
  };
  expect(run()).toBe("");
  writeFileSync(join(folder, "earlier"), "https://api/comments/9\nhttps://api/comments/10\n");
  expect(run()).toBe("");
  expect(run({ DENIED: "1" })).toMatch(/^::warning::The comment was not written/);
  const sent = readFileSync(join(folder, "sent"), "utf8").split("\n");
  expect(sent[0]).toBe("api --method POST repos/o/r/issues/7/comments --field body=@remodel-comment.md --silent");
  expect(sent[1]).toBe("api --method PATCH https://api/comments/9 --field body=@remodel-comment.md --silent");
  expect(readFileSync(join(folder, "remodel-comment.md"), "utf8")).toBe("<!-- remodel review -->\n### a1\n");
});
