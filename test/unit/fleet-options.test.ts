import { expect, test } from "vitest";
import { readFleetOptions } from "../../src/cli/fleet/options.ts";

const NONE = { _: [], $0: "remodel" };

test("--fresh reaches the project of a fleet", () => {
  expect(readFleetOptions({ ...NONE, fresh: true }, "/malls")).toMatchObject({ cwd: "/malls", fresh: true });
  expect(readFleetOptions(NONE, "/malls")).not.toHaveProperty("fresh");
});
