import { test } from "vitest";
import { compare } from "../../src/run/compare.ts";
import { revise } from "../../src/run/revise.ts";
import { downgrade, upgrade } from "../../src/run/run.ts";
import { tableOf } from "../support/idioms/all.ts";
import { edits } from "../support/idioms/changes.ts";
import { catalogText, withProject } from "../support/idioms/project.ts";
import { majors, withDatabase } from "../support/servers.ts";
import { synchronizeOn } from "../support/typeorm.ts";
const only = process.env["ONLY"];
test("scan", async () => {
  for (const major of majors())
    for (const [at0, edit] of edits.entries()) {
      if (only && !new RegExp(only).test(edit.name)) continue;
      const table = tableOf(at0);
      const [before, after] = [edit.before(table), edit.after(table)];
      const placeholder = before.length === 0 || after.length === 0;
      if (placeholder) continue;
      let step = "";
      let text = "";
      try {
        await withProject(major, async ({ at, url }) => {
          const clean = async (models: typeof before, what: string) => {
            const { upgrade: u, downgrade: d, unreadable } = await at(models, (s) => compare(s));
            if (u.length + d.length + unreadable.length) console.log("DIFF", edit.name, what, JSON.stringify({ u: u.map((x) => x.operations.flatMap((o) => o.sql)), d: d.map((x) => x.operations.flatMap((o) => o.sql)), unreadable }));
          };
          step = "before";
          await at(before, (s) => revise(s, { message: "B", autogenerate: true, revisionId: "aaaa" }));
          await at(before, (s) => upgrade(s));
          await clean(before, step);
          const was = await catalogText(url);
          step = "revise";
          const r = await at(after, (s) => revise(s, { message: "A", autogenerate: true, revisionId: "bbbb", accept: ["all"] }));
          if (!("text" in r)) return console.log("MISSED", edit.name);
          text = r.text;
          step = "upgrade";
          await at(after, (s) => upgrade(s));
          await clean(after, step);
          const now = await catalogText(url);
          const oracle = await withDatabase(major, async (o) => { await synchronizeOn(o, after); return catalogText(o); });
          const strip = (t: string) => t.split("\n").filter((l) => !/^extension|^  version/.test(l)).sort().join("\n");
          if (strip(now) !== strip(oracle)) console.log("ORACLE", edit.name, "\nNOW", now.split("\n").filter((l) => !oracle.includes(l)), "\nORACLE", oracle.split("\n").filter((l) => !now.includes(l)));
          step = "downgrade";
          await at(after, (s) => downgrade(s, "aaaa"));
          await clean(before, step);
          const back = await catalogText(url);
          if (back.split("\n").sort().join() !== was.split("\n").sort().join()) console.log("BACK", edit.name, "\nWAS", was.split("\n").filter((l) => !back.includes(l)), "\nBACK", back.split("\n").filter((l) => !was.includes(l)));
        });
      } catch (error) {
        console.log("FAIL", major, edit.name, step, (error as Error).message, String((error as { cause?: unknown }).cause ?? ""), text);
      }
    }
}, 600000);
