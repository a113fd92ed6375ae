/** What other tools have, by their word, and what it is here. */
const OTHER_WORDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    add: ["revision"],
    apply: ["upgrade"],
    create: ["revision"],
    deploy: ["upgrade"],
    down: ["downgrade"],
    "dry-run": ["plan"],
    generate: ["revision"],
    lint: ["review"],
    log: ["history"],
    make: ["revision"],
    migrate: ["upgrade"],
    new: ["revision"],
    revert: ["downgrade"],
    rollback: ["downgrade"],
    run: ["upgrade"],
    status: ["current", "check"],
    undo: ["downgrade"],
    up: ["upgrade"],
    validate: ["check"],
  }),
);

/** Finds what a word of another tool is called here. */
export function translateWord(word: string, known: readonly string[]): readonly string[] {
  return (OTHER_WORDS.get(word) ?? []).filter((own) => known.includes(own));
}
