import { isDeepStrictEqual } from "node:util";
import type { Table } from "../schema/schema.ts";

const known = new WeakMap<Table, WeakMap<Table, boolean>>();

/** Whether two tables are the same. The answer is kept, since each question of a diff compares all tables again. */
export function isUnchanged(before: Table, after: Table): boolean {
  if (before === after) return true;
  const answers = known.get(before) ?? new WeakMap<Table, boolean>();
  const answer = answers.get(after) ?? isDeepStrictEqual(before, after);
  known.set(before, answers.set(after, answer));
  return answer;
}
