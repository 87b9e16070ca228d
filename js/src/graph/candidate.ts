import { element, setAttribute, setText } from '../common/dom';
import { boundsOf } from './overview';
import type { Candidate, GraphEdge, GraphNode } from './protocol';

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 8;
const ROW = 20;
const PAD = 3;
/** Links rise above what they skip. */
const LIFT = 18;
/** Smaller than this share of full size nothing could be read: it scrolls then. */
const SMALLEST = 0.6;
const NONE = 'Point at a candidate to see its network here';

type Attributes = Record<string, string | number>;

/** One candidate's own network, small and green, below the whole one (Figure 7). */
export class Strip {
  readonly node: HTMLElement;
  private readonly title = element('div', { class: 'osl-strip-title' });
  private readonly scroll = element('div', { class: 'osl-strip-scroll' });

  constructor() {
    this.node = element('div', { class: 'osl-strip', hidden: true }, this.title, this.scroll);
  }

  /** Draws a candidate; without one the place is kept once there was one, so that nothing jumps. */
  update(candidate: Candidate | null): void {
    this.node.classList.toggle('osl-vacant', !candidate);
    if (!candidate) {
      setText(this.title, NONE);
      this.scroll.replaceChildren();
      return;
    }
    setAttribute(this.node, 'hidden', false);
    setText(this.title, candidate.title || 'Highlighted candidate');
    this.scroll.replaceChildren(picture(candidate));
  }
}

function picture({ title, nodes, edges }: Candidate): SVGElement {
  const at = new Map(nodes.map(node => [node.id, node]));
  const box = boundsOf(nodes);
  const peaks = new Map(
    edges
      .filter(edge => edge.kind === 'link' && at.has(edge.source) && at.has(edge.target))
      .map(edge => [edge, peak(at.get(edge.source)!, at.get(edge.target)!, nodes)])
  );
  const top = Math.min(box.top, ...[...peaks.values()].map(y => y - 4)) - MARGIN;
  const [width, height] = [box.right - box.left + 2 * MARGIN, box.bottom - top + MARGIN];
  const svg = shape('svg', {
    viewBox: `${box.left - MARGIN} ${top} ${width} ${height}`,
    role: 'img',
    'aria-label': `${title}: ${nodes.map(words).filter(Boolean).join(', ')}`
  });
  svg.style.width = `clamp(${width * SMALLEST}px, 100%, ${width}px)`;
  for (const edge of edges) {
    const [source, target] = [at.get(edge.source), at.get(edge.target)];
    if (source && target) {
      svg.append(course(edge, source, target, peaks.get(edge)));
    }
  }
  svg.append(...nodes.flatMap(node => (node.role === 'block' ? block(node) : knot(node))));
  return svg;
}

function words(node: GraphNode): string {
  return node.role === 'block' ? `${node.label} ${node.rows.map(({ kind }) => kind).join(' ')}` : '';
}

function course(edge: GraphEdge, source: GraphNode, target: GraphNode, top: number | undefined): SVGElement {
  if (top !== undefined) {
    const [y1, y2] = [source.y - source.height / 2, target.y - target.height / 2];
    const corner = Math.min(22, Math.abs(target.x - source.x) / 2);
    const d =
      `M${source.x} ${y1}Q${source.x} ${top} ${source.x + corner} ${top}` +
      `L${target.x - corner} ${top}Q${target.x} ${top} ${target.x} ${y2}`;
    return shape('path', { class: `osl-strip-edge osl-strip-${edge.kind}`, d });
  }
  const [x1, x2] = [source.x + source.width / 2, target.x - target.width / 2];
  const middle = (x1 + x2) / 2;
  const d = `M${x1} ${source.y}C${middle} ${source.y} ${middle} ${target.y} ${x2} ${target.y}`;
  return shape('path', { class: 'osl-strip-edge', d });
}

function peak(source: GraphNode, target: GraphNode, nodes: readonly GraphNode[]): number {
  const skipped = nodes.filter(node => node.x >= source.x && node.x <= target.x);
  return boundsOf(skipped).top - LIFT;
}

function block(node: GraphNode): SVGElement[] {
  const [left, top] = [node.x - node.width / 2, node.y - node.height / 2];
  const height = node.rows.length * ROW + 2 * PAD;
  const y = top + (node.height - height) / 2;
  return [
    shape('rect', { class: 'osl-strip-box', x: left, y, width: node.width, height, rx: 4 }),
    ...node.rows.flatMap((row, index) => [
      shape('rect', { x: left + PAD, y: y + PAD + index * ROW, width: 5, height: ROW - 1, fill: row.colour }),
      text(`${row.kind} ${row.params}`.trim(), { x: left + 13, y: y + PAD + index * ROW + ROW / 2 })
    ])
  ];
}

function knot(node: GraphNode): SVGElement[] {
  const { x, y, width, height } = node;
  return [
    shape('rect', {
      class: 'osl-strip-box',
      x: x - width / 2,
      y: y - height / 2,
      width,
      height,
      rx: height / 2
    }),
    text(node.label, { x, y, 'text-anchor': 'middle' })
  ];
}

function shape<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes
): SVGElementTagNameMap[K] {
  const node = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, String(value)));
  return node;
}

function text(content: string, attributes: Attributes): SVGElement {
  const node = shape('text', { 'dominant-baseline': 'central', ...attributes });
  node.textContent = content;
  return node;
}
