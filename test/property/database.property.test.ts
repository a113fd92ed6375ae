import { describe } from "vitest";
import { newest } from "../support/servers.ts";
import { testDatabase } from "./database-law.ts";
import { thereAndBack } from "./there-and-back.ts";

describe(`PostgreSQL ${newest()}`, () => testDatabase(newest(), thereAndBack));
