import fc from "fast-check";
import * as morph from "ts-morph";
import { expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { guessRenames, invertGuesses } from "../../src/diff/rename-candidates.ts";
import { phraseQuestion } from "../../src/kinds/question-text.ts";
import { openQuestions } from "../../src/questions/edit.ts";
import { printCall } from "../../src/revision/literal.ts";
import { renderRevision } from "../../src/revision/render.ts";
import type { Change } from "../../src/schema/operation.ts";
import { renamed } from "./arbitraries.ts";
import { runs, settings } from "./runs.ts";

const NEWEST = 18;

/** Such a line may be a person's, where nothing in the file says that the tool knows the index. */
const isUnsure = (line: string) => line.startsWith("op.dropIndex(");

/** The lines of each question about a rename, as the tool knows them. */
function linesOf(changes: readonly Change[]): readonly (readonly [text: string, lines: readonly string[]])[] {
  return changes.flatMap(({ question, operations }) => {
    if (question?.about !== "rename") return [];
    return [[phraseQuestion(question), operations.map(({ name, args }) => printCall(`op.${name}`, args, 1))]];
  });
}

const sure = (lines: readonly string[]) =>
  lines.map((line) => line.replace(/\s+/g, " ")).filter((one) => !isUnsure(one));

test("a no to a rename finds all lines of the rename in the file, whatever else changes", { timeout: 600_000 }, () => {
  let asked = 0;
  fc.assert(
    fc.property(renamed(NEWEST), ({ before, after }) => {
      const guesses = guessRenames(before, after);
      const upgrade = diff(before, after, { guesses });
      const downgrade = diff(after, before, { guesses: invertGuesses(guesses) });
      const text = renderRevision({ id: "b", down: ["a"], message: "x", upgrade, downgrade }, morph);
      const found = new Map(openQuestions(text, morph).map((one) => [one.text, one.live]));
      const wanted = [...linesOf(upgrade), ...linesOf(downgrade)];
      asked += wanted.length;
      for (const [question, lines] of wanted)
        expect(sure(found.get(question) ?? []), `${question}\n${text}`).toEqual(sure(lines));
    }),
    settings("lines of renames", runs(2)),
  );
  console.log(`${asked} questions about renames`);
});
