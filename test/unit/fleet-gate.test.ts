import { expect, test } from "vitest";
import { createGate, type Gate } from "../../src/fleet/gate.ts";

/** Lets so many tenants come to the gate. @returns who was let in, and who was sent away */
function arrive(gate: Gate, count: number) {
  const [entered, refused]: [number[], number[]] = [[], []];
  for (let at = 1; at <= count; at++) void gate.enter().then((open) => (open ? entered : refused).push(at));
  return { entered, refused };
}

/** Lets every promise that can go on do so. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test("two begin, and all others once one of them is changed", async () => {
  const gate = createGate();
  const { entered } = arrive(gate, 5);
  await settle();
  expect(entered).toEqual([1, 2]);
  gate.leave(false);
  await settle();
  expect(entered).toEqual([1, 2, 3]);
  gate.leave(true);
  await settle();
  expect(entered).toEqual([1, 2, 3, 4, 5]);
});

test("after a systemic failure the next one waits for the second tenant", async () => {
  const gate = createGate();
  const { entered } = arrive(gate, 5);
  await settle();
  gate.leave(false, "42703");
  await settle();
  expect(entered).toEqual([1, 2]);
  gate.leave(false);
  await settle();
  expect(entered).toEqual([1, 2, 3]);
});

test("the second tenant with the same systemic failure closes it", async () => {
  const gate = createGate();
  const { entered, refused } = arrive(gate, 4);
  gate.leave(false, "42703");
  gate.leave(false, "42703");
  await settle();
  expect([entered, refused]).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test("once closed it sends everybody away", async () => {
  const gate = createGate();
  const { entered, refused } = arrive(gate, 4);
  gate.close();
  await settle();
  expect([entered, refused]).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const late = arrive(gate, 1);
  gate.leave(true);
  await settle();
  expect(late).toEqual({ entered: [], refused: [1] });
});
