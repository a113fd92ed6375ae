import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Project } from "./project.ts";

/** Texts to replace in a file: from, to. */
type Edit = readonly [file: string, ...pairs: readonly (readonly [from: string, to: string])[]];

/** A project, and how its people write what changes in a week. */
export interface Team {
  readonly project: Project;
  /** The folder with the configuration, in which commands are typed. */
  readonly home?: string;
  /** The folder of the revisions, in the project. */
  readonly revisions: string;
  /** What has to be built before models can be read. */
  readonly build?: string;
  readonly edits: Readonly<Record<Day, readonly Edit[]>>;
}

/** What the models change. `here` and `there` are the two branches. */
export type Day = "names" | "area" | "types" | "uuids" | "tickets" | "here" | "there";

/** An answer to the questions whose text matches. */
type Answer = readonly [question: RegExp, reply: "yes" | "no" | { readonly value: string }];

interface Step {
  readonly day: Day;
  readonly id: string;
  readonly message: string;
  readonly answers?: readonly Answer[];
  /** What a person adds by hand. */
  readonly byHand?: readonly (readonly [from: string, to: string])[];
  readonly notes: string;
}

const STEPS: readonly Step[] = [
  {
    day: "names",
    id: "a10000000001",
    message: "Names of malls and contacts",
    notes: "Monday: a mall's title becomes its name, and the contact of a shop becomes two columns.",
    answers: [
      [/^Was mall\.(?:title|name) renamed/, "yes"],
      [/^Was shop\.(?:contact|firstName) renamed/, "yes"],
      [/^shop\.lastName is required/, { value: `split_part("firstName", ' ', 2)` }],
    ],
    byHand: [
      [
        `  op.alterColumn("shop", "lastName", { nullable: false });\n`,
        `  op.alterColumn("shop", "lastName", { nullable: false });
  op.sql(\`UPDATE shop SET "firstName" = split_part("firstName", ' ', 1)\`);\n`,
      ],
      [
        `  op.dropColumn("shop", "lastName");\n`,
        `  op.sql(\`UPDATE shop SET contact = contact || ' ' || "lastName"\`);\n  op.dropColumn("shop", "lastName");\n`,
      ],
    ],
  },
  {
    day: "area",
    id: "a20000000002",
    message: "Area and seasonal shops",
    notes: "Tuesday: every shop has an area, and a new shop is seasonal until somebody says otherwise.",
    answers: [
      [/^shop\.area is required/, { value: "10 + id % 7" }],
      [/./, "yes"],
    ],
  },
  {
    day: "types",
    id: "a30000000003",
    message: "Codes are numbers and phones are required",
    notes: "Wednesday: the code of a shop is a number, and its phone is required.",
    answers: [
      [/^shop\.phone becomes required/, { value: "'unknown'" }],
      [/^shop\.code changes from/, "yes"],
    ],
  },
  {
    day: "uuids",
    id: "a40000000004",
    message: "Shops have uuids",
    notes: "Thursday: the keys of shops are UUIDs, and faxes are over.",
    answers: [[/./, "yes"]],
  },
  {
    day: "tickets",
    id: "a50000000005",
    message: "Tickets are unique",
    notes: "Friday: no ticket is in use twice, in 200,000 rows.",
    answers: [[/./, "yes"]],
  },
];

/** Lives a week: each day a change of the models, a revision, its questions, an upgrade. */
export async function liveWeek(team: Team): Promise<void> {
  for (const step of STEPS) await liveDay(team, step);
  await addDataStep(team);
  await mergeBranches(team);
}

async function liveDay(team: Team, step: Step): Promise<void> {
  const { project } = team;
  project.say(step.notes);
  await change(team, step.day);
  await typeIn(team, `npx remodel revision --autogenerate -m "${step.message}" --rev-id ${step.id}`);
  await answerAll(team, step.answers ?? []);
  if (step.byHand !== undefined) {
    project.say("What only a person knows is added by hand:");
    project.edit(fileOf(team, step.id), ...step.byHand);
    project.say(`\`\`\`ts\n${step.byHand.map(([, to]) => to).join("")}\`\`\``);
  }
  await typeIn(team, "npx remodel upgrade");
  await typeIn(team, "npx remodel check --quiet");
}

async function change({ project, edits, build }: Team, day: Day): Promise<void> {
  for (const [file, ...pairs] of edits[day]) project.edit(file, ...pairs);
  if (build !== undefined) await project.run(build);
}

const inHome = ({ home }: Team) => (home === undefined ? {} : { in: home });

async function typeIn(team: Team, command: string, code = 0): Promise<string> {
  return (await team.project.type(command, { code, ...inHome(team) })).stdout;
}

/** The file of a revision. */
function fileOf({ project, revisions }: Team, id: string): string {
  const name = readdirSync(join(project.folder, revisions)).find((one) => one.startsWith(id));
  expect(name, `no file of ${id} in ${revisions}`).toBeDefined();
  return join(revisions, name!);
}

/** Answers what is open, by the first rule that matches, until nothing is. */
async function answerAll(team: Team, answers: readonly Answer[]): Promise<void> {
  const { stdout } = await team.project.run("npx remodel todo --json", { code: "any", ...inHome(team) });
  const { todos }: { todos: { readonly id: string; readonly text: string }[] } = JSON.parse(stdout);
  const first = todos.filter(({ id }, at) => todos.findIndex((one) => one.id === id) === at);
  if (first.length === 0) return;
  const flags = first.map(({ id, text }) => {
    const reply = answers.find(([question]) => question.test(text))?.[1];
    expect(reply, text).toBeDefined();
    if (typeof reply === "object") return `--value '${id}=${reply.value.replaceAll("'", `'\\''`)}'`;
    return `--answer ${id}=${reply}`;
  });
  await typeIn(team, "npx remodel todo", 1);
  await typeIn(team, `npx remodel resolve ${flags.join(" ")}`);
}

async function addDataStep(team: Team): Promise<void> {
  const { project } = team;
  project.say("Saturday: a step that only changes rows. The file is written by hand.");
  await typeIn(team, `npx remodel revision -m "Every mall has a city" --rev-id a60000000006`);
  const file = fileOf(team, "a60000000006");
  const text = project.read(file);
  const statement = `  op.sql("UPDATE mall SET city = 'unknown' WHERE city IS NULL");\n`;
  project.write(
    file,
    text.replace(/(export function upgrade[^\n]*\n)[^}]*/, (_, head: string) => `${head}${statement}`),
  );
  await typeIn(team, "npx remodel upgrade");
}

/** Two people write a revision each, after the same one. */
async function mergeBranches(team: Team): Promise<void> {
  const { project, edits } = team;
  project.say("Sunday: two branches meet. Both have a revision after the same one.");
  const files = edits.here.map(([file]) => file);
  const before = files.map((file) => [file, project.read(file)] as const);
  await change(team, "here");
  await typeIn(team, `npx remodel revision --autogenerate -m "Colours of tags" --rev-id a70000000007`);
  const [file, text] = [fileOf(team, "a70000000007"), project.read(fileOf(team, "a70000000007"))];
  const after = files.map((one) => [one, project.read(one)] as const);
  for (const [one, old] of before) project.write(one, old);
  await project.run(`rm ${file}`);
  await change(team, "there");
  await typeIn(team, `npx remodel revision --autogenerate -m "Notes about malls" --rev-id a80000000008`);
  project.write(file, text);
  for (const [one, next] of after) project.write(one, next);
  if (team.build !== undefined) await project.run(team.build);
  await typeIn(team, "npx remodel heads");
  await typeIn(team, `npx remodel merge heads -m "Both" --rev-id a90000000009`);
  await typeIn(team, "npx remodel upgrade");
  await typeIn(team, "npx remodel check");
}
