import { expect, test } from "vitest";
import type { Connection } from "../../src/connection/connect.ts";
import { hashAnswer, noteQuestions } from "../../src/connection/noted-questions.ts";
import { ask, askText } from "../../src/database.ts";

const ANSWERS: Record<string, readonly { readonly a: string }[]> = {};

/** A connection whose server answers every text with the same row. */
function connection(): Connection {
  const rows = () => ANSWERS["now"] ?? [{ a: "1" }];
  const silent: Partial<Connection> = {
    query: async () => rows() as never,
    read: async () => [rows().map(({ a }) => [a])],
    readOne: async () => rows().map(({ a }) => [a]),
  };
  return silent as Connection;
}

test("each question is noted once, with the hash of its answer", async () => {
  const noting = noteQuestions(connection());
  await ask(noting, "SELECT 'before'");
  const end = noting.startNotes?.();
  await ask(noting, "SELECT 1");
  await askText(noting, "SELECT 2");
  await ask(noting, "SELECT 1");
  const [first, second, ...others] = end?.().noted ?? [];
  expect(first?.question).toEqual({ how: "own", sql: "SELECT 1" });
  expect(second).toEqual({
    question: { how: "text", sql: "SELECT 2" },
    answer: hashAnswer({ how: "text", sql: "" }, [["1"]]),
  });
  expect(others).toEqual([]);
});

test("a text that was sent and not noted is a problem", async () => {
  const noting = noteQuestions(connection());
  const end = noting.startNotes?.();
  await noting.query("BEGIN; SELECT pg_catalog.set_config('a', 'b', true)");
  expect(end?.()).toEqual({ noted: [] });
  const again = noting.startNotes?.();
  await noting.readOne("SELECT 3");
  expect(again?.().problem).toBe("a question is not one that can be asked again");
});

test("an answer that changes during a command is a problem", async () => {
  const noting = noteQuestions(connection());
  const end = noting.startNotes?.();
  await ask(noting, "SELECT 1");
  ANSWERS["now"] = [{ a: "2" }];
  await ask(noting, "SELECT 1");
  expect(end?.().problem).toBe("an answer changed during the command");
});

test("rows that look alike have different hashes", () => {
  const rows = [
    [["a,b", null]],
    [["a", "b"]],
    [["a", ""]],
    [["a", null]],
    [['a"', null]],
    [["a"], [null]],
    [["a\\", null]],
  ];
  expect(new Set(rows.map((one) => hashAnswer({ how: "text", sql: "" }, one))).size).toBe(rows.length);
});
