import type { TestProject } from "vitest/node";
import { findBrowser } from "./browser-file.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** How the browser of the tests is started. */
    browser: { readonly executablePath: string; readonly args: readonly string[] };
  }
}

/** Unpacks the browser before the first file of tests: two processes would write one file, which Linux does not run then. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide("browser", await findBrowser());
}
