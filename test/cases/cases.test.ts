import { test } from "vitest";
import { newest } from "../support/servers.ts";
import { CASES, holdLaw } from "./law.ts";

test.each(CASES)("%s", (name) => holdLaw(name, newest()));
