import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFleetProgress } from "../../src/cli/fleet/progress.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const line = { name: "north", wave: "rest", server: "db1:5432", outcome: "upgraded", durationMs: 10 } as const;

test("on a terminal one line is redrawn: while tenants are looked at, and for each wave", () => {
  const live = vi.fn();
  const note = vi.fn();
  const progress = createFleetProgress({ live, note });
  const onRead = progress.onLook("State", 1000);
  for (let read = 0; read < 250; read++) onRead();
  vi.advanceTimersByTime(1000);
  expect(live).toHaveBeenLastCalledWith("State: 250 of 1,000 · 250/s · about 3 s left");
  progress.onWave("rest", 4);
  vi.advanceTimersByTime(200);
  expect(live).toHaveBeenLastCalledWith("Wave rest: 0 of 4");
  progress.onEnd({ line });
  vi.advanceTimersByTime(800);
  expect(live).toHaveBeenLastCalledWith("Wave rest: 1 of 4 · 1.0/s · about 3 s left");
  progress.end();
  expect(live).toHaveBeenLastCalledWith("");
  expect(note).not.toHaveBeenCalled();
});

test("elsewhere there is a line every five seconds, and none for what is quick", () => {
  const note = vi.fn();
  const progress = createFleetProgress({ note });
  const onAsked = progress.onLook("Preflight", 20);
  vi.advanceTimersByTime(4900);
  expect(note).not.toHaveBeenCalled();
  onAsked();
  vi.advanceTimersByTime(100);
  expect(note.mock.calls).toEqual([["Preflight: 1 of 20 · 0.2/s · about 95 s left"]]);
  progress.end();
  vi.advanceTimersByTime(10_000);
  expect(note).toHaveBeenCalledTimes(1);
});
