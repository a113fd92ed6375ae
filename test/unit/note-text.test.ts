import { expect, test } from "vitest";
import { describeNote, phraseNote, readNoteSentence } from "../../src/kinds/note-text.ts";
import type { Note } from "../../src/schema/dependencies.ts";

const VIEW: Note = {
  object: "view report",
  effect: "blocks",
  uses: ["purchase.state", "purchase.total"],
  drop: ["DROP VIEW report"],
  create: ["CREATE VIEW report AS\n SELECT state", "COMMENT ON VIEW report IS 'x'"],
};
const INDEX: Note = {
  object: "index by_state of purchase",
  table: "purchase",
  effect: "lost",
  uses: ["purchase.state"],
  drop: ["DROP INDEX by_state"],
  create: ["CREATE INDEX by_state ON purchase (state)"],
};

const DESCRIBED: { readonly [Effect in Note["effect"]]: readonly (readonly [Note, readonly string[]])[] } = {
  blocks: [
    [
      VIEW,
      [
        "The view report uses purchase.state, purchase.total: PostgreSQL refuses the change while it exists.",
        "  DROP VIEW report;",
        "  CREATE VIEW report AS",
        "   SELECT state;",
        "  COMMENT ON VIEW report IS 'x';",
      ],
    ],
    [{ ...VIEW, uses: [], drop: [], create: [] }, ["The view report: PostgreSQL refuses the change while it exists."]],
  ],
  lost: [
    [
      INDEX,
      [
        "The index by_state of purchase uses purchase.state: it is lost with this change.",
        "  CREATE INDEX by_state ON purchase (state);",
      ],
    ],
  ],
  "may fail": [
    [
      { ...INDEX, effect: "may fail" },
      [
        "The index by_state of purchase uses purchase.state: PostgreSQL builds it again, which may fail.",
        "  DROP INDEX by_state;",
        "  CREATE INDEX by_state ON purchase (state);",
      ],
    ],
  ],
  restored: [
    [
      { ...VIEW, effect: "restored" },
      ["The view report uses purchase.state, purchase.total: the revision drops it and creates it again."],
    ],
  ],
};

test.each(
  Object.entries(DESCRIBED).flatMap(([effect, forms]) => forms.map(([note, lines]) => ({ effect, note, lines }))),
)("a note that says $effect has one sentence, and the statements that the revision has not", ({ note, lines }) => {
  expect(describeNote(note)).toEqual(lines);
  expect(phraseNote(note)).toBe(lines[0]);
  expect(readNoteSentence(phraseNote(note))).toEqual({ object: note.object, uses: note.uses, effect: note.effect });
});

test.each([
  "The view report uses purchase.state.",
  "Ask Ann whether it is lost with this change.",
  "The view report: it is lost with this change. Ask Ann.",
])("a person's sentence is not taken for one of the tool: %s", (text) => {
  expect(readNoteSentence(text)).toBeUndefined();
});
