import { collect } from "../collect.ts";
import { does } from "../kinds/targets.ts";
import type { Operation } from "../schema/operation.ts";
import { bareName } from "../sql.ts";
import { tokenize } from "../tokens.ts";

/** Which tables an operation may write to. */
export interface Writes {
  /** The bare names of the tables that it names, and other words of its text; absent if it may write to any table. */
  readonly names?: ReadonlySet<string>;
  /** The operation; absent where the rows are unknown for another reason. */
  readonly operation?: Operation;
}

/** The words that begin a statement which writes at most to the tables that it names, apart from triggers. */
const PLAIN = new Set(
  ["insert", "update", "delete", "merge", "truncate", "with", "lock", "alter", "create", "drop", "comment"].concat([
    "grant",
    "revoke",
    "analyze",
    "vacuum",
    "set",
    "reset",
    "reindex",
    "cluster",
    "refresh",
  ]),
);

/**
 * Reads which tables an operation may write to.
 * @returns `undefined` if it writes no rows
 */
export function readWrites(operation: Operation): Writes | undefined {
  const { custom, target, args } = operation;
  if (custom === "code") return { operation };
  if (custom === "statement") return target === undefined ? readText(operation, String(args[0])) : undefined;
  const changesLabels = target?.kind === "enum value" && target.effect === "rename";
  if (changesLabels) return { operation };
  if (target === undefined || !(does(operation, "insert") || does(operation, "update"))) return undefined;
  return { operation, names: new Set([bareName(target.name).toLowerCase()]) };
}

/** A statement that names no table, or begins with another word, may call anything. */
function readText(operation: Operation, text: string): Writes {
  const tokens = tokenize(text).filter(({ kind }) => kind !== "space" && kind !== "comment");
  const starts = tokens.filter((_, at) => at === 0 || tokens[at - 1]?.text === ";");
  const isPlain = starts.every((token) => token.text === ";" || PLAIN.has(token.text.toLowerCase()));
  const cascades = tokens.some(({ text: word }) => word.toLowerCase() === "cascade");
  if (!isPlain || cascades) return { operation };
  const names = tokens.flatMap(({ kind, text: word }) => {
    if (kind === "word") return [word.toLowerCase()];
    return collect((kind === "name" || kind === "string") && word.replace(/^[^"']*["']|["']$/g, "").toLowerCase());
  });
  return { operation, names: new Set(names) };
}

/**
 * Whether an operation may write to a table.
 * @param names the bare names that the table has and had in the run, and those of the tables whose rows take theirs along
 */
export function mayWrite({ names }: Writes, tables: readonly string[]): boolean {
  return names === undefined || tables.some((table) => names.has(bareName(table).toLowerCase()));
}
