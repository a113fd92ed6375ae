import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, longest first: begun last, one of them would keep a worker busy while the other idles. */
const LONGEST = [
  "test/server/objects-by-hand.test.ts",
  "test/cases/cases.test.ts",
  "test/cli/adopt.test.ts",
  "test/cases/cases-before.test.ts",
  "test/server/idioms.test.ts",
  "test/server/operations.test.ts",
  "test/server/typeorm-lines.test.ts",
  "test/property/known-check.property.test.ts",
  "test/server/mutants.test.ts",
  "test/cli/verify.test.ts",
  "test/cli/install.test.ts",
  "test/cli/verify-hostile.test.ts",
  "test/server/example.test.ts",
  "test/cli/adopt-docs.test.ts",
  "test/cli/demo.test.ts",
  "test/cli/verify-replay.test.ts",
  "test/server/online.test.ts",
  "test/cli/fleet-upgrade.test.ts",
  "test/server/fill-real.test.ts",
  "test/cli/how-to-docs.test.ts",
  "test/server/edits.test.ts",
  "test/server/catalog-print.test.ts",
  "test/property/database.property.test.ts",
  "test/cases/wrong-answers.test.ts",
  "test/server/docs.test.ts",
  "test/server/fleet-killed.test.ts",
  "test/hostile/networks.test.ts",
  "test/hostile/busy-folder.test.ts",
  "test/server/fleet-many.test.ts",
  "test/server/refused-calls.test.ts",
  "test/cli/concurrency.test.ts",
  "test/cli/review.test.ts",
  "test/server/embedded-fleet.test.ts",
  "test/cli/interrupted-proof.test.ts",
  "test/cli/against.test.ts",
  "test/cli/loaded.test.ts",
  "test/server/nest.test.ts",
  "test/cli/resolve.test.ts",
  "test/cli/fleet-docs.test.ts",
  "test/server/library.test.ts",
  "test/server/fleet-stamp.test.ts",
  "test/cli/commands.test.ts",
  "test/server/fleet-upgrade.test.ts",
  "test/cli/fleet-secrets.test.ts",
  "test/cli/output.test.ts",
  "test/server/real-projects.test.ts",
  "test/server/schema-malls.test.ts",
  "test/cli/bad-database.test.ts",
  "test/server/recreated.test.ts",
  "test/server/fleet-check.test.ts",
  "test/cli/squash.test.ts",
  "test/server/rebuild.test.ts",
  "test/cli/fleet-check.test.ts",
  "test/property/answers.property.test.ts",
  "test/hostile/half-applied.test.ts",
  "test/cli/fleet-queue.test.ts",
  "test/server/conversions.test.ts",
  "test/server/fleet-queue.test.ts",
  "test/cli/build.test.ts",
  "test/cli/fleet-stamp-objects.test.ts",
  "test/hostile/scripts.test.ts",
  "test/hostile/shadowing.test.ts",
  "test/server/throwaway.test.ts",
  "test/server/fleet-create.test.ts",
  "test/property/names.property.test.ts",
  "test/server/runners.test.ts",
  "test/loader/cache.test.ts",
  "test/loader/kept-models.test.ts",
  "test/architecture.test.ts",
  "test/loader/plain-code.test.ts",
  "test/unit/question-files.test.ts",
  "test/unit/bad-calls.test.ts",
];

/**
 * One project after another: a worker whose next file is of another project ends, and the one in its place loads TypeORM
 * and the compiler again. The pages' workers are never shared, so they come first.
 */
const PROJECTS = ["pages", "server", "loader", "unit"];

/** Begins with the longest files, also where vitest has not yet seen how long each of them takes. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
      return at < 0 ? LONGEST.length : at;
    };
    const place = ({ project }: TestSpecification) => PROJECTS.indexOf(project.name);
    return (await super.sort(files)).sort((a, b) => place(a) - place(b) || rank(a) - rank(b));
  }
}
