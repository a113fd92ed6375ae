import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import type { Answer } from "../../src/questions/answer.ts";
import { answerQuestions, openQuestions } from "../../src/questions/edit.ts";
import { renderRevision } from "../../src/revision/render.ts";
import type { Change } from "../../src/schema/operation.ts";
import type { Schema } from "../../src/schema/schema.ts";

const TYPES = (
  "smallint,integer,bigint,numeric,numeric(6|2),numeric(2|2),real,double precision,money,boolean,uuid,text," +
  "character varying(5),character(5),citext,date,timestamp without time zone,timestamp(0) without time zone," +
  "timestamp with time zone,time without time zone,time with time zone,interval,json,jsonb,inet,cidr,bit(4),bit(99)," +
  "bit varying(4),bytea,xml,point,box,int4range,integer[],smallint[],text[],jsonb[],mood"
)
  .split(",")
  .map((type) => type.replace("|", ","));

/** A table with a column for every change of type; their names are numbers. */
function schemaOf(types: readonly string[]): Schema {
  const columns = types.map((type, at) => ({ name: `c${at}`, type, nullable: true as const }));
  return { tables: [{ name: "shop", columns }] };
}

/** What a change asks about: its query, and what happens to the rows that it finds. */
function asked(changes: readonly Change[]): readonly unknown[] {
  return changes.flatMap(({ question }) =>
    question?.query === undefined ? [] : [[question.about, question.query, question.rows]],
  );
}

test("a revision file tells of every change of type what happens to the rows", () => {
  const pairs = TYPES.flatMap((from) => TYPES.filter((to) => to !== from).map((to) => [from, to] as const));
  const [before, after] = [schemaOf(pairs.map(([from]) => from)), schemaOf(pairs.map(([, to]) => to))];
  const [upgrade, downgrade] = [diff(before, after), diff(after, before)];
  const file = renderRevision({ id: "a", down: [], message: "All", upgrade, downgrade }, morph);
  const open = openQuestions(file, morph);
  const read = open.flatMap(({ about, query, rows }) => (query === undefined ? [] : [[about, query, rows]]));
  const expected = [...asked(upgrade), ...asked(downgrade)];
  expect(read).toEqual(expected);
  // All lines are the tool's, so none is in the way of a no.
  expect(openQuestions(answerQuestions(file, new Map(open.map(({ id }) => [id, "no"])), morph), morph)).toEqual([]);
  for (const rows of ["fail", "change", "change or fail"])
    expect(expected.filter((one) => Array.isArray(one) && one[2] === rows).length).toBeGreaterThan(20);
});

test("where the type before is not in the file, the rows are counted", () => {
  const [before, after] = [schemaOf(["date"]), schemaOf(["timestamp with time zone"])];
  const draft = { id: "a", down: [], message: "One way", upgrade: diff(after, before), downgrade: [] };
  expect(openQuestions(renderRevision(draft, morph), morph)).toMatchObject([{ about: "type", rows: "fail" }]);
});

const ROOT = fileURLToPath(new URL("../cases", import.meta.url));
const FILES = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith("/revision.ts"))
  .map((file) => [file.slice(0, -"/revision.ts".length), readFileSync(`${ROOT}/${file}`, "utf8")] as const)
  .filter(([, text]) => text.includes("op.todo("));

/** The text of a question, in code or in comments. */
const TEXT = /(op\.todo\((?:\s|\/\/)*)("(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*')/g;

/** The names in a file: every string in its calls, and the parts of `schema.table`. */
function namesIn(text: string): ReadonlySet<string> {
  const strings = [...text.replace(TEXT, "$1").matchAll(/"([^"\\]+)"/g)].map(([, name = ""]) => name);
  return new Set(strings.flatMap((name) => [name, ...name.split(".")]));
}

/** The same questions in no language: only the names of each sentence are left. */
function withoutWords(text: string): string {
  const names = namesIn(text);
  const isName = (word: string) => word.split(".").some((part) => names.has(part));
  return text.replace(TEXT, (_, start: string, literal: string) => {
    const words = literal.slice(1, -1).split(/[^\p{L}\p{N}_$.]+/u);
    const kept = words.map((word) => word.replace(/\.$/, "")).filter(isName);
    return `${start}${JSON.stringify(kept.join(" "))}`;
  });
}

test.each(FILES)("%s: what is read and answered does not depend on the words of the questions", (_, text) => {
  const bare = withoutWords(text);
  expect(bare).not.toBe(text);
  const read = (file: string) =>
    openQuestions(file, morph).map(({ id, direction, about, rows, needs, live }) => ({
      ...{ id, direction, about, rows, needs, live },
    }));
  const answer = (file: string, answers: ReadonlyMap<string, Answer>) =>
    answerQuestions(file, answers, morph).replace(TEXT, "$1");
  const questions = read(text);
  expect(read(bare)).toEqual(questions);
  for (const given of ["yes", "no"] as const) {
    const answers = new Map(questions.map(({ id, needs }) => [id, needs?.unwritten ? "no" : given]));
    expect(answer(bare, answers)).toBe(answer(text, answers));
  }
});
