import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, longest first: begun last, one of them would keep a worker busy while the other idles. */
const LONGEST = [
  "test/cases/cases.test.ts",
  "test/cases/cases-before.test.ts",
  "test/server/mutants.test.ts",
  "test/server/objects-by-hand.test.ts",
  "test/cli/demo.test.ts",
  "test/cli/install.test.ts",
  "test/property/database.property.test.ts",
  "test/server/operations.test.ts",
  "test/server/fleet-queue.test.ts",
  "test/cli/fleet-queue.test.ts",
  "test/property/interrupted.property.test.ts",
  "test/server/rebuild.test.ts",
  "test/server/drops.test.ts",
  "test/server/runners.test.ts",
  "test/property/models.property.test.ts",
  "test/cli/fleet-upgrade.test.ts",
  "test/server/conversions.test.ts",
  "test/server/refused-calls.test.ts",
  "test/property/by-hand-lines.property.test.ts",
  "test/hostile/planner.test.ts",
  "test/hostile/networks.test.ts",
  "test/hostile/scripts.test.ts",
  "test/cli/commands.test.ts",
  "test/cli/bad-database.test.ts",
  "test/cases/wrong-answers.test.ts",
  "test/hostile/busy-folder.test.ts",
  "test/server/fleet-check.test.ts",
  "test/server/real-projects.test.ts",
  "test/server/recreated.test.ts",
  "test/server/place.test.ts",
];

/** Begins with the longest files, also where vitest has not yet seen how long each of them takes. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
