import { globSync } from "tinyglobby";
import { expect, test } from "vitest";
import { listOwnCode } from "../../src/load/own-version.ts";

test("what is kept depends on every file of our own code, in whatever folder it is", () => {
  expect(listOwnCode()).toEqual(globSync("src/**/*.ts", { absolute: true }).sort());
});
