import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, longest first: begun last, one of them would keep a worker busy while the other idles. */
const LONGEST = [
  "test/property/database.property.test.ts",
  "test/cases/cases.test.ts",
  "test/server/operations.test.ts",
  "test/cases/cases-before.test.ts",
  "test/server/objects-by-hand.test.ts",
  "test/cli/install.test.ts",
  "test/cli/demo.test.ts",
  "test/property/interrupted.property.test.ts",
  "test/property/models.property.test.ts",
  "test/property/database-before.property.test.ts",
  "test/server/refused-calls.test.ts",
  "test/server/rebuild.test.ts",
  "test/server/real-projects.test.ts",
  "test/hostile/busy-folder.test.ts",
  "test/hostile/scripts.test.ts",
  "test/cli/bad-database.test.ts",
  "test/server/recreated.test.ts",
  "test/cases/wrong-answers.test.ts",
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
