/** A box to place. */
export interface LayoutBox {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** Where a box is. */
export interface PlacedBox extends LayoutBox {
  readonly x: number;
  readonly y: number;
}

/** From the box that refers to another one to that one. */
export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
}

const GAP = { across: 90, down: 18 };
/** The width that boxes without edges fill, line by line. */
const FULL_WIDTH = 1000;
const SWEEPS = 3;

/**
 * Places boxes in columns, so that each box is right of those that it refers to, as far as there is no circle. Boxes
 * without edges are below, line by line.
 */
export function layOut(boxes: readonly LayoutBox[], edges: readonly LayoutEdge[]): readonly PlacedBox[] {
  const others = edges.filter(({ from, to }) => from !== to);
  const isLinked = ({ name }: LayoutBox) => others.some(({ from, to }) => from === name || to === name);
  const linked = placeColumns(sortColumns(splitIntoColumns(boxes.filter(isLinked), others), others));
  const bottom = Math.max(0, ...linked.map(({ y, height }) => y + height + GAP.down));
  return [
    ...linked,
    ...placeLines(
      boxes.filter((box) => !isLinked(box)),
      bottom,
    ),
  ];
}

function splitIntoColumns(
  boxes: readonly LayoutBox[],
  edges: readonly LayoutEdge[],
): readonly (readonly LayoutBox[])[] {
  const columns: LayoutBox[][] = [];
  const depths = new Map<string, number>();
  const open = new Set<string>();
  const findDepth = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    open.add(name);
    const targets = edges.filter(({ from, to }) => from === name && !open.has(to)).map(({ to }) => findDepth(to));
    open.delete(name);
    const depth = Math.max(0, ...targets.map((one) => one + 1));
    depths.set(name, depth);
    return depth;
  };
  for (const box of boxes) {
    const depth = findDepth(box.name);
    while (columns.length <= depth) columns.push([]);
    columns[depth]?.push(box);
  }
  return columns;
}

/** Puts the boxes of each column next to the middle of those that they are linked with in the columns around. */
function sortColumns(
  columns: readonly (readonly LayoutBox[])[],
  edges: readonly LayoutEdge[],
): readonly (readonly LayoutBox[])[] {
  const places = new Map(columns.flatMap((column) => column.map(({ name }, at) => [name, at / column.length])));
  const findMiddle = (name: string) => {
    const near = edges.flatMap(({ from, to }) => {
      if (from === name) return [to];
      return to === name ? [from] : [];
    });
    return near.reduce((sum, one) => sum + (places.get(one) ?? 0), 0) / near.length;
  };
  let sorted = columns;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1)
    sorted = sorted.map((column) => {
      const middles = new Map(column.map(({ name }) => [name, findMiddle(name)]));
      const next = [...column].sort((a, b) => (middles.get(a.name) ?? 0) - (middles.get(b.name) ?? 0));
      for (const [at, { name }] of next.entries()) places.set(name, at / next.length);
      return next;
    });
  return sorted;
}

function placeColumns(columns: readonly (readonly LayoutBox[])[]): readonly PlacedBox[] {
  const heightOf = (column: readonly LayoutBox[]) => column.reduce((sum, { height }) => sum + height + GAP.down, 0);
  const tallest = Math.max(0, ...columns.map(heightOf));
  let x = 0;
  return columns.flatMap((column) => {
    let y = (tallest - heightOf(column)) / 2;
    const placed = column.map((box) => {
      const at = { ...box, x, y };
      y += box.height + GAP.down;
      return at;
    });
    x += Math.max(0, ...column.map(({ width }) => width)) + GAP.across;
    return placed;
  });
}

function placeLines(boxes: readonly LayoutBox[], top: number): readonly PlacedBox[] {
  let [x, y, tallest] = [0, top, 0];
  return boxes.map((box) => {
    if (x > 0 && x + box.width > FULL_WIDTH) [x, y, tallest] = [0, y + tallest + GAP.down, 0];
    const placed = { ...box, x, y };
    x += box.width + GAP.down;
    tallest = Math.max(tallest, box.height);
    return placed;
  });
}
