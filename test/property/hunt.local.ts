import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "vitest";
import { printLiteral } from "../../src/revision/literal.ts";
import { pair, renamed } from "./arbitraries.ts";
import { fresh, thereAndBack, withSite } from "./there-and-back.ts";

test("hunt", { timeout: 3e7 }, async () => {
  const n = Number(process.env.HUNT || 200),
    major = Number(process.env.MAJOR || 18);
  const seed = Number(process.env.SEED || Date.now() % 1e6);
  const kind = process.env.KIND || "pair";
  const found = new Map<string, { count: number; size: number; text: string }>();
  const t = Date.now();
  await withSite(major, async (site) => {
    for (const one of fc.sample(kind === "pair" ? pair : renamed, { numRuns: n, seed })) {
      try {
        await fresh(site, () =>
          thereAndBack(site, one.before, one.after, kind === "pair" ? undefined : { renamed: one.renames }),
        );
      } catch (e) {
        const err = e as Error & { change?: { question?: unknown } };
        const stage = /there-and-back.ts:(\d+)/.exec(
          (err.stack ?? "").split("thereAndBack")[1] ?? err.stack ?? "",
        )?.[1];
        const stages = [...(err.stack ?? "").matchAll(/there-and-back.ts:(\d+)/g)].map((m) => m[1]).join(",");
        const head = err.message
          .split("\n")[0]!
          .replace(/"[^"]*("[^"]*"[^"]*)*"/g, '"…"')
          .slice(0, 100);
        const sql = (err.message.split("\n")[1] ?? "").slice(0, 24);
        const key = head + " | " + sql + " | " + stages;
        const text =
          err.message.slice(0, 3000) + "\nquestion: " + JSON.stringify(err.change?.question) + "\n" + printLiteral(one);
        const was = found.get(key);
        if (!was || was.size > text.length) found.set(key, { count: (was?.count ?? 0) + 1, size: text.length, text });
        else was.count++;
      }
    }
  });
  const ms = (Date.now() - t) / n;
  const list = [...found].sort((a, b) => b[1].count - a[1].count);
  writeFileSync(
    process.env.OUT || "/tmp/hunt.txt",
    list.map(([k, v]) => `##### ${v.count} × ${k}\n${v.text}\n`).join("\n"),
  );
  console.log(`seed ${seed}, ${ms.toFixed(0)} ms each\n` + list.map(([k, v]) => `${v.count} × ${k}`).join("\n"));
});
