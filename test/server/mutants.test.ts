import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { revise } from "../../src/author/revise.ts";
import { connect } from "../../src/connection/connect.ts";
import { RemodelError, readError } from "../../src/errors.ts";
import { createLoader } from "../../src/load/load.ts";
import { listFates } from "../../src/shadow/losses.ts";
import type { Proof } from "../../src/shadow/proof.ts";
import { verify } from "../../src/shadow/verify.ts";
import { CASES } from "../cases/law.ts";
import { projectOf, type Side } from "../cases/side.ts";
import { type KeptResults, keepResults } from "../support/kept-results.ts";
import { explainSurvivor, nameFault, type TriedMutant, writeReport } from "../support/mutant-report.ts";
import { type Mutant, makeMutants } from "../support/mutants.ts";
import { newest, withDatabase } from "../support/servers.ts";
import { testSession, withFolder } from "../support/session.ts";

const FOLDER = join(import.meta.dirname, "../cases");
/** A soak writes its table here. */
const REPORT = join(import.meta.dirname, "../../docs/verify.md");
const OPTIONS = { rows: 8, seed: 1 };
/**
 * So many mutants of each kind and each case; without a number, one of every fourth case. `npm run test:soak` tries all of
 * all, and begins with the cases that a run before has tried, if no source has changed since.
 */
const { REMODEL_TEST_MUTANTS: ASKED } = process.env;
const TAKEN = CASES.filter(hasRows).filter((_, at) => ASKED || at % 4 === 0);
const KEPT = join(import.meta.dirname, "../../node_modules/.cache/remodel-mutants");
const DEPENDS_ON = ["../../src", "../cases", "../support/mutants.ts", "mutants.test.ts"];

/** What a revision was proved to be, or why it was refused before it ran. */
type Found = Proof | string;

/**
 * Correct revisions with one fault each. A fault is caught if the revision is not proved, or has another grade than the
 * correct one, or is refused before it runs.
 */
test("95 % of the faults are caught", { timeout: 4 * 60 * 60_000 }, async () => {
  const results = ASKED ? openKept() : undefined;
  const cases: TriedCase[] = [];
  for (const name of TAKEN) {
    const tryAll = () => tryCase(name, new Set(cases.flatMap(({ tried }) => tried.map(({ kind }) => nameFault(kind)))));
    cases.push(await (results?.get(name, tryAll, ({ left }) => left === undefined) ?? tryAll()));
  }
  const tried = cases.flatMap((one) => one.tried);
  const left = cases.flatMap(({ left: one = [] }) => one);
  const survivors = tried.filter(({ caught }) => !caught).map(({ kind, where }) => `survived: ${kind}: ${where}`);
  const faults = new Set(tried.map(({ kind }) => nameFault(kind)));
  const counts = `${tried.length} mutants of ${faults.size} kinds, ${tried.length - survivors.length} caught`;
  console.log([counts, ...survivors, ...left.map((one) => `not tried: ${one}`)].join("\n"));
  if (ASKED) writeFileSync(REPORT, writeReport(readFileSync(REPORT, "utf8"), tried));
  expect([tried.length >= (ASKED ? 200 : 10), faults.size >= (ASKED ? 25 : 5)]).toEqual([true, true]);
  const missed = tried.filter((one) => !one.caught && explainSurvivor(one) === undefined);
  // One is more than 5 % of a sample.
  expect(missed.length).toBeLessThanOrEqual(Math.max(0.05 * tried.length, ASKED ? 0 : 1));
});

/** The mutants of a case, or why its correct revision is not proved. */
interface TriedCase {
  readonly tried: readonly TriedMutant[];
  readonly left?: string;
}

function openKept(): KeptResults<TriedCase> {
  const on = DEPENDS_ON.map((path) => join(import.meta.dirname, path));
  return keepResults(KEPT, on, [ASKED, newest()]);
}

async function tryCase(name: string, known: ReadonlySet<string>): Promise<TriedCase> {
  return await withCase(name, async (text, prove) => {
    const first = await prove(text, []);
    const lost = listLost(first);
    const source = isStopped(first) ? acceptRows(text) : text;
    const tryAgain = source === text && lost.length === 0 ? first : await prove(source, lost);
    const more = listLost(tryAgain);
    const right = more.length > lost.length ? await prove(source, more) : tryAgain;
    if (typeof right === "string" || !right.proved) return { tried: [], left: `${name}: ${reasonOf(right)}` };
    const tried: TriedMutant[] = [];
    for (const mutant of choose(makeMutants(source), known)) {
      const found = await prove(mutant.text, more);
      const caught = typeof found === "string" || !found.proved || gradesOf(found) !== gradesOf(right);
      tried.push({ kind: mutant.kind, where: `${name}: ${mutant.at}`, caught, as: describeFound(found) });
    }
    return { tried };
  });
}

/** Whether rows stopped the revision. */
function isStopped(found: Found): boolean {
  return typeof found !== "string" && found.upgrade === undefined;
}

/** What a person writes who knows that the rows of production are not in the way. */
function acceptRows(text: string): string {
  const [before = "", upgrade = "", after = ""] = text.split(
    /(?<=^export function upgrade\(.*\n)|(?=^\}\n+export function downgrade)/m,
  );
  const accept = `  op.accept("rows-in-the-way", "production has none");\n`;
  return `${before}${upgrade.replace(/^ {2}op\.(?!accept)/gm, (call) => `${accept}${call}`)}${after}`;
}

/** What a case is given from the start is no part of its history. */
function hasRows(name: string): boolean {
  const before = readFileSync(join(FOLDER, name, "before.ts"), "utf8");
  return existsSync(join(FOLDER, name, "rows.sql")) && !before.includes("export const given");
}

async function withCase<Result>(
  name: string,
  body: (text: string, prove: (text: string, lost: readonly string[]) => Promise<Found>) => Promise<Result>,
): Promise<Result> {
  const path = (file: string) => join(FOLDER, name, file);
  const [before, after]: readonly Side[] = await Promise.all([import(path("before.ts")), import(path("after.ts"))]);
  return await withFolder((folder) =>
    withDatabase(newest(), async (url) => {
      const connection = await connect(url, createLoader(FOLDER), folder);
      const at = async (side: Side = {}) => await testSession({ url, folder, connection, ...projectOf(side) });
      try {
        await revise(await at(before), { message: "Before", autogenerate: true, revisionId: "aaaa" });
        writeFileSync(join(folder, "seed.sql"), readFileSync(path("rows.sql"), "utf8"));
        const file = existsSync(path("completed.ts")) ? "completed.ts" : "revision.ts";
        return await body(withoutTodos(readFileSync(path(file), "utf8")), async (text, acceptLoss) => {
          writeFileSync(join(folder, "bbbb.ts"), text);
          return await proveCase(await at(after), url, acceptLoss);
        });
      } finally {
        await connection.close();
      }
    }),
  );
}

async function proveCase(
  session: Awaited<ReturnType<typeof testSession>>,
  on: string,
  acceptLoss: readonly string[],
): Promise<Found> {
  try {
    const { proofs } = await verify(session, ["bbbb"], { ...OPTIONS, on, acceptLoss });
    return proofs[0] ?? "nothing to prove";
  } catch (error) {
    // A server that is too busy to answer has refused nothing.
    if (!(error instanceof RemodelError) || error.code.startsWith("DATABASE_")) throw error;
    return readError(error).message;
  }
}

/** What a person does who accepts every guess. */
function withoutTodos(text: string): string {
  return text.replace(/^ {2}op\.todo\((?:.*\);|\n(?: {4}.*\n)+ {2}\);)\n/gm, "");
}

/** Everything that a correct revision may lose. */
function listLost(found: Found): readonly string[] {
  if (typeof found === "string" || found.fates === undefined) return [];
  const gone = listFates(found.fates).filter(({ fate }) => fate === "gone");
  return [...(found.upgrade?.loses ?? []), ...gone.flatMap(({ table, column }) => [table, `${table}.${column}`])];
}

/** Some mutants of each kind, spread over all; in a sample one, of a kind that is not known yet if there is one. */
function choose(mutants: readonly Mutant[], known: ReadonlySet<string>): readonly Mutant[] {
  if (!ASKED) return [mutants.find(({ kind }) => !known.has(nameFault(kind))) ?? mutants[0] ?? []].flat();
  const kinds = [...new Set(mutants.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => spread(mutants.filter((one) => one.kind === kind)));
}

function spread(mutants: readonly Mutant[]): readonly Mutant[] {
  const step = Math.max(1, Math.floor(mutants.length / Number(ASKED)));
  return mutants.filter((_, index) => index % step === 0).slice(0, Number(ASKED));
}

function gradesOf({ upgrade, downgrade }: Proof): string {
  return JSON.stringify([upgrade, downgrade]);
}

/** What a person reads of it. */
function describeFound(found: Found): string {
  return typeof found === "string" || !found.proved ? reasonOf(found) : gradesOf(found);
}

function reasonOf(found: Found): string {
  return typeof found === "string"
    ? found
    : found.notProved.map(({ table = "", reason }) => `${table} ${reason}`).join("; ");
}
