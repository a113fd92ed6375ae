import { afterAll } from "vitest";
import { removeFolders } from "./folders.ts";
import { removeKeptDatabases } from "./kept-databases.ts";
import { keepRecordedStacksPlain } from "./plain-stacks.ts";

// Runs before each file of tests. Files share a process and its modules, so a hook that a shared module registers is one of
// the first file only.
afterAll(removeFolders);
afterAll(removeKeptDatabases);
keepRecordedStacksPlain();
