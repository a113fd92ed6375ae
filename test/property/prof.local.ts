// biome-ignore-all lint: local
import fc from "fast-check";
import { test } from "vitest";
import { pair } from "./arbitraries.ts";
import { fresh, thereAndBack, withSite } from "./there-and-back.ts";

test("prof", { timeout: 3e6 }, async () => {
  await withSite(Number(process.env.MAJOR || 18), async (site) => {
    const stats = new Map<string, [number, number]>();
    const wrap = (o: any, m: string) => {
      const f = o[m].bind(o);
      o[m] = async (...a: any[]) => {
        const t = performance.now();
        try {
          return await f(...a);
        } finally {
          const text = (typeof a[0] === "string" ? a[0] : (a[0]?.text ?? "")).trim().slice(0, 60).replace(/\s+/g, " ");
          const k = m + " " + text.split(/["(]/)[0]!.slice(0, 40);
          const s = stats.get(k) ?? [0, 0];
          stats.set(k, [s[0] + performance.now() - t, s[1] + 1]);
        }
      };
    };
    const db: any = { ...site.db };
    wrap(db, "query");
    wrap(db, "read");
    wrap(site.client, "query");
    const t = performance.now();
    const sample = fc.sample(pair, { numRuns: 40, seed: 5 });
    const t2 = performance.now();
    console.log("sample ms", (t2 - t) / 40);
    for (const one of sample)
      await fresh({ ...site, db }, () => thereAndBack({ ...site, db }, one.before, one.after)).catch(() => {});
    const total = performance.now() - t2;
    console.log(
      "per pair",
      total / 40,
      [...stats]
        .sort((a, b) => b[1][0] - a[1][0])
        .slice(0, 14)
        .map(([k, v]) => `\n${(v[0] / 40).toFixed(1)} ms ${(v[1] / 40).toFixed(1)}x ${k}`)
        .join(""),
    );
  });
});
