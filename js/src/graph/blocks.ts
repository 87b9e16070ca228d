import type { Mark } from './marks';
import { FOOT, PAD, RADIUS, ROW } from './measures';
import type { Pen } from './pen';
import type { GraphNode } from './protocol';

const STRIPE = 6;
/** Of the text in a row, of a block's name, and of a sign. */
const SIZE = 10.5;
const NAME_SIZE = 9.5;
const SIGN_SIZE = 13;
/** The text size of a zoomed-out block, and the least space for it, in screen pixels. */
const AFAR_SIZE = 8;
const AFAR = { width: 22, height: 11 };

/** Draws what a node is: a block with a row for each of its components, a knot, or the input or output. */
export function drawNode(pen: Pen, node: GraphNode, marks: ReadonlySet<Mark>): void {
  pen.context.globalAlpha = marks.has('dim') ? 0.4 : 1;
  if (node.role === 'block') {
    block(pen, node);
  } else {
    pill(pen, node);
  }
  pen.context.globalAlpha = 1;
}

/** What a block is called, its score, and for how many layers it stands. */
export function drawName(pen: Pen, node: GraphNode, marks: ReadonlySet<Mark>): void {
  if (node.role !== 'block' || !pen.isReadable(NAME_SIZE)) {
    return;
  }
  const { context, theme } = pen;
  const [left, right] = [node.x - node.width / 2 + 1, node.x + node.width / 2 - 1];
  // Above the outline of a region.
  const y = node.y - node.height / 2 - (marks.has('region') ? 14 : 7);
  context.globalAlpha = marks.has('dim') ? 0.55 : 1;
  pen.font(NAME_SIZE);
  pen.haloed(node.untrained ? `${node.label} · untrained` : node.label, left, y, 'left');
  if (node.times > 1) {
    const text = `×${node.times}`;
    pen.font(NAME_SIZE, 700);
    const width = context.measureText(text).width + 10;
    const badge = { x: right + 5 - width / 2, y: y + 4, width, height: 14 };
    pen.box(badge, 0, 7);
    pen.fill(theme.quiet);
    pen.text(text, badge.x, badge.y + 0.5, 'center', theme.paper);
  } else if (node.fitness !== null && !node.untrained) {
    pen.haloed(node.fitness.toFixed(2), right, y, 'right');
  }
  context.globalAlpha = 1;
}

/** The grey ground that a region's blocks stand on. */
export function drawGround(pen: Pen, node: GraphNode, marks: ReadonlySet<Mark>): void {
  if (marks.has('region')) {
    pen.box(node, 7 * pen.scale, RADIUS + 4);
    pen.context.globalAlpha = 0.2;
    pen.fill(pen.theme.quiet);
    pen.context.globalAlpha = 1;
  }
}

/** Draws the marks of a node, from the inside out; a node can have all of them. */
export function drawRings(pen: Pen, node: GraphNode, marks: ReadonlySet<Mark>, focused: boolean): void {
  const { theme, scale, context } = pen;
  const radius = node.role === 'block' ? RADIUS : node.height / 2;
  if (marks.has('to') || marks.has('from')) {
    pen.box(node, 2 * scale, radius + 2);
    context.globalAlpha = 0.16;
    pen.fill(theme.brand);
    context.globalAlpha = 1;
    pen.stroke(theme.brand, 3 * scale);
  }
  if (marks.has('hover') || marks.has('pointer')) {
    pen.box(node, 1.5 * scale, radius + 1);
    pen.stroke(theme.green, (marks.has('hover') ? 3 : 2) * scale);
  }
  if (marks.has('selected')) {
    pen.box(node, 4.8 * scale, radius + 4);
    pen.stroke(theme.brand, 2.4 * scale);
  }
  if (marks.has('region')) {
    pen.box(node, 7.6 * scale, radius + 6);
    pen.stroke(theme.quiet, 1.5 * scale, [5 * scale, 3 * scale]);
  }
  if (marks.has('current') && focused) {
    brackets(pen, node, 10 * scale);
  }
}

/** Marks the position of the keyboard with four corners. */
function brackets(pen: Pen, node: GraphNode, room: number): void {
  const { context } = pen;
  const [wide, high, arm] = [node.width / 2 + room, node.height / 2 + room, 8 * pen.scale];
  context.beginPath();
  for (const [h, v] of [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1]
  ] as const) {
    context.moveTo(node.x + h * wide, node.y + v * (high - arm));
    context.lineTo(node.x + h * wide, node.y + v * high);
    context.lineTo(node.x + h * (wide - arm), node.y + v * high);
  }
  pen.stroke(pen.theme.text, 2 * pen.scale);
}

function block(pen: Pen, node: GraphNode): void {
  const { context, theme } = pen;
  if (node.times > 1) {
    // A stack: what lies behind shows at two edges.
    for (const depth of [6, 3]) {
      pen.box({ ...node, x: node.x + depth, y: node.y + depth }, 0, RADIUS);
      pen.fill(theme.paper);
      pen.stroke(theme.line, 1);
    }
  }
  pen.box(node, 0, RADIUS);
  pen.fill(theme.paper);
  const [left, top] = [node.x - node.width / 2 + PAD, node.y - node.height / 2 + PAD];
  const width = node.width - 2 * PAD;
  const alpha = context.globalAlpha;
  const isReadable = pen.isReadable(SIZE);
  node.rows.forEach((row, index) => {
    const y = top + index * ROW;
    context.fillStyle = row.colour;
    context.globalAlpha = alpha * (isReadable ? theme.tint : 0.75);
    context.fillRect(left, y, width, ROW - 1);
    context.globalAlpha = alpha;
    context.fillRect(left, y, STRIPE, ROW - 1);
    if (isReadable) {
      component(pen, row.kind, row.params, left + STRIPE + 5, y + ROW / 2, width - STRIPE - 7);
    }
  });
  if (!isReadable) {
    fromAfar(pen, node);
  }
  if (node.fitness !== null) {
    const y = top + node.rows.length * ROW + 1;
    context.fillStyle = theme.soft;
    context.fillRect(left, y, width, FOOT - 3);
    context.fillStyle = node.colour ?? theme.quiet;
    context.fillRect(left, y, width * Math.min(Math.max(node.fitness, 0), 1), FOOT - 3);
  }
  pen.box(node, 0, RADIUS);
  outline(pen, node, node.untrained ? [4, 3] : []);
}

/** When its rows are too small to read, a block shows in one word how it differs from its siblings. */
function fromAfar(pen: Pen, node: GraphNode): void {
  const unit = pen.onScreen(1);
  const rows = node.rows.length * ROW;
  if (node.width < AFAR.width * unit || rows < AFAR.height * unit) {
    return;
  }
  pen.font(AFAR_SIZE * unit, 600);
  const word = pen.cut(inAWord(node), node.width - 2 * PAD - STRIPE);
  pen.haloed(
    word,
    node.x + STRIPE / 2,
    node.y - node.height / 2 + PAD + rows / 2,
    'center',
    2 * unit,
    pen.theme.text
  );
}

/** The kernel, if there is one: `3×3`. */
function inAWord({ rows }: GraphNode): string {
  const kernels = rows.flatMap(({ params }) => params.split(' ').filter(word => word.includes('×')));
  return kernels[0] ?? rows[0]?.kind ?? '';
}

function component(pen: Pen, kind: string, params: string, x: number, y: number, width: number): void {
  pen.font(SIZE, 600);
  const taken = pen.fitted(kind, x, y, width) + 3;
  if (params && width - taken > SIZE) {
    pen.font(SIZE);
    pen.fitted(params, x + taken, y, width - taken);
  }
}

function pill(pen: Pen, node: GraphNode): void {
  const isEnd = node.role === 'input' || node.role === 'output';
  pen.box(node, 0, node.height / 2);
  pen.fill(isEnd ? pen.theme.soft : pen.theme.paper);
  outline(pen, node);
  if (pen.isReadable(SIZE)) {
    pen.font(isEnd ? SIZE : SIGN_SIZE);
    pen.text(node.label, node.x, node.y + 0.5, 'center');
  }
}

function outline(pen: Pen, node: GraphNode, dashes: number[] = []): void {
  const { theme, scale } = pen;
  pen.stroke(node.problem ? theme.error : theme.line, node.problem ? 2.5 * scale : scale, dashes);
}
