import { describe } from "vitest";
import { isMatrix, oldest } from "../support/servers.ts";
import { testDatabase } from "./database-law.ts";
import { soaking } from "./runs.ts";
import { there, thereAndBack } from "./there-and-back.ts";

// Little differs by version, so fewer pairs are tried than on the newest server.
describe(`PostgreSQL ${oldest()}`, () =>
  isMatrix() || soaking ? testDatabase(oldest(), 1, thereAndBack) : testDatabase(oldest(), 1 / 6, there));
