import { describe, expect, test } from "vitest";
import { examineServer } from "../../src/doctor/server-line.ts";
import { isInRange } from "../../src/doctor/versions.ts";

describe("whether a version is in a range", () => {
  test.each([
    ["20.19.0", ">=20.19", true],
    ["20.18.3", ">=20.19", false],
    ["22.1.0", ">=20.19", true],
    ["0.3.31", ">=0.3.20 <2", true],
    ["0.3.9", ">=0.3.20 <2", false],
    ["1.1.1", ">=0.3.20 <2", true],
    ["2.0.0", ">=0.3.20 <2", false],
    ["8.16.3", "^8.12.0", true],
    ["9.0.0", "^8.12.0", false],
    ["1.0.0-beta.2", ">=0.3.20 <2", true],
  ])("%s in %s: %s", (version, range, expected) => expect(isInRange(version, range)).toBe(expected));
});

test.each([
  [{ version: 180_004 }, "ok", "PostgreSQL 18.4"],
  [{ version: 130_022 }, "missing", "PostgreSQL 13.22; remodel needs 14 to 18."],
  [{ version: 190_000 }, "note", "PostgreSQL 19.0; remodel is tested with 14 to 18."],
  [{ version: 160_002, standby: true as const }, "missing", "PostgreSQL 16.2, a standby, which is read-only."],
])("a server of version %o", (info, status, text) => expect(examineServer(info)).toMatchObject({ status, text }));
