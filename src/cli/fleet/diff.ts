import { RemodelError } from "../../errors.ts";
import type { CheckClass } from "../../fleet/check-classes.ts";
import { readCount, TEXT } from "../args.ts";
import type { Command } from "../command.ts";
import {
  type CheckClassData,
  checkFleet,
  classData,
  describeDifference,
  type FleetCheckOutput,
  isAllThere,
  showCheck,
} from "./check.ts";
import { writeStatusReport } from "./status-report.ts";

/** What `fleet diff --json` prints. */
export interface FleetDiffOutput extends Omit<FleetCheckOutput, "classes"> {
  /** Each with its difference as text. */
  readonly classes: readonly (CheckClassData & { readonly text?: string | undefined })[];
}

/** Shows the differences of each class of tenants. */
export const fleetDiffCommand: Command<FleetDiffOutput> = {
  usage: "diff",
  describe: "show how each class of tenants differs from the models, and how it has drifted",
  options: (yargs) =>
    yargs.option("class", { ...TEXT, describe: "only this class: 1, 2 … in the order of fleet check" }),
  async run(args, context) {
    const { classHeading } = await import("../../fleet/status-text.ts");
    const wanted = readCount(args, "class", 1);
    const startedAt = new Date();
    const { fleet, checked } = await checkFleet(args, context);
    const numbered = selectClass(checked.classes, wanted);
    const classes = numbered.map(({ one }) => one);
    const texts = classes.map(({ difference }) => describeDifference(difference));
    const data = { ...checked, classes: classes.map((one, at) => ({ ...classData(one), text: texts[at] })) };
    const shown = { ...showCheck(checked), command: "remodel fleet diff", startedAt };
    await writeStatusReport(args, context, { fleet, shown, data });
    const blocks = numbered.map(({ one, number }, at) =>
      [classHeading(number, one, checked.classes), texts[at]].filter(Boolean).join("\n"),
    );
    return { code: isAllThere({ classes }) ? 0 : 1, text: blocks.join("\n\n"), data, paint: "diff" };
  },
};

/** A class with its number, from 1. */
interface NumberedClass {
  readonly number: number;
  readonly one: CheckClass;
}

function selectClass(classes: readonly CheckClass[], wanted: number | undefined): readonly NumberedClass[] {
  const all = classes.map((one, at) => ({ number: at + 1, one }));
  if (wanted === undefined) return all;
  const found = all.filter(({ number }) => number === wanted);
  if (found.length > 0) return found;
  throw new RemodelError("USAGE", `There is no class ${wanted}: the last one is class ${all.length}.`, {
    hint: "To see the classes, run: remodel fleet check",
  });
}
