import { describe, expect, test } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { guessRenames, type RenameAnswers } from "../../src/diff/rename-candidates.ts";

const shop = (name: string, columns: readonly string[]) => ({
  tables: [{ name, columns: columns.map((column) => ({ name: column, type: "text", nullable: true as const })) }],
});

/** The questions about what goes. */
function drops(before: ReturnType<typeof shop>, after: ReturnType<typeof shop>, answers: RenameAnswers = {}) {
  const guesses = guessRenames(before, after, answers);
  const changes = diff(before, after, { guesses });
  return changes.flatMap(({ question }) => (question?.asks === "dropped column" ? question.subject.name : []));
}

describe("a column whose only successor is guessed to be another's", () => {
  test.each([
    ["one of two", shop("shop", ["id", "title", "label"]), shop("shop", ["id", "name"]), 1],
    ["two of three", shop("shop", ["id", "title", "label", "sign"]), shop("shop", ["id", "name"]), 2],
    ["none where each has its own", shop("shop", ["id", "title"]), shop("shop", ["id", "name"]), 0],
    ["none where nothing comes", shop("shop", ["id", "title"]), shop("shop", ["id"]), 0],
  ])("is asked about: %s", (_, before, after, count) => expect(drops(before, after)).toHaveLength(count));

  test("is not asked about where a person said what the other column was", () =>
    expect(
      drops(shop("shop", ["id", "title", "label"]), shop("shop", ["id", "name"]), {
        renamed: [{ list: "columns", table: "shop", from: "title", to: "name" }],
      }),
    ).toEqual([]));
});
