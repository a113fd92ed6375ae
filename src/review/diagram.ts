import { collect, joinTexts } from "../collect.ts";
import { type Html, html } from "../html.ts";
import { printable } from "../printable.ts";
import type { ChangedColumn, ChangedTable, ChangedTables, ShownFate, TableLink } from "./changed-tables.ts";
import { type LayoutBox, layOut, type PlacedBox } from "./layout.ts";

/** With more boxes than these the picture is too small to read. */
const MOST_BOXES = 40;
const MOST_LINES = 14;
const MOST_CHARACTERS = 38;

/** The width of a character, the height of a line, the margin inside of a box, and the one around the picture. */
const SIZE = { character: 7.3, line: 17, inside: 9, around: 4 };

const SIGNS: Readonly<Record<ShownFate, string>> = { new: "+", gone: "−", changed: "~", same: " " };

/** Draws tables and their foreign keys as SVG. What is new, gone or changed has a colour, and a sign before it. */
export function drawTables({ tables, links }: ChangedTables): Html | undefined {
  const shown = [...tables].sort((a, b) => Number(a.fate === "same") - Number(b.fate === "same")).slice(0, MOST_BOXES);
  if (shown.length === 0) return undefined;
  const lines = new Map(shown.map((table) => [table.name, listLines(table)]));
  const names = new Set(lines.keys());
  const drawn = links.filter(({ from, to }) => names.has(from) && names.has(to));
  const boxes = layOut(shown.map(measureBox), drawn);
  const [width, height] = [
    Math.max(...boxes.map((box) => box.x + box.width)),
    Math.max(...boxes.map((box) => box.y + box.height)),
  ].map((length) => Math.ceil(length + 2 * SIZE.around));
  const fates = new Map(shown.map(({ name, fate }) => [name, fate]));
  const left = tables.length - shown.length;
  return html`<div class="wide"><svg class="tables" width="${width}" height="${height}" viewBox="${-SIZE.around} ${-SIZE.around} ${width} ${height}" role="img" aria-label="The tables and their foreign keys">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
${drawLinks(drawn, boxes)}${boxes.map((box) => drawBox(box, lines.get(box.name) ?? [], fates.get(box.name) ?? "same"))}</svg></div>
${left > 0 && html`<p class="quiet">Not drawn: ${left} more.</p>`}`;
}

/** A line of a box. */
interface BoxLine {
  readonly text: string;
  readonly fate: ShownFate;
}

function listLines(table: ChangedTable): readonly BoxLine[] {
  const { name, fate, before, after, columns } = table;
  const isRenamed = before !== undefined && after !== undefined && before.name !== after.name;
  const title = joinTexts(name, isRenamed && ` (was ${before.name})`);
  const shown = columns.slice(0, MOST_LINES).map((column) => ({ text: printColumn(column), fate: column.fate }));
  const left = columns.length - shown.length;
  const more = collect<BoxLine>(left > 0 && { text: `… ${left} more`, fate: "same" });
  return [{ text: cut(title), fate }, ...shown, ...more];
}

function printColumn({ name, what }: ChangedColumn): string {
  return cut(`${name}  ${what}`);
}

function cut(text: string): string {
  const safe = printable(text);
  return safe.length <= MOST_CHARACTERS ? safe : `${safe.slice(0, MOST_CHARACTERS - 1)}…`;
}

function measureBox(table: ChangedTable): LayoutBox {
  const lines = listLines(table);
  const longest = Math.max(...lines.map(({ text }) => text.length)) + 2;
  return {
    name: table.name,
    width: Math.round(longest * SIZE.character + 2 * SIZE.inside),
    height: lines.length * SIZE.line + SIZE.inside,
  };
}

function drawBox({ x, y, width, height }: PlacedBox, lines: readonly BoxLine[], fate: ShownFate): Html {
  const texts = lines.map(
    (
      line,
      at,
    ) => html`<text class="${line.fate}${at === 0 && " head"}" x="${x + SIZE.inside}" y="${y + (at + 1) * SIZE.line}">${SIGNS[line.fate]} ${line.text}</text>
`,
  );
  return html`<g><rect class="${fate}" x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>${texts}</g>`;
}

function drawLinks(links: readonly TableLink[], boxes: readonly PlacedBox[]): readonly Html[] {
  const places = new Map(boxes.map((box) => [box.name, box]));
  return links.flatMap((link) => {
    const [from, to] = [places.get(link.from), places.get(link.to)];
    if (from === undefined || to === undefined) return [];
    const start = shareSide(links, link, from);
    const title = `${link.name}: ${link.from} refers to ${link.to} (${link.fate})`;
    return html`<path class="${link.fate}" d="${curve(from, start, to, shareSide(links, link, to))}" marker-end="url(#arrow)"><title>${printable(title)}</title></path>`;
  });
}

/** Where the end of a link is on the side of a box: the ends are spread over it. */
function shareSide(links: readonly TableLink[], link: TableLink, { name, y, height }: PlacedBox): number {
  const own = links.filter(({ from, to }) => from === name || to === name);
  return Math.round(y + (height * (own.indexOf(link) + 1)) / (own.length + 1));
}

/** From the left side of a box to the right side of the other one; around the right where the other one is not left of it. */
function curve(from: PlacedBox, startY: number, to: PlacedBox, endY: number): string {
  const endX = to.x + to.width;
  if (endX < from.x) {
    const middle = (from.x + endX) / 2;
    return `M${from.x} ${startY}C${middle} ${startY} ${middle} ${endY} ${endX} ${endY}`;
  }
  const startX = from.x + from.width;
  const far = Math.max(startX, endX) + 40;
  const ends = from === to ? [startY - 6, endY + 6] : [startY, endY];
  return `M${startX} ${ends[0]}C${far} ${ends[0]} ${far} ${ends[1]} ${endX} ${ends[1]}`;
}

/** How {@link drawTables} looks. */
export const DIAGRAM_STYLE = `
.wide { overflow-x: auto; }
svg.tables { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
svg.tables text { fill: var(--text); white-space: pre; } svg.tables .head { font-weight: 700; }
svg.tables text.new { fill: var(--good); } svg.tables text.gone { fill: var(--bad); } svg.tables text.changed { fill: var(--warn); }
svg.tables rect { fill: var(--ground); stroke: var(--line); stroke-width: 1.5; }
svg.tables rect.new, svg.tables path.new { stroke: var(--good); } svg.tables rect.gone, svg.tables path.gone { stroke: var(--bad); stroke-dasharray: 5 3; }
svg.tables rect.changed { stroke: var(--warn); } svg.tables path { fill: none; stroke: var(--idle); stroke-width: 1.5; } svg.tables marker path { fill: var(--text); stroke: none; }
@media print { .wide { overflow: visible; } svg.tables { max-width: 100%; height: auto; } }
`;
