import { readdirSync, readFileSync, existsSync } from "node:fs";
import * as morph from "ts-morph";
import { test } from "vitest";
import { answerQuestions, openQuestions } from "../../src/revision/edit.ts";
test("x", () => {
  const root = new URL("../cases/", import.meta.url);
  for (const kind of readdirSync(root)) { if (kind.endsWith(".ts")) continue;
    for (const name of readdirSync(new URL(kind + "/", root))) {
      const f = new URL(`${kind}/${name}/revision.ts`, root);
      if (!existsSync(f)) continue;
      const text = readFileSync(f, "utf8");
      const qs = openQuestions(text, morph);
      if (!qs.length) continue;
      console.log(`=== ${kind}/${name}`);
      for (const q of qs) console.log(q.id, q.direction, q.line, q.about, q.live.length, q.otherwise.length, q.text.slice(0, 60));
      const all = (a: "yes" | "no", t: string) => answerQuestions(t, new Map(openQuestions(t, morph).map(({ id }) => [id, a])), morph);
      if (process.env["SHOW"] && `${kind}/${name}`.match(process.env["SHOW"])) {
      console.log(all("yes", text));
      let t = text;
      for (let i = 0; i < 1; i++) t = all("no", t);
      console.log(t);}
    }
  }
});
