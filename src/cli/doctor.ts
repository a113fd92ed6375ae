import type { Diagnosis } from "../doctor/doctor.ts";
import type { DoctorLine } from "../doctor/doctor-line.ts";
import { type Command, plural } from "./command.ts";

/** Says what a project and its database lack. */
export const doctorCommand: Command<Diagnosis> = {
  usage: "doctor",
  describe: "check the versions, the configuration, the database and the rights, and say what is missing",
  async run(_args, { place }) {
    const { diagnose } = await import("../doctor/doctor.ts");
    const { problems, lines } = await diagnose(place);
    const last = problems === 0 ? "Nothing is missing." : `${plural(problems, "problem")}.`;
    const text = [...printLines(lines), last].join("\n");
    return { code: problems === 0 ? 0 : 1, text, data: { problems, lines } };
  },
};

/** The width of the longest status. */
const STATUS = "missing".length;

/** Puts status and name into columns; further lines of a text and the hint are below it. */
function printLines(lines: readonly DoctorLine[]): readonly string[] {
  const width = Math.max(...lines.map(({ name }) => name.length));
  const indent = " ".repeat(STATUS + 2 + width + 2);
  return lines.map(({ status, name, text, hint }) => {
    const below = hint === undefined ? text : `${text}\n${hint}`;
    return `${status.padEnd(STATUS)}  ${name.padEnd(width)}  ${below.replaceAll("\n", `\n${indent}`)}`;
  });
}
