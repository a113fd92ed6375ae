import { describe } from "vitest";
import { isMatrix, oldest } from "../support/servers.ts";
import { testDatabase } from "./database-law.ts";
import { soaking } from "./runs.ts";
import { there, thereAndBack } from "./there-and-back.ts";

describe(`PostgreSQL ${oldest()}`, () => testDatabase(oldest(), isMatrix() || soaking ? thereAndBack : there));
