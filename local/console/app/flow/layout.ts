import type { FlowNode } from '../../api/api.ts';

/** A node with the position of its upper left corner. */
export interface Placed {
  node: FlowNode;
  x: number;
  y: number;
}

export interface Layout {
  width: number;
  height: number;
  boxWidth: number;
  boxHeight: number;
  placed: Placed[];
  /** SVG paths of the arrows. */
  arrows: string[];
}

/** More would turn the diagram into a list; the table below has all of them. */
const MOST_DESTINATIONS = 5;

interface Grid {
  boxWidth: number;
  boxHeight: number;
  columnGap: number;
  rowGap: number;
}

const WIDE: Grid = { boxWidth: 172, boxHeight: 88, columnGap: 42, rowGap: 36 };
const NARROW: Grid = { boxWidth: 152, boxHeight: 88, columnGap: 24, rowGap: 28 };

/** The queue that triggers a function has its own box. */
const QUEUES: Readonly<Record<string, string>> = { parser: 'raw-mail', enricher: 'enrich' };

function boxesOf(node: FlowNode): FlowNode[] {
  const name = QUEUES[node.name];
  if (name === undefined || node.queue === null) return [node];
  const queue: FlowNode = { name, kind: 'queue', mails: null, queue: node.queue, failures: 0 };
  return [queue, { ...node, queue: null }];
}

/** Assigns nodes to roles; the server sends them in the order of the flow. */
function roles(nodes: readonly FlowNode[]) {
  const until = (name: string) => nodes.findIndex((node) => node.name === name) + 1;
  const parser = until('parser');
  const enricher = Math.max(parser, until('enricher'));
  return {
    before: nodes.slice(0, parser).flatMap(boxesOf),
    enrichment: nodes.slice(parser, enricher).flatMap(boxesOf),
    destinations: nodes.slice(enricher).slice(0, MOST_DESTINATIONS),
  };
}

/** Left to right, with asynchronous enrichment below and the consumers' queues on the right. */
export function wideLayout(nodes: readonly FlowNode[]): Layout {
  const { before, enrichment, destinations } = roles(nodes);
  const { at, place, size } = onGrid(WIDE);
  const parserColumn = before.length - 1;
  const lastColumn = parserColumn + Math.max(1, enrichment.length);
  const placed = [
    ...before.map((node, column) => place(node, column, 0)),
    ...enrichment.map((node, index) => place(node, parserColumn + index, 1)),
    ...destinations.map((node, row) => place(node, lastColumn, row)),
  ];
  const arrows = before.slice(1).map((_, column) => across(at(column, 0), at(column + 1, 0), WIDE));
  arrows.push(...destinations.map((_, row) => across(at(parserColumn, 0), at(lastColumn, row), WIDE)));
  if (enrichment.length > 0) {
    arrows.push(down(at(parserColumn, 0), at(parserColumn, 1), WIDE));
    for (let index = 1; index < enrichment.length; index++) {
      arrows.push(across(at(parserColumn + index - 1, 1), at(parserColumn + index, 1), WIDE));
    }
    arrows.push(...destinations.map((_, row) => across(at(lastColumn - 1, 1), at(lastColumn, row), WIDE)));
  }
  return { ...size(lastColumn + 1, Math.max(enrichment.length > 0 ? 2 : 1, destinations.length)), placed, arrows };
}

/** Top to bottom for narrow screens, with asynchronous enrichment on the right. */
export function narrowLayout(nodes: readonly FlowNode[]): Layout {
  const { before, enrichment, destinations } = roles(nodes);
  const { at, place, size } = onGrid(NARROW);
  const parserRow = before.length - 1;
  const firstRow = parserRow + Math.max(1, enrichment.length);
  const placed = [
    ...before.map((node, row) => place(node, 0, row)),
    ...enrichment.map((node, index) => place(node, 1, parserRow + index)),
    ...destinations.map((node, index) => place(node, index % 2, firstRow + Math.floor(index / 2))),
  ];
  const arrows = before.slice(1).map((_, row) => down(at(0, row), at(0, row + 1), NARROW));
  if (destinations.length > 0) arrows.push(down(at(0, parserRow), at(0, firstRow), NARROW));
  if (enrichment.length > 0) {
    arrows.push(across(at(0, parserRow), at(1, parserRow), NARROW));
    for (let index = 1; index < enrichment.length; index++) {
      arrows.push(down(at(1, parserRow + index - 1), at(1, parserRow + index), NARROW));
    }
    if (destinations.length > 0) arrows.push(across(at(1, firstRow - 1), at(0, firstRow), NARROW));
  }
  return { ...size(2, firstRow + Math.ceil(destinations.length / 2)), placed, arrows };
}

interface Corner {
  x: number;
  y: number;
}

function onGrid({ boxWidth, boxHeight, columnGap, rowGap }: Grid) {
  const at = (column: number, row: number): Corner => ({
    x: column * (boxWidth + columnGap),
    y: row * (boxHeight + rowGap),
  });
  return {
    at,
    place: (node: FlowNode, column: number, row: number): Placed => ({ node, ...at(column, row) }),
    size: (columns: number, rows: number) => ({
      width: columns * (boxWidth + columnGap) - columnGap,
      height: rows * (boxHeight + rowGap) - rowGap,
      boxWidth,
      boxHeight,
    }),
  };
}

/** From the right side of a box to the left side of another, stepping down in the gap before it if it is lower. */
function across(from: Corner, to: Corner, { boxWidth, boxHeight, columnGap }: Grid): string {
  if (to.x < from.x)
    return `M${from.x + boxWidth / 2} ${from.y + boxHeight}V${to.y + boxHeight / 2}H${to.x + boxWidth + 4}`;
  const turn = to.x - columnGap / 2;
  return `M${from.x + boxWidth} ${from.y + boxHeight / 2}H${turn}V${to.y + boxHeight / 2}H${to.x - 4}`;
}

function down(from: Corner, to: Corner, { boxWidth, boxHeight }: Grid): string {
  return `M${from.x + boxWidth / 2} ${from.y + boxHeight}V${to.y - 4}`;
}
