import { resolve } from "node:path";
import type { Argv } from "yargs";
import type { FleetPlanData } from "../../fleet/fleet-plan.ts";
import type { JournalWriter } from "../../fleet/journal.ts";
import type { Fleet } from "../../fleet/open.ts";
import { isReached } from "../../fleet/outcome.ts";
import type { FleetPage, PageTenant } from "../../fleet/page.ts";
import type { EndedTenant, RunReport } from "../../fleet/report.ts";
import type { FleetRunOptions, RemoteAttempt, WaveToRun } from "../../fleet/run-fleet.ts";
import { dropUndefined, mapGiven } from "../../given.ts";
import type { Direction } from "../../history/revision.ts";
import { type Args, readDuration, readFlag, readText, TEXT } from "../args.ts";
import type { CommandContext, Result } from "../command.ts";
import { limitOptions, readLimits } from "../limits.ts";
import { nextCommand } from "./go-on.ts";
import { createFleetProgress, type FleetProgress } from "./progress.ts";
import { writeReportFile } from "./report-file.ts";

/** The names of the options with one value. */
export const RUN_VALUES: readonly string[] = ["budget", "deadline", "journal"];

/** Adds the options that `fleet upgrade` and `fleet downgrade` share. */
export function fleetRunOptions(yargs: Argv): Argv {
  return limitOptions(
    journalOptions(yargs)
      .option("wave", { ...TEXT, array: true, nargs: 1, describe: "only this wave" })
      .option("budget", { ...TEXT, describe: "how many tenants of each wave may fail: 3, 2%" })
      .option("plan", { type: "boolean", describe: "print the statements for each class of tenants, run nothing" })
      .option("deadline", { ...TEXT, describe: "start no more tenants after this time: 25m" })
      .option("allow-drift", { type: "boolean", describe: "also tenants whose schema was changed outside of remodel" })
      .option("no-preflight", { type: "boolean", describe: "do not look for rows in the way first" })
      .conflicts("plan", "report"),
  );
}

/** Adds the options of a command that keeps a journal. */
export function journalOptions(yargs: Argv): Argv {
  return yargs
    .option("journal", { ...TEXT, describe: "the file of the journal (default .remodel/fleet/START.ndjson)" })
    .option("no-journal", { type: "boolean", describe: "write no journal" });
}

/** Shows what a run would do. */
export async function planFleetRun(
  { project, tenants, limits }: Fleet,
  context: CommandContext,
  direction: Direction,
  target: string,
): Promise<Result<FleetPlanData>> {
  const [{ planFleet }, { limitWave }] = await Promise.all([
    import("../../fleet/fleet-plan.ts"),
    import("../../fleet/waves.ts"),
  ]);
  const request = { project, tenants, limits: limitWave({}, limits), direction, target, stop: context.signal };
  const { text, data } = await planFleet(request);
  const missing = data.withoutPlan ?? [];
  for (const { name, reason } of missing) context.note(`${name} has no plan: ${reason}`);
  return { code: missing.length > 0 ? 1 : 0, text, data, interrupted: context.signal.aborted };
}

/** What the command line says about each tenant. */
export type RunSettings = Pick<FleetRunOptions, "direction" | "target" | "limits" | "allowDrift">;

/** What a command runs. */
export interface RunRequest {
  /** The command without `fleet`, for the command that goes on. */
  readonly command: "upgrade" | "downgrade" | "enqueue";
  readonly direction: Direction;
  readonly target: string;
  /** Makes the function that lets another process change a tenant; default: this one does. */
  readonly attemptElsewhere?: (run: RunSettings, stop: AbortSignal) => RemoteAttempt;
  /** See {@link FleetRunOptions}. */
  readonly inspect?: FleetRunOptions["inspect"];
}

/** Runs the waves of a fleet, and describes the result. */
export async function runAndDescribe(
  fleet: Fleet,
  args: Args,
  context: CommandContext,
  { command, direction, target, attemptElsewhere, inspect }: RunRequest,
): Promise<Result<RunReport>> {
  const { runFleet } = await import("../../fleet/run-fleet.ts");
  const { project } = fleet;
  const started = new Date();
  const journal = await openRunJournal(project.home, args, context, started);
  const deadline = startDeadline(readDuration(args, "deadline"));
  const stop = AbortSignal.any([context.signal, deadline.signal]);
  const progress = createFleetProgress(context);
  const looking = { note: context.note, onLook: progress.onLook };
  const waves = await limitWaves(fleet, readText(args, "budget"));
  try {
    const settings = { direction, target, limits: readLimits(args), allowDrift: readFlag(args, "allowDrift") };
    const found = await runFleet({
      ...settings,
      ...dropUndefined({ attempt: attemptElsewhere?.(settings, stop), inspect }),
      project,
      waves,
      stop,
      cancel: context.secondSignal,
      journal,
      watch: progress,
      known: await findKnown(fleet, waves, args, looking, { direction, target, stop }),
    });
    const report = addNext(found, `fleet ${command}`, args);
    const shown = { command: `remodel fleet ${command}`, startedAt: started, starts: progress.starts };
    await writeReport(report, args, context, shown);
    const result = await describeReport(report, context.signal.aborted);
    return { ...result, text: [result.text, ...adviseDrifted(report)].join("\n") };
  } finally {
    deadline.end();
    progress.end();
  }
}

/** Opens the journal of a command. */
export async function openRunJournal(
  home: string,
  args: Args,
  context: CommandContext,
  started: Date,
): Promise<JournalWriter> {
  const { nameJournal, openJournal } = await import("../../fleet/journal.ts");
  const named = readText(args, "journal");
  const file = named === undefined ? nameJournal(home, started) : resolve(context.cwd, named);
  return openJournal(readFlag(args, "noJournal") ? undefined : file, context.note);
}

/** The tenants that are not tried: those that are there already, and those that preflight has found bad. */
async function findKnown(
  fleet: Fleet,
  waves: readonly WaveToRun[],
  args: Args,
  { note, onLook }: Pick<CommandContext, "note"> & Pick<FleetProgress, "onLook">,
  run: Pick<FleetRunOptions, "direction" | "target" | "stop">,
): Promise<FleetRunOptions["known"]> {
  const [{ findThere }, { preflightFleet, refuseBad }, { limitWave }] = await Promise.all([
    import("../../fleet/find-there.ts"),
    import("../../fleet/preflight-fleet.ts"),
    import("../../fleet/waves.ts"),
  ]);
  const there = new Map<string, EndedTenant>();
  if (run.direction === "upgrade") {
    const onRead = onLook("State", fleet.tenants.length);
    for (const [name, ended] of await findThere(fleet, run.target, { note, onRead, stop: run.stop }))
      there.set(name, ended);
  }
  if (readFlag(args, "noPreflight")) return there;
  const { project } = fleet;
  const tenants = fleet.tenants.filter(({ name }) => !there.has(name));
  const onAsked = onLook("Preflight", tenants.length);
  const request = { project, tenants, limits: limitWave({}, fleet.limits), onAsked, ...run };
  const bad = refuseBad(await preflightFleet(request), waves);
  return new Map([...there, ...bad]);
}

/** Aborts a signal after some time. */
function startDeadline(ms: number | undefined): { readonly signal: AbortSignal; readonly end: () => void } {
  const abort = new AbortController();
  const timer = mapGiven(ms, (limit) => setTimeout(() => abort.abort(), limit));
  return { signal: abort.signal, end: () => clearTimeout(timer) };
}

/** The waves with the smaller ones of their limits and the command's. */
async function limitWaves(fleet: Fleet, given: string | undefined): Promise<readonly WaveToRun[]> {
  const [{ limitWave }, { countAllowed, parseBudget }] = await Promise.all([
    import("../../fleet/waves.ts"),
    import("../../fleet/budget.ts"),
  ]);
  return fleet.waves.map(({ wave, tenants }) => {
    const budget = given === undefined ? wave.budget : parseBudget(given);
    const canary = budget !== undefined && Number.parseFloat(String(budget)) === 0;
    const allowed = mapGiven(budget, (share) => countAllowed(share, tenants.length));
    const limits = limitWave(wave, fleet.limits);
    return { name: wave.name, tenants, canary, ...limits, ...dropUndefined({ budget: allowed }) };
  });
}

/** Adds the command that goes on, unless all is done. */
export function addNext(report: RunReport, command: string, args: Args): RunReport {
  if (report.outcome === "done") return report;
  const left = report.tenants.filter(({ outcome }) => !isReached(outcome)).map(({ name }) => name);
  return { ...report, next: nextCommand(command, args, left) };
}

/** What to do about tenants that the same command would skip again. */
function adviseDrifted({ tenants }: RunReport): readonly string[] {
  if (!tenants.some(({ outcome }) => outcome === "skipped")) return [];
  return ["A tenant that has drifted is skipped each time. Undo the change there, or accept it: --allow-drift"];
}

/** The result of a run: its classes for people, the report for programs. */
export async function describeReport(report: RunReport, isInterrupted: boolean): Promise<Result<RunReport>> {
  const { describeFleetRun } = await import("../../fleet/report-text.ts");
  const code = report.outcome === "done" ? 0 : 1;
  const interrupted = isInterrupted && report.outcome === "cancelled";
  return { code, text: describeFleetRun(report), data: listReport(report), interrupted };
}

/** The report as JSON has it: why the run stopped is for people. */
function listReport({ reason: _, ...report }: RunReport): RunReport {
  return report;
}

/** What the page says besides the report. */
interface ReportedRun extends Pick<FleetPage, "command" | "startedAt"> {
  /** When each tenant was begun, in milliseconds after the run began. */
  readonly starts?: ReadonlyMap<string, number>;
}

/** Writes the report to the file of `--report`. */
export async function writeReport(
  report: RunReport,
  args: Args,
  context: CommandContext,
  run: ReportedRun,
): Promise<void> {
  await writeReportFile(args, context, { data: listReport(report), printPage: () => printRunPage(report, run) });
}

/** How a run ended, for people. */
const ENDINGS: Readonly<Record<RunReport["outcome"], string>> = {
  done: "all tenants are at the target",
  partial: "not all tenants are at the target",
  halted: "stopped",
  cancelled: "cancelled",
};

function describeEnding(outcome: RunReport["outcome"], reason: string | undefined): string {
  if (reason === undefined) return ENDINGS[outcome];
  return `stopped: ${reason}`;
}

async function printRunPage(report: RunReport, { starts, ...run }: ReportedRun): Promise<string> {
  const { printFleetPage } = await import("../../fleet/page.ts");
  const { outcome, reason, target, classes, tenants, next } = report;
  const errors = new Map(tenants.map(({ name, error }) => [name, error]));
  return printFleetPage({
    ...run,
    target,
    outcome: describeEnding(outcome, reason),
    ...dropUndefined({ next }),
    tenants: tenants.map(({ outcome: state, error, ...one }) => ({
      ...one,
      state,
      ...withStart(starts?.get(one.name)),
      ...dropUndefined({ message: error?.message }),
    })),
    classes: classes.map(({ outcome: state, ...one }) => {
      const { query } = errors.get(one.tenants[0] ?? "") ?? {};
      return { ...one, state, ...dropUndefined({ query }) };
    }),
  });
}

function withStart(startedMs: number | undefined): Pick<PageTenant, "startedMs"> {
  if (startedMs === undefined) return {};
  return { startedMs };
}
