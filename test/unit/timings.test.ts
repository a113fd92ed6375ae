import { afterEach, describe, expect, test } from "vitest";
import { timingsText } from "../../src/cli/report-timings.ts";
import { endTimings, enter, noteTiming, startTimings, timed } from "../../src/timings.ts";

let now = 40;
/** A clock whose processor is busy half of the time. */
const clock = () => ({ wall: now, processor: now / 2 });
const pass = (ms: number) => {
  now += ms;
};

afterEach(() => void endTimings());

describe("the parts of a command", () => {
  test("add up to the whole, also where one is inside another", async () => {
    const entered = clock();
    pass(6);
    startTimings(clock, entered);
    pass(4);
    enter("command");
    await timed("models", async () => {
      pass(5);
      await timed("connection", async () => pass(3));
      pass(2);
    });
    timed("diff", () => pass(1));
    pass(4);
    expect(Object.fromEntries(endTimings()?.parts ?? [])).toEqual({
      node: { wall: 40, processor: 20 },
      loading: { wall: 10, processor: 5 },
      models: { wall: 7, processor: 3.5 },
      connection: { wall: 3, processor: 1.5 },
      diff: { wall: 1, processor: 0.5 },
      command: { wall: 4, processor: 2 },
    });
  });

  test("count what fails too", async () => {
    startTimings(clock);
    const failing = timed("models", async () => {
      pass(5);
      throw new Error("no entity");
    });
    await expect(failing).rejects.toThrow("no entity");
    pass(1);
    expect(endTimings()?.parts.get("models")).toEqual({ wall: 5, processor: 2.5 });
  });

  test("are not counted unless somebody asked", async () => {
    expect(await timed("models", async () => 7)).toBe(7);
    expect(timed("diff", () => 8)).toBe(8);
    noteTiming("nothing");
    expect(endTimings()).toBeUndefined();
  });

  test("are printed in the order of a command, with their sum and the notes", () => {
    now = 41;
    startTimings(clock, { wall: 40.4, processor: 20.2 });
    timed("print", () => pass(1000));
    timed("models", () => pass(10));
    noteTiming("The models were read: a note.");
    const timings = endTimings();
    expect(timings && timingsText(timings)).toMatchInlineSnapshot(`
      "Timings in ms:
                    wall  processor
        node          40         20
        loading        1          0
        models        10          5
        print       1000        500
        total       1051        526
        The models were read: a note."
    `);
  });
});
