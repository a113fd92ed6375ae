import type { TestProject } from "vitest/node";
import { superviseServers } from "./postgres.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The servers of this run: majors, oldest first, and a superuser's URL for each. */
    servers: readonly { readonly major: number; readonly url: string }[];
  }
}

/** Starts the servers that `REMODEL_TEST_PG` names, once for the whole run; what it returns stops them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const majors = wantedMajors(process.env["REMODEL_TEST_PG"] || "14,18");
  const { urls, stop } = await superviseServers(majors);
  project.provide(
    "servers",
    majors.map((major, index) => ({ major, url: urls[index]! })),
  );
  return stop;
}

function wantedMajors(list: string): number[] {
  const majors = list.split(",").map(Number);
  if (!majors.every((major) => Number.isInteger(major) && major > 0))
    throw new Error(`REMODEL_TEST_PG is a list of PostgreSQL majors such as "14,18", not "${list}".`);
  return [...new Set(majors)].sort((a, b) => a - b);
}
