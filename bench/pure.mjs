// Measures code that needs no server, at a size and at twice that size: a ratio of 2 is linear, a ratio of 4 quadratic.
// It runs what is in dist/, so build first; `npm run bench:pure` does both. `-- --size 5` only shows that all of it still runs.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as morph from "ts-morph";
import { diff } from "../dist/diff/diff.js";
import { guessRenames } from "../dist/diff/rename-candidates.js";
import { NOTHING } from "../dist/kinds/apply.js";
import { sql } from "../dist/kinds/statements.js";
import { inCreationOrder } from "../dist/kinds/view-references.js";
import { answerQuestions, openQuestions } from "../dist/questions/edit.js";
import { prepareRevisions } from "../dist/review/prepare.js";
import { reviewRevisions } from "../dist/review/review.js";
import { judgeVolatility } from "../dist/review/volatile.js";
import { findCreatedSchemas, findTablesElsewhere, readFiles, readHeaders } from "../dist/revision/folder.js";
import { record } from "../dist/revision/op.js";
import { takeBack } from "../dist/revision/take-back.js";

const RUNS = 3;

/** Each makes what is measured for a size, outside of the measured time. */
const BENCHES = [
  { name: "guess renames: tables without a common shape", size: 200, prepare: (n) => guessBetween(n, ownShape) },
  { name: "guess renames: tables of a few shapes", size: 200, prepare: (n) => guessBetween(n, sharedShape) },
  { name: "guess renames: tables of one shape", size: 200, prepare: (n) => guessBetween(n, oneShape) },
  { name: "guess renames: columns of one table", size: 200, prepare: guessColumns },
  { name: "views in the order of creation", size: 200, prepare: orderViews },
  { name: "views over a table whose column changes", size: 200, prepare: replaceViews },
  { name: "drop tables with keys", size: 250, prepare: dropTables },
  { name: "compare equal tables", size: 500, prepare: compareEqual },
  { name: "10 questions in tables", size: 250, prepare: (n) => askQuestions(n, 10) },
  { name: "questions on 500 tables", size: 20, prepare: (n) => askQuestions(500, n) },
  { name: "read the questions of a revision", size: 200, prepare: readQuestions },
  { name: "answer the questions of a revision", size: 200, prepare: answerAll },
  { name: "rename tables, all certain", size: 200, prepare: renameTables },
  { name: "read a folder of revisions", size: 500, prepare: readRevisions },
  { name: "take back half of a revision", size: 500, prepare: undoHalf },
  { name: "review a revision that changes tables", size: 200, prepare: reviewChanges },
  { name: "review a revision that creates tables", size: 500, prepare: reviewCreated },
];

/** Tables that go and as many that come. */
function guessBetween(n, shape) {
  const [before, after] = ["gone", "come"].map((side) => ({ tables: range(n).map((at) => shape(side, at)) }));
  return () => guessRenames(before, after);
}

function ownShape(side, at) {
  const words = range(8).map((column) => word(at * 8 + column, side === "gone" ? 3 : 7));
  return table(`${word(at, 1)}_${side}`, ["id", "created_at", ...words]);
}

function sharedShape(side, at) {
  const columns = ["id", "name", "code", ...range(6).map((column) => `${word(at % 20, 1)}_${column}`)];
  return table(`${word(at, side === "gone" ? 1 : 5)}_${side}`, columns);
}

function oneShape(side, at) {
  return table(`${word(at, side === "gone" ? 1 : 5)}_${side}`, ["id", "name", "code", "created_at"]);
}

function guessColumns(n) {
  const [before, after] = [3, 7].map((seed) => ({
    tables: [table("shop", ["id", ...range(n).map((at) => word(at, seed))])],
  }));
  return () => guessRenames(before, after);
}

/** Each view reads the one before it, and some tables; their names sort the other way. */
function views(n, type = "text") {
  const text = (at) =>
    `SELECT a.id, a.name AS name_${at} FROM ${at === 0 ? "shop" : view(at - 1)} a JOIN mall b ON b.id = a.id WHERE a.name <> 'x'`;
  const view = (at) => `v${String(100_000 - at)}`;
  const shop = { name: "shop", columns: [column("id", "integer"), column("name", type)] };
  return { tables: [shop], views: range(n).map((at) => ({ name: view(at), expression: text(at) })) };
}

function orderViews(n) {
  const list = views(n).views.toReversed();
  return () => inCreationOrder(list, []);
}

function replaceViews(n) {
  const [before, after] = [views(n), views(n, "integer")];
  return () => diff(before, after);
}

function dropTables(n) {
  const tables = range(n).map((at) => keyed(`shop_${at}`, at));
  const [before, after] = [{ tables }, { tables: tables.filter((_, at) => at % 2 === 0) }];
  return () => diff(before, after);
}

function compareEqual(n) {
  const tables = range(n).map((at) => keyed(`shop_${at}`, at));
  const [before, after] = [{ tables }, structuredClone({ tables })];
  return () => diff(before, after);
}

/** So many tables have a column with another name. */
function askQuestions(n, questions) {
  const tables = range(n).map((at) => keyed(`shop_${at}`, at));
  const renamed = (one) => {
    const name = (column) => (column === "word" ? "words" : column);
    return { ...one, columns: one.columns.map((column) => ({ ...column, name: name(column.name) })) };
  };
  const [before, after] = [
    { tables },
    structuredClone({ tables: tables.map((one, at) => (at < questions ? renamed(one) : one)) }),
  ];
  const guesses = guessRenames(before, after);
  if (guesses.length === 0) throw new Error("nothing to ask");
  const single = guesses.flatMap((guess) => guess.renames.map((rename) => ({ ...guess, renames: [rename] })));
  return () => diff(before, after, { guesses: single });
}

/** A revision that asks about so many columns, there and back. */
function questions(n) {
  const ask = (from, to) => (at) => {
    const question = `Was shop_${at}.${from} renamed to shop_${at}.${to} (both text)? If not, keep the commented lines instead: the values of shop_${at}.${from} are lost.`;
    return `  op.todo("${question}");
  op.renameColumn("shop_${at}", "${from}", "${to}");
  // op.addColumn("shop_${at}", { name: "${to}", type: "text" });
  // op.dropColumn("shop_${at}", "${from}");
`;
  };
  const body = (name, one) => `export function ${name}(op) {\n${range(n).map(one).join("\n")}}\n`;
  return [
    'export const revision = "a";\nexport const downRevision = null;\n',
    body("upgrade", ask("word", "words")),
    body("downgrade", ask("words", "word")),
  ].join("\n");
}

function readQuestions(n) {
  const text = questions(n);
  return () => openQuestions(text, morph);
}

/** A yes and a no by turns. */
function answerAll(n) {
  const text = questions(n);
  const open = openQuestions(text, morph);
  if (open.length !== 2 * n) throw new Error("not all questions were found");
  const replies = new Map(open.map(({ id }, at) => [id, at % 2 === 0 ? "yes" : "no"]));
  return () => answerQuestions(text, replies, morph);
}

function renameTables(n) {
  const tables = range(n).map((at) => keyed(`shop_${at}`, at));
  const next = (name) => name.replace("shop", "store");
  const after = tables.map((one) => ({
    ...one,
    name: next(one.name),
    foreignKeys: one.foreignKeys.map((key) => ({
      ...key,
      references: { ...key.references, table: next(key.references.table) },
    })),
  }));
  const renamed = tables.map(({ name }) => ({ list: "tables", from: name, to: next(name) }));
  return () => {
    const guesses = guessRenames({ tables }, { tables: after }, { renamed });
    return diff({ tables }, { tables: after }, { guesses });
  };
}

/** So many statements, of which half were run, and as many that undo them. */
function undoHalf(n) {
  const calls = range(n).map((at) => sql(`CREATE TABLE shop_${at} (id int, name text)`));
  const back = range(n).map((at) => sql(`DROP TABLE shop_${n - 1 - at}`));
  return () => takeBack({ calls, done: n / 2, begun: false }, back);
}

function readRevisions(n) {
  const folder = mkdtempSync(join(tmpdir(), "remodel-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const at of range(n)) {
    const down = at === 0 ? "null" : `"r${at - 1}"`;
    const header = `export const revision = "r${at}";\nexport const downRevision = ${down};\n`;
    const calls = range(20).map((line) => `  op.addColumn("sales.shop", { name: "c${line}", type: "text" });`);
    writeFileSync(join(folder, `r${at}_x.ts`), `${header}export function upgrade(op) {\n${calls.join("\n")}\n}\n`);
  }
  return () => {
    const files = readFiles(folder);
    return [readHeaders(files), findCreatedSchemas(files), findTablesElsewhere(files)];
  };
}

/** Each table gets an index, a foreign key and a required column, and loses a column. */
function reviewChanges(n) {
  const tables = range(n).map((at) => keyed(`shop_${at}`, at));
  return review({ tables }, (op) => {
    for (const { name } of tables) {
      op.createIndex(name, { columns: ["code"] });
      op.createForeignKey(name, { columns: ["target_id"], references: { table: "shop_0", columns: ["id"] } });
      op.alterColumn(name, "word", { nullable: false });
      op.dropColumn(name, "created_at");
      op.sql(`UPDATE ${name} SET code = name`);
    }
  });
}

function reviewCreated(n) {
  return review({}, (op) => {
    for (const at of range(n)) op.createTable(`shop_${at}`, { columns: [column("id", "integer")] });
    for (const at of range(n)) op.createIndex(`shop_${at}`, { columns: ["id"] });
  });
}

function review(schema, write) {
  const upgrade = record(write);
  const revision = { id: "aaaa", down: [], message: "", file: "aaaa.ts" };
  const loaded = { revision, upgrade, downgrade: [], late: [], checksum: "", timeouts: {}, findLine: () => 1 };
  const place = {
    before: { ...NOTHING, schema },
    own: "public",
    isVolatile: judgeVolatility(),
    showPath: (file) => file,
  };
  return () => reviewRevisions(prepareRevisions([{ loaded, isReviewed: true, runs: true }], place), "none");
}

function keyed(name, at) {
  const target = `shop_${Math.floor(at / 2)}`;
  return {
    ...table(name, ["id", "name", "code", "created_at", "word", "target_id"]),
    primaryKey: { name: `PK_${name}`, columns: ["id"] },
    uniques: [{ name: `UQ_${name}`, columns: ["code"] }],
    indexes: [{ name: `IDX_${name}`, columns: ["name"] }],
    checks: [{ name: `CHK_${name}`, expression: "length(code) > 2" }],
    foreignKeys: [{ name: `FK_${name}`, columns: ["target_id"], references: { table: target, columns: ["id"] } }],
  };
}

function table(name, columns) {
  const type = (column) => ({ id: "integer", target_id: "integer", created_at: "timestamp with time zone" })[column];
  return { name, columns: columns.map((one) => column(one, type(one) ?? "text")) };
}

function column(name, type) {
  return { name, type };
}

/** A word that few others look like. */
function word(at, seed) {
  let [text, number] = ["", (at + 1) * 2_654_435_761 + seed * 40_503];
  for (let letter = 0; letter < 8; letter++) {
    number = (Math.imul(number, 1_103_515_245) + 12_345) >>> 0;
    text += String.fromCharCode(97 + ((number >>> 16) % 26));
  }
  return text;
}

function range(n) {
  return Array.from({ length: n }, (_, at) => at);
}

/** The fastest of some runs, in milliseconds of processor time, which other processes change least. */
function measure(run) {
  const times = range(RUNS).map(() => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { size: { type: "string" } } });
console.log(`${"".padEnd(46)} ${"n".padStart(5)} ${"ms".padStart(8)} ${"2n: ms".padStart(8)} ${"ratio".padStart(6)}`);
for (const { name, size: usual, prepare } of BENCHES) {
  const size = Number(values.size ?? usual);
  if (wanted.length > 0 && !wanted.some((one) => name.includes(one))) continue;
  measure(prepare(Math.ceil(size / 4)));
  const [small, large] = [size, 2 * size].map((n) => measure(prepare(n)));
  const cells = [small.toFixed(1).padStart(8), large.toFixed(1).padStart(8), (large / small).toFixed(1).padStart(6)];
  console.log(`${name.padEnd(46)} ${String(size).padStart(5)} ${cells.join(" ")}`);
}
