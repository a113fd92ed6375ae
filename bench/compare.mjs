// Shows two results of `npm run bench` beside each other: npm run bench:compare -- [BEFORE AFTER], by default the last two.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("results", import.meta.url));
const all = readdirSync(folder)
  .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")))
  .sort((a, b) => a.date.localeCompare(b.date));
const wanted = process.argv.slice(2);
const [before, after] =
  wanted.length > 0 ? wanted.map((commit) => all.find((one) => one.commit === commit)) : all.slice(-2);
if (before === undefined || after === undefined) {
  console.error(`Name two of: ${all.map(({ commit }) => commit).join(", ")}`);
  process.exit(2);
}

for (const [what, { commit, date, load }] of Object.entries({ before, after }))
  console.log(`${what.padEnd(6)} ${commit}  ${date}  load ${load.toFixed(1)}`);
console.log(`\nProcessor ms (wall ms)\n`);
for (const [name, new_] of Object.entries(after.measured)) {
  compareOne(name, before.measured[name], new_);
  for (const [part, spent] of Object.entries(new_.parts ?? {}))
    compareOne(`  ${part}`, before.measured[name]?.parts?.[part], spent);
}

function compareOne(name, old, new_) {
  const cell = (one) => (one === undefined ? "-" : `${Math.round(one.cpu)} (${Math.round(one.wall)})`);
  const memory = (one) => (one?.rss ? `${Math.round(one.rss)} MB` : "");
  const [by, ...others] = [old, new_].map((one) => one?.cpu || one?.wall);
  const ratio = by === undefined || others[0] === undefined ? "" : `${(by / others[0]).toFixed(1)}x`;
  const cells = [cell(old).padStart(16), cell(new_).padStart(16), ratio.padStart(7)];
  console.log(`${name.padEnd(44)} ${cells.join(" ")} ${memory(old).padStart(8)} ${memory(new_).padStart(8)}`.trimEnd());
}
