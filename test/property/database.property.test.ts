import { describe } from "vitest";
import { isMatrix, newest } from "../support/servers.ts";
import { testDatabase } from "./database-law.ts";
import { soaking } from "./runs.ts";
import { thereAndBack } from "./there-and-back.ts";

describe(`PostgreSQL ${newest()}`, () => testDatabase(newest(), isMatrix() || soaking ? 1 : 1 / 3, thereAndBack));
