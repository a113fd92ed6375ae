import type { Node } from "ts-morph";
import { collect } from "../collect.ts";
import { PLACEHOLDER } from "../kinds/statements.ts";
import { does } from "../kinds/targets.ts";
import { printLiteral } from "../revision/literal.ts";
import { id, path } from "../sql.ts";
import type { Block, Line } from "./blocks.ts";
import type { Edit } from "./text-edits.ts";
import { listGuess } from "./text-edits.ts";
import { findNeed } from "./values-needed.ts";

type Morph = typeof import("ts-morph");

/** Whether a person can give the lines of a question an expression, instead of editing them. */
export function takesValue(block: Block): boolean {
  const { calls, live, isAlone } = block;
  if (isAlone || isComputed(block)) return false;
  return findNeed(calls)?.unwritten === true || live.some(makesRequired);
}

/** Whether a generated column becomes required: then the query looks at its expression, since its values cannot be written. */
function isComputed({ live: [line, ...others], query }: Block): boolean {
  if (line === undefined || others.length > 0 || query === undefined || !makesRequired(line)) return false;
  return !query.includes(`${id(String(line.call.args[1]))} IS NULL`);
}

function makesRequired({ call }: Line): boolean {
  return does(call, "alter", "column") && Object(call.args[2]).nullable === false;
}

/**
 * Writes an expression into the lines of a question: in place of the placeholder, or as an UPDATE above the line that makes
 * the column required.
 * @param expression SQL, such as `upper(code)`
 */
export function writeValue(block: Block, expression: string, { Node }: Morph): readonly Edit[] {
  const texts = listGuess(block).flatMap(({ nodes }) => nodes.flatMap((node) => findTexts(node, Node)));
  const open = texts.filter(({ value }) => value.includes(PLACEHOLDER));
  if (open.length > 0)
    return open.map(({ node, value }) => ({
      start: node.getStart(),
      end: node.getEnd(),
      text: printLiteral(value.replace(PLACEHOLDER, () => expression)),
    }));
  const required = block.live.find(makesRequired);
  return collect(required !== undefined && addUpdate(required, expression, block.live));
}

interface Text {
  readonly node: Node;
  readonly value: string;
}

function findTexts(node: Node, is: Morph["Node"]): readonly Text[] {
  const all = [node, ...node.getDescendants()];
  return all.flatMap((one) =>
    is.isStringLiteral(one) || is.isNoSubstitutionTemplateLiteral(one)
      ? [{ node: one, value: one.getLiteralValue() }]
      : [],
  );
}

/** A column that is added here has no values yet; of another one, those stay that it has. */
function addUpdate({ nodes: [node], call }: Line, expression: string, lines: readonly Line[]): Edit {
  const [table, column] = call.args;
  const isNew = lines.some((one) => does(one.call, "create", "column") && Object(one.call.args[1]).name === column);
  const source = node.getSourceFile().getFullText();
  const start = node.getStart();
  const indent = source.slice(node.getStartLinePos(), start);
  const [op = "op"] = /^\w+/.exec(node.getText()) ?? [];
  const name = id(String(column));
  const which = isNew ? "" : ` WHERE ${name} IS NULL`;
  const update = `UPDATE ${path(String(table))} SET ${name} = ${expression}${which}`;
  const eol = source.includes("\r\n") ? "\r\n" : "\n";
  return { start, end: start, text: `${op}.sql(${printLiteral(update)});${eol}${indent}` };
}
