import { id, literal, path, siblingName } from "../sql.ts";
import { tokenize } from "../tokens.ts";

/**
 * Marks in the statement of a `Fact`. Each is a quoted identifier that no object has, so that a statement is SQL with
 * the marks in it: the table, view or type, its column, an index in its schema, and the name of a constraint or trigger.
 */
export const MARKS = {
  relation: '"\u0001relation"',
  column: '"\u0001column"',
  index: '"\u0001index"',
  name: '"\u0001name"',
} as const;

/** Begins and ends a block that looks for its object in the catalog: in it the marks are strings. */
export const BLOCK_TAG = "$checks$";

/** Names to put in the place of {@link MARKS}; a mark without a name stays. */
export interface MarkedNames {
  /** The table, view, enum type or sequence, as `Schema` writes it. */
  readonly relation?: string;
  readonly column?: string;
  /** The bare name of an index, constraint or trigger. */
  readonly name?: string;
}

/**
 * Puts names in the place of the marks of a statement. A mark inside of a string or a comment is text, but for the blocks
 * of {@link BLOCK_TAG}.
 * @param statement the statement of a `Fact`
 */
export function fillMarks(statement: string, names: MarkedNames): string {
  const texts = printNames(names);
  const tokens = tokenize(statement);
  const fill = (text: string) => texts.get(text)?.() ?? text;
  return tokens
    .map(({ kind, text }) => {
      if (kind === "name") return fill(text);
      return text.startsWith(BLOCK_TAG) ? fillBlock(text, texts) : text;
    })
    .join("");
}

/** The texts that take the place of marks. */
type MarkTexts = ReadonlyMap<string, () => string>;

function printNames({ relation, column, name }: MarkedNames): MarkTexts {
  // The names of functions and casts are no names of relations. Their statements have no such marks.
  const texts = new Map<string, () => string>();
  if (relation !== undefined) texts.set(MARKS.relation, () => path(relation));
  if (column !== undefined) texts.set(MARKS.column, () => id(column));
  if (name !== undefined) texts.set(MARKS.name, () => id(name));
  if (relation !== undefined && name !== undefined) texts.set(MARKS.index, () => path(siblingName(relation, name)));
  return texts;
}

function fillBlock(block: string, texts: MarkTexts): string {
  return [...texts].reduce((text, [mark, name]) => text.replaceAll(literal(mark), () => literal(name())), block);
}
