/** Draws the nodes on a canvas over cytoscape's, sharp at every zoom: 300 blocks take a few milliseconds. */

import type { Mark } from './marks';
import type { GraphNode } from './protocol';
import type { Theme } from './theme';

/** The measures of `oneshot_lab/views/drawing.py`. */
const ROW = 20;
const PAD = 3;
const FOOT = 7;

const STRIPE = 6;
const RADIUS = 4;
/** Of a row's text. */
const SIZE = 10.5;
const NAME_SIZE = 9.5;
/** Smaller text than this, in pixels of the screen, is left out: families' colours say more then. */
const READABLE = 5.5;

export interface Viewport {
  zoom: number;
  pan: { x: number; y: number };
  width: number;
  height: number;
  /** Pixels of the device in one of the page. */
  ratio: number;
}

export interface Picture {
  nodes: Iterable<GraphNode>;
  marksOf(id: string): ReadonlySet<Mark>;
  theme: Theme;
  /** Whether the keyboard is here. */
  focused: boolean;
  /** A line from a node to where the pointer is, or to another node. */
  rubber: { from: GraphNode; to: { x: number; y: number } } | null;
}

export function paint(context: CanvasRenderingContext2D, view: Viewport, picture: Picture): void {
  const { zoom, pan, width, height, ratio } = view;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width * ratio, height * ratio);
  context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * pan.x, ratio * pan.y);
  const painter = new Painter(context, picture, zoom);
  const margin = 24;
  const isSeen = (node: GraphNode): boolean =>
    Math.abs((node.x * zoom + pan.x) * 2 - width) < node.width * zoom + width + 2 * margin * zoom &&
    Math.abs((node.y * zoom + pan.y) * 2 - height) < node.height * zoom + height + 2 * margin * zoom;
  const seen = [...picture.nodes].filter(isSeen);
  seen.forEach(node => painter.backdrop(node));
  seen.forEach(node => painter.node(node));
  if (picture.rubber) {
    painter.rubber(picture.rubber.from, picture.rubber.to);
  }
}

class Painter {
  private readonly theme: Theme;
  /** Widths of lines do not shrink to nothing when one looks from afar. */
  private readonly scale: number;
  private readonly isReadable: boolean;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly picture: Picture,
    private readonly zoom: number
  ) {
    this.theme = picture.theme;
    this.scale = Math.max(1, 0.7 / zoom);
    this.isReadable = SIZE * zoom >= READABLE;
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
  }

  /** The grey ground that a region's blocks stand on. */
  backdrop(node: GraphNode): void {
    if (this.picture.marksOf(node.id).has('region')) {
      this.box(node, 7 * this.scale, RADIUS + 4);
      this.context.globalAlpha = 0.2;
      this.fill(this.theme.quiet);
      this.context.globalAlpha = 1;
    }
  }

  node(node: GraphNode): void {
    const marks = this.picture.marksOf(node.id);
    this.context.globalAlpha = marks.has('dim') ? 0.4 : 1;
    if (node.role === 'block') {
      this.block(node);
    } else {
      this.pill(node);
    }
    this.context.globalAlpha = 1;
    this.rings(node, marks);
    if (node.role === 'block') {
      this.name(node, marks.has('dim') ? 0.55 : 1);
    }
  }

  rubber(from: GraphNode, to: { x: number; y: number }): void {
    const { context, theme } = this;
    const x = from.x + from.width / 2;
    const middle = (x + to.x) / 2;
    context.beginPath();
    context.moveTo(x, from.y);
    context.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
    context.setLineDash([7 * this.scale, 4 * this.scale]);
    this.stroke(theme.brand, 2.5 * this.scale);
    context.setLineDash([]);
    context.beginPath();
    context.arc(to.x, to.y, 4 * this.scale, 0, 2 * Math.PI);
    this.fill(theme.brand);
  }

  // ---- what a node is ----------------------------------------------------------------------------------------------

  private block(node: GraphNode): void {
    const { context, theme } = this;
    if (node.times > 1) {
      // A stack: what lies behind shows at two edges.
      for (const depth of [6, 3]) {
        this.box({ ...node, x: node.x + depth, y: node.y + depth });
        this.fill(theme.paper);
        this.stroke(theme.line, 1);
      }
    }
    this.box(node);
    this.fill(theme.paper);
    const [left, top] = [node.x - node.width / 2, node.y - node.height / 2];
    node.rows.forEach((row, index) => {
      const [y, width] = [top + PAD + index * ROW, node.width - 2 * PAD];
      const alpha = context.globalAlpha;
      context.fillStyle = row.colour;
      context.globalAlpha = alpha * (this.isReadable ? theme.tint : 0.75);
      context.fillRect(left + PAD, y, width, ROW - 1);
      context.globalAlpha = alpha;
      context.fillRect(left + PAD, y, STRIPE, ROW - 1);
      if (this.isReadable) {
        this.row(row.kind, row.params, left + PAD + STRIPE + 5, y + ROW / 2, width - STRIPE - 7);
      }
    });
    this.foot(node, left + PAD, top + node.height - FOOT + 1);
    if (node.untrained) {
      context.setLineDash([4, 3]);
    }
    this.box(node);
    this.stroke(node.problem ? theme.error : theme.line, node.problem ? 2.5 * this.scale : this.scale);
    context.setLineDash([]);
  }

  private row(kind: string, params: string, x: number, y: number, width: number): void {
    const { context, theme } = this;
    context.textAlign = 'left';
    context.font = `600 ${SIZE}px ${theme.font}`;
    context.fillStyle = theme.text;
    const name = this.cut(kind, width);
    context.fillText(name, x, y);
    const taken = context.measureText(`${name} `).width;
    context.font = `${SIZE}px ${theme.font}`;
    if (params && width - taken > SIZE) {
      context.fillText(this.cut(params, width - taken), x + taken, y);
    }
  }

  private foot(node: GraphNode, x: number, y: number): void {
    const { context, theme } = this;
    if (node.fitness === null) {
      return;
    }
    const width = node.width - 2 * PAD;
    context.fillStyle = theme.soft;
    context.fillRect(x, y, width, 4);
    context.fillStyle = node.colour ?? theme.quiet;
    context.fillRect(x, y, width * Math.min(Math.max(node.fitness, 0), 1), 4);
  }

  private name(node: GraphNode, alpha: number): void {
    if (NAME_SIZE * this.zoom < READABLE) {
      return;
    }
    const { context, theme } = this;
    const y = node.y - node.height / 2 - 7;
    const left = node.untrained ? `${node.label} · untrained` : node.label;
    context.globalAlpha = alpha;
    context.font = `${NAME_SIZE}px ${theme.font}`;
    this.haloed(left, node.x - node.width / 2 + 1, y, 'left');
    if (node.times > 1) {
      this.badge(`×${node.times}`, node);
    } else if (node.fitness !== null && !node.untrained) {
      this.haloed(node.fitness.toFixed(2), node.x + node.width / 2 - 1, y, 'right');
    }
    context.globalAlpha = 1;
  }

  /** How many layers a block stands for, at its upper right corner. */
  private badge(text: string, node: GraphNode): void {
    const { context, theme } = this;
    context.font = `700 ${NAME_SIZE}px ${theme.font}`;
    const width = context.measureText(text).width + 10;
    const [x, y] = [node.x + node.width / 2 - width / 2 + 4, node.y - node.height / 2 - 3];
    this.box({ x, y, width, height: 14 }, 0, 7);
    this.fill(theme.quiet);
    context.fillStyle = theme.paper;
    context.textAlign = 'center';
    context.fillText(text, x, y + 0.5);
  }

  private pill(node: GraphNode): void {
    const { context, theme } = this;
    this.box(node, 0, node.height / 2);
    this.fill(node.role === 'input' || node.role === 'output' ? theme.soft : theme.paper);
    this.stroke(node.problem ? theme.error : theme.line, node.problem ? 2.5 * this.scale : this.scale);
    if (this.isReadable) {
      context.font = `${node.height > 24 ? SIZE : 13}px ${theme.font}`;
      context.fillStyle = theme.text;
      context.textAlign = 'center';
      context.fillText(node.label, node.x, node.y + 0.5);
    }
  }

  // ---- what is said about it, from the inside out: all of these can be on one node ---------------------------------

  private rings(node: GraphNode, marks: ReadonlySet<Mark>): void {
    const { theme, scale, context } = this;
    const radius = node.role === 'block' ? RADIUS : node.height / 2;
    if (marks.has('to') || marks.has('from')) {
      this.box(node, 2 * scale, radius + 2);
      context.globalAlpha = 0.16;
      this.fill(theme.brand);
      context.globalAlpha = 1;
      this.stroke(theme.brand, 3 * scale);
    }
    if (marks.has('hover') || marks.has('pointer')) {
      this.box(node, 1.5 * scale, radius + 1);
      this.stroke(theme.green, (marks.has('hover') ? 3 : 2) * scale);
    }
    if (marks.has('selected')) {
      this.box(node, 5 * scale, radius + 4);
      this.stroke(theme.brand, 2.4 * scale);
    }
    if (marks.has('region')) {
      context.setLineDash([5 * scale, 3 * scale]);
      this.box(node, 8 * scale, radius + 6);
      this.stroke(theme.quiet, 1.5 * scale);
      context.setLineDash([]);
    }
    if (marks.has('current') && this.picture.focused) {
      this.brackets(node, 10 * scale);
    }
  }

  /** Where the keyboard is: four corners. */
  private brackets(node: GraphNode, room: number): void {
    const { context } = this;
    const [wide, high, arm] = [node.width / 2 + room, node.height / 2 + room, 8 * this.scale];
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
    this.stroke(this.theme.text, 2 * this.scale);
  }

  // ---- strokes -----------------------------------------------------------------------------------------------------

  private box(
    { x, y, width, height }: Pick<GraphNode, 'x' | 'y' | 'width' | 'height'>,
    room = 0,
    radius = RADIUS
  ): void {
    const [wide, high] = [width + 2 * room, height + 2 * room];
    this.context.beginPath();
    this.context.roundRect(x - wide / 2, y - high / 2, wide, high, Math.min(radius, high / 2));
  }

  private fill(colour: string): void {
    this.context.fillStyle = colour;
    this.context.fill();
  }

  private stroke(colour: string, width: number): void {
    this.context.strokeStyle = colour;
    this.context.lineWidth = width;
    this.context.stroke();
  }

  /** Text that can be read over a line, too. */
  private haloed(text: string, x: number, y: number, align: 'left' | 'right'): void {
    const { context, theme } = this;
    context.textAlign = align;
    context.strokeStyle = theme.paper;
    context.lineWidth = 3;
    context.strokeText(text, x, y);
    context.fillStyle = theme.quiet;
    context.fillText(text, x, y);
  }

  private cut(text: string, width: number): string {
    const key = `${this.context.font}|${width.toFixed(0)}|${text}`;
    let fitting = CUT.get(key);
    if (fitting === undefined) {
      fitting = text;
      while (fitting.length > 1 && this.context.measureText(fitting).width > width) {
        fitting = `${fitting.slice(0, fitting.endsWith('…') ? -2 : -1)}…`;
      }
      if (CUT.size > MOST_CUT) {
        CUT.clear();
      }
      CUT.set(key, fitting);
    }
    return fitting;
  }
}

/** Measuring is the slow part, and most blocks say the same. */
const CUT = new Map<string, string>();
const MOST_CUT = 2000;
