import { collect } from "../collect.ts";
import { plural } from "../words.ts";
import type { ChangedColumn, ChangedTables, ShownFate, TableLink } from "./changed-tables.ts";

/** GitHub refuses a diagram of more than 50,000 characters, and a comment of more than 65,536. */
const MOST_TABLES = 30;
const MOST_COLUMNS = 20;
const MOST_LINKS = 60;

/**
 * Draws what changes as an `erDiagram` of Mermaid: tables that are new, gone or changed, with the columns that differ, and
 * the tables that foreign keys connect with them.
 * @returns nothing if no table changes
 */
export function toMermaid({ tables, links }: ChangedTables): string | undefined {
  const changed = tables.filter(({ fate }) => fate !== "same");
  if (changed.length === 0) return undefined;
  const shown = changed.slice(0, MOST_TABLES);
  const names = new Set(shown.map(({ name }) => name));
  const drawn = links.filter(({ from, to }) => names.has(from) || names.has(to)).slice(0, MOST_LINKS);
  const fates = new Map(changed.map(({ name, fate }) => [name, fate]));
  const blocks = shown.flatMap(({ name, columns }) => {
    const rows = columns.slice(0, MOST_COLUMNS).map(printColumn);
    return [`  ${printEntity(name, fates)} {`, ...rows, "  }"];
  });
  const left = changed.length - shown.length;
  const note = collect(left > 0 && `  "… and ${plural(left, "more table")}"`);
  return ["erDiagram", ...blocks, ...note, ...drawn.map((link) => printLink(link, fates))].join("\n");
}

/** The name of a table, with what becomes of it. Mermaid has no escape for quotes and percent signs. */
function printEntity(name: string, fates: ReadonlyMap<string, ShownFate>): string {
  const fate = fates.get(name);
  const text = fate === undefined ? name : `${name} (${fate})`;
  return `"${plainText(text)}"`;
}

/** A column as `type name "what"`. */
function printColumn({ name, type, what, fate }: ChangedColumn): string {
  const note = fate === "changed" ? what : fate;
  return `    ${plainWord(type)} ${plainWord(name)} "${plainText(note)}"`;
}

/** The table that is referred to has one row, or none where the column may be NULL, for any number of rows. */
function printLink({ name, from, to, fate, isOptional }: TableLink, fates: ReadonlyMap<string, ShownFate>): string {
  const one = isOptional ? "|o" : "||";
  const label = fate === "same" ? name : `${name} (${fate})`;
  return `  ${printEntity(to, fates)} ${one}--o{ ${printEntity(from, fates)} : "${plainText(label)}"`;
}

/** A text in double quotes, in one line. */
function plainText(text: string): string {
  return text.replaceAll(/["`]/g, "'").replaceAll(/[%\\;{}#<>&\p{Cc}]/gu, "_");
}

/** A word of letters, digits and what types have; Mermaid refuses others. */
function plainWord(text: string): string {
  const word = text.replaceAll(/[^\w()[\]]+/g, "_");
  return /^[A-Za-z]/.test(word) ? word : `_${word}`;
}
