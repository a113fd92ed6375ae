import { describe, test } from "vitest";
import { isMatrix, majors } from "../support/servers.ts";
import { CASES, holdLaw, holdOnce } from "./law.ts";

describe.each(majors().slice(0, -1))("PostgreSQL %i", (major) => {
  const hold = isMatrix() ? holdLaw : holdOnce;
  for (const name of CASES) test(name, () => hold(name, major));
});
