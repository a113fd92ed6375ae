/** A mutant that was tried. */
export interface TriedMutant {
  /** The direction and the fault. */
  readonly kind: string;
  /** The case, and the statement. */
  readonly where: string;
  readonly caught: boolean;
  /** What was found: why it is not proved, or its grades. */
  readonly as: string;
}

/** Why a mutant is no fault: catalogs and rows come out as they should. */
const REASONS: readonly (readonly [where: RegExp, reason: string])[] = [
  [/forgets a statement.*dropIndex/, "the column goes in a later statement, and PostgreSQL drops its index with it"],
  [/forgets a statement.*dropConstraint\(.*"FK_/, "the table goes in a later statement, and its foreign keys with it"],
  [/downgrade forgets a statement.*default: null/, "the next statement sets the default as well"],
  [
    /(?:trims values|writes capital letters) (?:columns\/change-family: .*"(?:token|number)"|foreign-keys\/key-type-changes: )/,
    "numbers and uuids have no blanks, and are read back as the same ones",
  ],
  [/reads another column.*type: "serial"/, "a column that becomes serial keeps its values: `using` is not used"],
  [/makes another type.*addColumn\(.*"remodel_/, "the column is only there while the revision runs"],
  [/forgets a collation.*collation: "default"/, "another type comes with the default collation"],
  [/forgets a statement.*alterColumn.*default: "/, "PostgreSQL renames the label in the default by itself"],
];

const [BEGIN, END] = ["<!-- mutants -->", "<!-- end of mutants -->"];

/** Why a mutant that survived is none; `undefined` if it is a fault that is not seen. */
export function explainSurvivor({ kind, where }: TriedMutant): string | undefined {
  const [, reason] = REASONS.find(([pattern]) => pattern.test(`${kind} ${where}`)) ?? [];
  return reason;
}

/**
 * Writes the table of mutants into a text.
 * @param text the text, with the marks between which the table is
 */
export function writeReport(text: string, tried: readonly TriedMutant[]): string {
  const [before = "", rest = ""] = text.split(BEGIN);
  const [, after = ""] = rest.split(END);
  return `${before}${BEGIN}\n${describeTried(tried)}\n${END}${after}`;
}

function describeTried(tried: readonly TriedMutant[]): string {
  const faults = [...new Set(tried.map(({ kind }) => nameFault(kind)))].sort();
  const survivors = tried.filter(({ caught }) => !caught);
  const cases = new Set(tried.map(({ where }) => where.split(": ")[0])).size;
  return [
    `Of ${tried.length} faults of ${faults.length} kinds in ${cases} cases it catches ${tried.length - survivors.length}, and ${survivors.filter(explainSurvivor).length} change nothing.`,
    "",
    "| fault | upgrade | downgrade |",
    "|---|---:|---:|",
    ...faults.map(
      (fault) => `| ${fault} | ${count(tried, `upgrade ${fault}`)} | ${count(tried, `downgrade ${fault}`)} |`,
    ),
    "",
    "What it does not catch:",
    "",
    ...survivors.map((one) => `- ${one.kind}, in ${shorten(one.where)}: ${explainSurvivor(one) ?? "it is not seen"}.`),
  ].join("\n");
}

/** The fault without its direction. */
export function nameFault(kind: string): string {
  return kind.replace(/^(?:upgrade|downgrade) /, "");
}

function count(tried: readonly TriedMutant[], kind: string): string {
  const own = tried.filter((one) => one.kind === kind);
  return own.length === 0 ? "" : `${own.filter(({ caught }) => caught).length} of ${own.length}`;
}

function shorten(where: string): string {
  const [name = "", ...statement] = where.split(": ");
  return `\`${name}\`: \`${statement.join(": ").replace(/\s+/g, " ").slice(0, 60)}\``;
}
