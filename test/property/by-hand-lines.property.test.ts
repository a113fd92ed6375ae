import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import * as morph from "ts-morph";
import { expect, test } from "vitest";
import type { RemodelError } from "../../src/errors.ts";
import { PLACEHOLDER } from "../../src/kinds/statements.ts";
import type { Answer } from "../../src/questions/answer.ts";
import { answerQuestions, openQuestions } from "../../src/questions/edit.ts";
import { linesAbove, linesBelow } from "../../src/revision/note-lines.ts";
import type { Note } from "../../src/schema/dependencies.ts";
import { runs, settings } from "./runs.ts";

const ROOT = fileURLToPath(new URL("../cases", import.meta.url));
const FILES = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith("/revision.ts"))
  .map((file) => readFileSync(`${ROOT}/${file}`, "utf8"))
  .filter((text) => text.includes("op.todo("));

/** Lines that a person may write, about things of the file and about others. */
function linesByHand({ table, column, constraint }: Names): readonly string[] {
  const [t, c, k] = [table, column, constraint].map((name) => JSON.stringify(name));
  return [
    `op.createIndex(${t}, { name: "IDX_mine", columns: [${c}] });`,
    `op.createIndex(${t}, { name: "IDX_mine", columns: [${c}] }, { concurrently: true });`,
    `op.dropIndex(${t}, "IDX_mine");`,
    `op.renameIndex(${t}, "IDX_mine", "IDX_other");`,
    `op.validateConstraint(${t}, ${k});`,
    `op.createUniqueConstraint(${t}, { name: "UQ_mine", columns: [${c}] });`,
    `op.createUniqueConstraint(${t}, { name: ${k}, columns: [${c}] }, { usingIndex: "IDX_mine" });`,
    `op.createCheckConstraint(${t}, { name: ${k}, expression: "true" }, { notValid: true });`,
    `op.dropConstraint(${t}, "UQ_mine");`,
    `op.dropConstraint(${t}, ${k}, { ifExists: true });`,
    `op.alterColumn(${t}, ${c}, { default: "'mine'" });`,
    `op.commentOnColumn(${t}, ${c}, "mine");`,
    `op.commentOnTable(${t}, "mine");`,
    `op.addColumn(${t}, { name: "mine", type: "text", nullable: true });`,
    `op.dropColumn(${t}, "mine");`,
    `op.renameColumn(${t}, "mine", "other");`,
    `op.renameTable("mine", "other");`,
    `op.dropTable("mine");`,
    `op.createEnum("mine", ["a"]);`,
    `op.addEnumValue("mine", "b");`,
    `op.sql("UPDATE mine SET a = 1");`,
    `op.run(async () => {});`,
    `op.backfill(${t}, { set: { mine: "1" } });`,
    `op.insertRows(${t}, [{ mine: 1 }]);`,
  ];
}

interface Names {
  readonly table: string;
  readonly column: string;
  readonly constraint: string;
}

/** The names that stand in a file, as they come in its calls. */
function namesIn(text: string): fc.Arbitrary<Names> {
  const calls = [...text.matchAll(/op\.(\w+)\("([^"]+)"(?:, (?:\{ name: )?"([^"]+)")?/g)];
  const items = calls.filter(([, name]) => name !== "todo");
  const constraints = items.filter(([, name]) => name!.endsWith("Constraint")).map(([, , , name]) => name ?? "UQ");
  const constraint = fc.constantFrom(...constraints, "UQ_other");
  const pairs = items.map(([, , table, column]) => ({ table: table!, column: column ?? "id" }));
  return fc.tuple(fc.constantFrom(...pairs), constraint).map(([pair, one]) => ({ ...pair, constraint: one }));
}

/** The lines before which a statement can stand: those that begin one, or a comment between statements. */
function placesIn(lines: readonly string[]): readonly number[] {
  const starts = lines.findIndex((line) => line.startsWith("export function upgrade"));
  return lines.flatMap((line, at) =>
    at > starts && /^ {2}(?:op\.|\/\/ op\.|\/\/ (?:or|first):)|^\}$/.test(line) ? at : [],
  );
}

const NOTE: Note = { object: "view mine", effect: "blocks", uses: ["a"], drop: ["DROP 1"], create: ["ADD 1", "ADD 2"] };

/** The file with notes at its questions. */
function addNotes(text: string): string {
  const [above, below] = [linesAbove([NOTE]), linesBelow([NOTE])].map((lines) =>
    lines.map((line) => `  ${line}\n`).join(""),
  );
  return text.replace(
    /(^ {2}op\.todo\([\s\S]*?)(\n\n|\n\})/gm,
    (_, block: string, end: string) => `${above}${block}\n\n${below}${end.slice(1)}`,
  );
}

const edited = fc.tuple(fc.constantFrom(...FILES), fc.boolean()).chain(([file, isNoted]) => {
  const text = isNoted ? addNotes(file) : file;
  const lines = text.split("\n");
  const line = namesIn(text).chain((names) => fc.constantFrom(...linesByHand(names)));
  const insert = fc.tuple(fc.constantFrom(...placesIn(lines)), line);
  return fc.record({ lines: fc.constant(lines), inserts: fc.array(insert, { minLength: 1, maxLength: 6 }) });
});

/** Answers by id, also what the commented lines ask then. What only a person can write is written before. */
function answered(draft: string, yes: (id: string) => boolean): string {
  const text = draft.replaceAll(`using: "${PLACEHOLDER}"`, 'using: "NULL"');
  const open = openQuestions(text, morph);
  const answers = new Map<string, Answer>(open.map(({ id }) => [id, yes(id) ? "yes" : "no"]));
  const next = answerOrDelete(text, answers);
  return open.length === 0 || next === text ? text : answered(next, yes);
}

/** Does what the refusal of a no to such a line says. */
function answerOrDelete(text: string, answers: ReadonlyMap<string, Answer>): string {
  try {
    return answerQuestions(text, answers, morph);
  } catch (error) {
    const { line } = Object((error as RemodelError).details);
    const lines = text.split("\n");
    const edited = lines.map((one, at) => (at === line - 1 ? one.replace(', using: "NULL"', "") : one)).join("\n");
    if (edited === text) throw error;
    return answerOrDelete(edited, answers);
  }
}

function counted(text: string, line: string): number {
  return text.split("\n").filter((one) => one.trim() === line).length;
}

test("whatever is answered, the lines that a person put into a revision are still there", { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(edited, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), ({ lines, inserts }, given) => {
      const text = lines.flatMap((line, at) => [
        ...inserts.filter(([place]) => place === at).map(([, one]) => `  ${one}`),
        line,
      ]);
      const yes = (id: string) => given[Number.parseInt(id, 16) % given.length]!;
      const result = answered(text.join("\n"), yes);
      for (const line of new Set(inserts.map(([, one]) => one)))
        expect(counted(result, line), `${line}\n${text.join("\n")}\n---\n${result}`).toBeGreaterThanOrEqual(
          inserts.filter(([, one]) => one === line).length,
        );
      expect(openQuestions(result, morph)).toEqual([]);
      const mine = new Set(inserts.map(([, one]) => one));
      const others = result.split("\n").filter((line) => line !== "" && !mine.has(line.trim()));
      const without = answered(lines.join("\n"), yes)
        .split("\n")
        .filter((line) => line !== "");
      // Where a person sets a default too, it cannot be known which of the two the tool wrote, and both stay.
      if (inserts.every(([, one]) => !one.includes("default"))) expect(others, text.join("\n")).toEqual(without);
    }),
    settings("lines by hand", runs(1 / 3)),
  );
});

test("whatever is answered, notes at the questions change nothing else", { timeout: 600_000 }, () => {
  const notes = new Set([...linesAbove([NOTE]), ...linesBelow([NOTE])].map((line) => `  ${line}`));
  const listLines = (text: string) => text.split("\n").filter((line) => line !== "" && !notes.has(line));
  // The tool prints all notes of a change together, so none are added to a file that has some.
  const files = FILES.filter((file) => !file.includes("// Note: "));
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (file, given) => {
      const yes = (id: string) => given[Number.parseInt(id, 16) % given.length]!;
      const noted = answered(addNotes(file), yes);
      expect(listLines(noted), addNotes(file)).toEqual(listLines(answered(file, yes)));
      if (given.every((one) => !one)) expect(noted).toBe(answered(file, yes));
    }),
    settings("notes", runs(1 / 6)),
  );
});
