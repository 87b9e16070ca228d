import { element, setAttribute, setText } from '../common/dom';
import { type Course, type Line, type Point, coursesOf } from './curves';
import { PAD, RADIUS, ROW } from './measures';
import { boundsOf } from './overview';
import type { Candidate, GraphNode } from './protocol';

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 8;
/** Below this share of full size the text would be unreadable, so the drawing scrolls instead. */
const SMALLEST = 0.6;
const NONE = 'Point at a candidate to see its network here';

type Attributes = Record<string, string | number>;

/** One candidate's own network, small and green, below the whole one (Figure 7). */
export class Strip {
  readonly node: HTMLElement;
  private readonly title = element('div', { class: 'osl-strip-title' });
  private readonly scroll = element('div', { class: 'osl-strip-scroll' });

  private wanted: Candidate | null = null;
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.node = element('div', { class: 'osl-strip', hidden: true }, this.title, this.scroll);
  }

  /**
   * Shows a candidate; without one, the space stays reserved once it was used, so that nothing jumps. It waits for the
   * next frame to be out: what is highlighted above comes first, and of many candidates in a row only the last is
   * drawn.
   */
  update(candidate: Candidate | null): void {
    this.wanted = candidate;
    this.frame ||= requestAnimationFrame(() => {
      this.timer = setTimeout(() => {
        this.frame = 0;
        this.draw();
      });
    });
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.node.remove();
  }

  private draw(): void {
    const candidate = this.wanted;
    this.node.classList.toggle('osl-vacant', !candidate);
    if (candidate) {
      setAttribute(this.node, 'hidden', false);
      setText(this.title, candidate.title || 'Highlighted candidate');
      this.scroll.replaceChildren(picture(candidate));
    } else {
      setText(this.title, NONE);
      this.scroll.replaceChildren();
    }
  }
}

type Part = Pick<GraphNode, 'role' | 'label' | 'x' | 'y' | 'width' | 'height'> & {
  rows: { kind: string; params: string; colour: string }[];
};

/** All that look alike are one shape: a large network is a few dozen shapes and its texts. */
function picture(candidate: Candidate): SVGElement {
  const nodes = partsOf(candidate);
  const courses = coursesOf(linesOf(candidate), new Map(nodes.map((node, index) => [String(index), node])));
  const ways = (kind: 'flow' | 'link'): Course[] =>
    candidate[kind].flatMap((_, index) => courses.get(`${kind} ${index}`) ?? []);
  const links = ways('link');
  const box = boundsOf(nodes);
  const top = Math.min(box.top, ...links.map(({ middle }) => middle.y)) - MARGIN;
  const [width, height] = [box.right - box.left + 2 * MARGIN, box.bottom - top + MARGIN];
  const svg = shape('svg', {
    viewBox: `${box.left - MARGIN} ${top} ${width} ${height}`,
    role: 'img',
    'aria-label': `${candidate.title}: ${nodes.map(words).filter(Boolean).join(', ')}`
  });
  svg.style.width = `clamp(${width * SMALLEST}px, 100%, ${width}px)`;
  svg.append(
    shape('path', { class: 'osl-strip-edge', d: ways('flow').map(curve).join('') }),
    shape('path', { class: 'osl-strip-edge osl-strip-link', d: links.map(arc).join('') }),
    shape('path', { class: 'osl-strip-box', d: nodes.map(outline).join('') }),
    ...stripes(nodes),
    ...nodes.flatMap(labels)
  );
  return svg;
}

function partsOf({ rows, nodes }: Candidate): Part[] {
  const told = rows.map(([kind, params, colour]) => ({ kind, params, colour }));
  return nodes.map(([role, label, x, y, width, height, numbers]) => {
    const own = numbers.flatMap(number => told[number] ?? []);
    return { role, label, x, y, width, height, rows: own };
  });
}

function linesOf(candidate: Candidate): Line[] {
  return (['flow', 'link'] as const).flatMap(kind =>
    candidate[kind].map(([source, target], index) => ({
      ...{ id: `${kind} ${index}`, source: String(source), target: String(target), kind }
    }))
  );
}

function words(node: Part): string {
  return node.role === 'block' ? `${node.label} ${node.rows.map(({ kind }) => kind).join(' ')}` : '';
}

function curve({ start, controls, end }: Course): string {
  return `M${at(start)}C${[...controls, end].map(at).join(' ')}`;
}

function arc({ start, controls, end }: Course): string {
  const [up, along, back, down] = controls.map(at);
  return `M${at(start)}Q${up} ${along}L${back}Q${down} ${at(end)}`;
}

function at({ x, y }: Point): string {
  return `${x} ${y}`;
}

/** A block around its rows; everything else with round ends. */
function outline(node: Part): string {
  const { x, y, width } = node;
  const height = node.role === 'block' ? node.rows.length * ROW + 2 * PAD : node.height;
  const radius = node.role === 'block' ? RADIUS : height / 2;
  const [wide, high] = [width - 2 * radius, height - 2 * radius];
  const corner = (dx: number, dy: number): string =>
    `a${radius} ${radius} 0 0 1 ${dx * radius} ${dy * radius}`;
  return (
    `M${x - wide / 2} ${y - height / 2}h${wide}${corner(1, 1)}v${high}${corner(-1, 1)}` +
    `h${-wide}${corner(-1, -1)}v${-high}${corner(1, -1)}z`
  );
}

function stripes(nodes: readonly Part[]): SVGElement[] {
  const byColour = new Map<string, string>();
  for (const node of nodes) {
    node.rows.forEach(({ colour }, index) => {
      const bar = `M${node.x - node.width / 2 + PAD} ${rowOf(node, index)}h5v${ROW - 1}h-5z`;
      byColour.set(colour, (byColour.get(colour) ?? '') + bar);
    });
  }
  return [...byColour].map(([fill, d]) => shape('path', { fill, d }));
}

function labels(node: Part): SVGElement[] {
  if (node.role !== 'block') {
    return [text(node.label, { x: node.x, y: node.y, 'text-anchor': 'middle' })];
  }
  const x = node.x - node.width / 2 + 13;
  return node.rows.map(({ kind, params }, index) =>
    text(`${kind} ${params}`.trim(), { x, y: rowOf(node, index) + ROW / 2 })
  );
}

/** Where a row of a block begins. */
function rowOf(node: Part, index: number): number {
  return node.y - (node.rows.length * ROW) / 2 + index * ROW;
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
