/** A mutant that was tried. */
export interface TriedMutant {
  /** The direction and the fault. */
  readonly kind: string;
  /** The case, and the statement. */
  readonly where: string;
  readonly caught: boolean;
}

/** Why a fault is not found: it changes nothing, or `verify` does not look there. */
const REASONS: readonly (readonly [where: RegExp, reason: string])[] = [
  [/forgets a statement.*dropIndex/, "the column goes in a later statement, and PostgreSQL drops its index with it"],
  [/forgets a statement.*alterColumn.*default/, "PostgreSQL renames the label in the default by itself"],
];

const [BEGIN, END] = ["<!-- mutants -->", "<!-- end of mutants -->"];

/** Why a mutant survived. */
export function explainSurvivor({ kind, where }: TriedMutant): string {
  const [, reason = "it is not seen"] = REASONS.find(([pattern]) => pattern.test(`${kind} ${where}`)) ?? [];
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
  const kinds = new Set(tried.map(({ kind }) => kind)).size;
  return [
    `Of ${tried.length} faults of ${kinds} kinds (a fault and a direction) it catches ${tried.length - survivors.length}.`,
    "",
    "| fault | upgrade | downgrade |",
    "|---|---:|---:|",
    ...faults.map(
      (fault) => `| ${fault} | ${count(tried, `upgrade ${fault}`)} | ${count(tried, `downgrade ${fault}`)} |`,
    ),
    "",
    "What it does not catch:",
    "",
    ...survivors.map((one) => `- ${one.kind}, in ${shorten(one.where)}: ${explainSurvivor(one)}.`),
  ].join("\n");
}

function nameFault(kind: string): string {
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
