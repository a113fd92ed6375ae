// biome-ignore-all lint: only for hunting

import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "vitest";
import { printLiteral } from "../../src/revision/literal.ts";
import { pair, renamed } from "./arbitraries.ts";
import { fresh, thereAndBack, withSite } from "./there-and-back.ts";

const LISTS = ["uniques", "checks", "indexes", "foreignKeys", "columns"];
function* smaller(one: any): Generator<any> {
  const both = (f: (s: any, side: string) => any) => ({
    ...one,
    before: f(one.before, "before"),
    after: f(one.after, "after"),
  });
  const tables = new Set<string>([...one.before.tables, ...one.after.tables].map((t: any) => t.name));
  const drop = (list: any[] | undefined, name: string) => {
    const l = (list ?? []).filter((x: any) => x.name !== name);
    return l.length ? l : undefined;
  };
  const edit = (s: any, t: string, f: (t: any) => any) => ({
    ...s,
    tables: s.tables.map((x: any) => (x.name === t ? JSON.parse(JSON.stringify(f(x))) : x)),
  });
  for (const t of tables) {
    yield both((s) => ({ ...s, tables: s.tables.filter((x: any) => x.name !== t) }));
    for (const side of ["before", "after"])
      yield both((s, w) => (w === side ? { ...s, tables: s.tables.filter((x: any) => x.name !== t) } : s));
  }
  for (const t of tables) {
    yield both((s) => edit(s, t, (x) => ({ ...x, primaryKey: undefined })));
    yield both((s) => edit(s, t, (x) => ({ ...x, comment: undefined })));
    for (const list of LISTS) {
      const names = new Set<string>(
        [...one.before.tables, ...one.after.tables]
          .filter((x: any) => x.name === t)
          .flatMap((x: any) => (x[list] ?? []).map((i: any) => i.name)),
      );
      for (const n of names) {
        yield both((s) =>
          edit(s, t, (x) => ({ ...x, [list]: drop(x[list], n) ?? (list === "columns" ? [] : undefined) })),
        );
        for (const side of ["before", "after"])
          yield both((s, w) =>
            w === side
              ? edit(s, t, (x) => ({ ...x, [list]: drop(x[list], n) ?? (list === "columns" ? [] : undefined) }))
              : s,
          );
        for (const prop of [
          "comment",
          "default",
          "nullable",
          "where",
          "deferrable",
          "onDelete",
          "onUpdate",
          "unique",
          "type",
        ]) {
          const has = [...one.before.tables, ...one.after.tables].some(
            (x: any) => x.name === t && (x[list] ?? []).some((i: any) => i.name === n && i[prop] !== undefined),
          );
          if (has && !(list === "columns" && prop === "type"))
            yield both((s) =>
              edit(s, t, (x) => ({
                ...x,
                [list]: x[list]?.map((i: any) => (i.name === n ? { ...i, [prop]: undefined } : i)),
              })),
            );
        }
      }
    }
  }
  for (const e of new Set<string>([...(one.before.enums ?? []), ...(one.after.enums ?? [])].map((x: any) => x.name))) {
    yield both((s) => ({ ...s, enums: drop(s.enums, e) }));
    for (const v of new Set<string>(
      [...(one.before.enums ?? []), ...(one.after.enums ?? [])]
        .filter((x: any) => x.name === e)
        .flatMap((x: any) => x.values),
    ))
      yield both((s) => ({
        ...s,
        enums: s.enums?.map((x: any) => (x.name === e ? { ...x, values: x.values.filter((y: any) => y !== v) } : x)),
      }));
  }
  yield both((s) => ({ ...s, typeormMetadata: undefined }));
}
const clean = (o: any) => JSON.parse(JSON.stringify(o));
const keyOf = (err: any) => {
  const stages = [...(err.stack ?? "").matchAll(/there-and-back.ts:(\d+)/g)]
    .map((m: any) => m[1])
    .slice(0, 2)
    .join(",");
  const head = err.message
    .split("\n")[0]
    .replace(/"[^"]*("[^"]*"[^"]*)*"/g, "…")
    .replace(/(type|constraint|table|column|index|enum) \S+/g, "$1 …")
    .slice(0, 100);
  const sql = (err.message.split("\n")[1] ?? "").slice(0, 11);
  return head + " | " + sql + " | " + stages;
};

test("hunt", { timeout: 3e7 }, async () => {
  const n = Number(process.env.HUNT || 200),
    major = Number(process.env.MAJOR || 18);
  const seed = Number(process.env.SEED || Date.now() % 1e6);
  const kind = process.env.KIND || "pair";
  const found = new Map<string, { count: number; size: number; text: string; one: any }>();
  let t = Date.now();
  await withSite(major, async (site) => {
    const attempt = async (one: any): Promise<any> => {
      try {
        await fresh(site, () =>
          thereAndBack(site, one.before, one.after, kind === "pair" ? undefined : { renamed: one.renames }),
        );
      } catch (e) {
        return e;
      }
    };
    const sample = process.env.CASES
      ? JSON.parse(readFileSync(process.env.CASES, "utf8"))
      : fc.sample(kind === "pair" ? pair : renamed, { numRuns: n, seed });
    t = Date.now();
    for (const one of sample) {
      const err = await attempt(one);
      if (!err) continue;
      const key = keyOf(err),
        size = JSON.stringify(one).length;
      const was = found.get(key);
      if (!was || was.size > size)
        writeFileSync(
          `/tmp/f-${found.size}.txt`,
          key +
            "\n" +
            err.message +
            "\nquestion " +
            JSON.stringify(err.change?.question) +
            "\nEXPECTED\n" +
            (typeof err.expected === "string" ? err.expected : JSON.stringify(err.expected, null, 1)) +
            "\nACTUAL\n" +
            (typeof err.actual === "string" ? err.actual : JSON.stringify(err.actual, null, 1)) +
            "\n" +
            printLiteral(one),
        );
      if (!was || was.size > size) found.set(key, { count: (was?.count ?? 0) + 1, size, one, text: "" });
      else was.count++;
    }
    const ms = (Date.now() - t) / n;
    console.log(
      `seed ${seed}, ${ms.toFixed(0)} ms each\n` + [...found].map(([k, v]) => `${v.count} × ${k}`).join("\n"),
    );
    if (process.env.NOSHRINK) return;
    for (const [key, f] of [...found].slice(0, Number(process.env.MAX || 5))) {
      let best = clean(f.one),
        err = await attempt(best),
        tries = 0;
      again: for (;;) {
        for (const next of smaller(best)) {
          if (JSON.stringify(next).length >= JSON.stringify(best).length) continue;
          if (tries++ > 110) break again;
          const e = await attempt(clean(next));
          if (
            e &&
            keyOf(e) === key &&
            !JSON.stringify(next).includes('"values":[]') &&
            !JSON.stringify(next).includes('"columns":[]') &&
            (!key.includes("54,") || !(await attempt({ ...clean(next), before: clean(next).after })))
          ) {
            best = clean(next);
            err = e;
            continue again;
          }
        }
        break;
      }
      f.one = best;
      f.text =
        (err?.message ?? "GONE").slice(0, 1500) +
        (err?.expected
          ? "\nEXPECTED " +
            String(JSON.stringify(err.expected)).slice(0, 3000) +
            "\nACTUAL " +
            String(JSON.stringify(err.actual)).slice(0, 3000)
          : "") +
        "\nquestion: " +
        JSON.stringify(err?.change?.question) +
        "\n" +
        printLiteral(best);
      console.log("#####", key, "\n" + f.text);
    }
  });
  writeFileSync((process.env.OUT || "/tmp/hunt.txt") + ".json", JSON.stringify([...found.values()].map((f) => f.one)));
  writeFileSync(
    process.env.OUT || "/tmp/hunt.txt",
    [...found].map(([k, v]) => `##### ${v.count} × ${k}\n${v.text}\n`).join("\n"),
  );
});
