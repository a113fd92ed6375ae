import { readFileSync } from "node:fs";
import type { JsonSchema } from "./json-schema.ts";

/**
 * The schema of SARIF 2.1.0 of its technical committee (2.1.0-rtm.5), as the package `@microsoft/jest-sarif` 1.0.0-beta.0
 * has it under the MIT licence.
 */
export const SARIF_SCHEMA: JsonSchema = JSON.parse(
  readFileSync(new URL("../fixtures/schemas/sarif-2.1.0.json", import.meta.url), "utf8"),
);
