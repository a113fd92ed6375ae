import * as morph from "ts-morph";
import { test } from "vitest";
import { answerQuestions, openQuestions } from "../../src/revision/edit.ts";
test("x", () => {
  for (const n of [1, 100, 400]) {
  const body = (d: string) => `export function ${d}(op: Operations): void {\n` + Array.from({length: n}, (_, i) => `  op.todo("q ${i}");\n  op.renameColumn("t${i}", "a", "b");\n  // op.addColumn("t${i}", {\n  //   name: "b",\n  // });\n  // op.dropColumn("t${i}", "a");\n`).join("\n") + "}\n";
  const text = body("upgrade") + body("downgrade");
  let t0 = performance.now();
  const qs = openQuestions(text, morph);
  console.log(n, "open", performance.now() - t0);
  t0 = performance.now();
  answerQuestions(text, new Map(qs.map(({ id }) => [id, "no"])), morph);
  console.log(n, "all no", performance.now() - t0);
  t0 = performance.now();
  answerQuestions(text, new Map(qs.slice(0,1).map(({ id }) => [id, "no"])), morph);
  console.log(n, "one no", performance.now() - t0);
  }
});
