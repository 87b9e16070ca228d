/**
 * What lies over the map: it takes the mouse and the keyboard, in every mode, and draws what they are at. The mode says
 * what a drag does; whatever it is, pointing at a dot shows its numbers and a click pins it.
 */

import { setAttribute } from '../common/dom';
import { isForCells } from '../common/keys';
import { Card } from './card';
import {
  type Frame,
  nearest,
  neighbour,
  panned,
  type Point,
  thinned,
  toPixel,
  toPlace,
  zoomed
} from './shape';

export type Mode = 'rectangle' | 'lasso' | 'pan' | 'inspect';

export type Message =
  | { kind: 'rectangle'; x: Point; y: Point; more: boolean }
  | { kind: 'lasso'; corners: Point[]; more: boolean }
  | { kind: 'hover' | 'click'; dot: number; revision: number }
  | { kind: 'fit' };

export interface Host {
  frame(): Frame;
  /** Shows another part of the map; `ended` after the last one of a gesture. */
  show(frame: Frame, ended: boolean): void;
  send(message: Message): void;
}

/** Of a dot from the pointer, in pixels. */
const REACH = 12;
/** A pointer that moves less has clicked. */
const STEADY = 4;
const STEP = 1.2;
/** After which a shape that Python has not taken yet says so. */
const PATIENCE_MS = 700;

const SVG = 'http://www.w3.org/2000/svg';

function shape<K extends keyof SVGElementTagNameMap>(tag: K, name: string): SVGElementTagNameMap[K] {
  const node = document.createElementNS(SVG, tag);
  node.classList.add(name);
  return node;
}

export class MapLayer {
  readonly node = shape('g', 'osl-map-layer');
  readonly card = new Card();
  private readonly ground = shape('rect', 'osl-map-ground');
  private readonly drawn = shape('path', 'osl-map-drawn');
  private readonly waiting = shape('text', 'osl-map-waiting');
  private readonly ring = shape('circle', 'osl-map-hovered');
  private readonly pins = [shape('g', 'osl-map-pin'), shape('g', 'osl-map-pin')];
  private mode: Mode = 'rectangle';
  private places: Point[] = [];
  private facts: string[] = [];
  private pixels: Point[] = [];
  private revision = 0;
  private hovered = -1;
  private pinned: number[] = [];
  private drag: { path: Point[]; frame: Frame; moved: boolean } | null = null;
  private patience: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly host: Host) {
    this.pins.forEach((pin, index) => {
      const label = shape('text', 'osl-map-letter');
      label.textContent = 'AB'[index]!;
      pin.append(shape('circle', 'osl-map-pinned'), label);
    });
    this.node.append(this.ground, this.drawn, ...this.pins, this.ring, this.waiting);
    const { ground } = this;
    setAttribute(ground, 'tabindex', 0);
    setAttribute(ground, 'role', 'application');
    setAttribute(ground, 'aria-label', 'Map of the search space: arrows walk the candidates, Enter pins one');
    this.setMode(this.mode);
    this.setHovered(-1);
    this.setPinned([]);
    ground.addEventListener('pointerdown', event => this.down(event));
    ground.addEventListener('pointermove', event => this.move(event));
    ground.addEventListener('pointerup', event => this.up(event));
    ground.addEventListener('pointercancel', () => this.cancel());
    ground.addEventListener('pointerleave', () => this.drag || this.hover(-1));
    ground.addEventListener('wheel', event => this.wheel(event), { passive: false });
    ground.addEventListener('dblclick', () => this.mode === 'pan' && this.host.send({ kind: 'fit' }));
    ground.addEventListener('keydown', event => this.key(event));
    ground.addEventListener('blur', () => this.hover(-1));
  }

  destroy(): void {
    this.settle();
    this.card.node.remove();
    this.node.remove();
  }

  setMode(mode: Mode): void {
    this.mode = mode;
    this.cancel();
    setAttribute(this.node, 'data-mode', mode);
  }

  setDots(places: Point[], facts: string[], revision: number): void {
    [this.places, this.facts, this.revision] = [places, facts, revision];
    this.redraw();
  }

  /** Shows the candidate under the pointer, this view's own or another's; -1: none. */
  setHovered(dot: number): void {
    this.hovered = dot;
    this.mark();
  }

  setPinned(dots: number[]): void {
    this.pinned = dots;
    this.mark();
  }

  /** Python has answered: the region is drawn, or it was refused. */
  settle(): void {
    if (this.patience !== null) {
      clearTimeout(this.patience);
      this.patience = null;
    }
    this.drawn.removeAttribute('d');
    this.waiting.textContent = '';
  }

  /** Follows the figure: its size, and the part of the map that it shows. */
  redraw(): void {
    const frame = this.host.frame();
    setAttribute(this.ground, 'width', Math.max(0, frame.width));
    setAttribute(this.ground, 'height', Math.max(0, frame.height));
    this.pixels = this.places.map(place => toPixel(frame, place));
    this.mark();
  }

  private mark(): void {
    const at = this.pixels[this.hovered];
    place(this.ring, at, 8);
    this.pins.forEach((pin, index) => {
      const dot = this.pixels[this.pinned[index] ?? -1];
      place(pin.firstElementChild!, dot, 10);
      setAttribute(pin, 'display', dot ? null : 'none');
      if (dot) {
        setAttribute(pin.lastElementChild!, 'x', dot[0] - 18);
        setAttribute(pin.lastElementChild!, 'y', dot[1] - 8);
      }
    });
    const { width, height } = this.host.frame();
    this.card.show(at ? (this.facts[this.hovered] ?? '') : '', at ?? [0, 0], [width, height]);
  }

  // ---- the mouse -------------------------------------------------------------------------------------------------

  private at(event: MouseEvent): Point {
    const { left, top } = this.ground.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) {
      return;
    }
    // A press inside of a figure would drag the page's text along, and leave the keyboard elsewhere.
    event.preventDefault();
    this.ground.focus({ preventScroll: true });
    this.node.classList.remove('osl-map-keyboard');
    this.ground.setPointerCapture?.(event.pointerId);
    this.settle();
    this.drag = { path: [this.at(event)], frame: this.host.frame(), moved: false };
  }

  private move(event: PointerEvent): void {
    const { drag } = this;
    if (!drag) {
      this.hover(nearest(this.pixels, this.at(event), REACH));
      return;
    }
    const start = drag.path[0]!;
    const now = this.at(event);
    drag.moved ||= Math.hypot(now[0] - start[0], now[1] - start[1]) >= STEADY;
    if (!drag.moved) {
      return;
    }
    this.hover(-1);
    if (this.mode === 'pan') {
      this.host.show(panned(drag.frame, now[0] - start[0], now[1] - start[1]), false);
    } else if (this.mode !== 'inspect') {
      drag.path = this.mode === 'lasso' ? [...drag.path, this.inside(now)] : [start, this.inside(now)];
      setAttribute(this.drawn, 'd', this.outline(drag.path));
    }
  }

  private up(event: PointerEvent): void {
    const { drag } = this;
    this.drag = null;
    if (!drag) {
      return;
    }
    const now = this.at(event);
    if (!drag.moved) {
      this.click(nearest(this.pixels, now, REACH));
    } else if (this.mode === 'pan') {
      const start = drag.path[0]!;
      this.host.show(panned(drag.frame, now[0] - start[0], now[1] - start[1]), true);
    } else if (this.mode !== 'inspect') {
      this.choose(drag.path, event.shiftKey);
    }
  }

  private cancel(): void {
    this.drag = null;
    this.settle();
  }

  /** Sends what was drawn. It stays until Python has taken it. */
  private choose(path: Point[], more: boolean): void {
    const frame = this.host.frame();
    const corners = thinned(path).map(corner => toPlace(frame, corner));
    if (this.mode === 'lasso' ? corners.length < 3 : corners.length < 2) {
      this.settle();
      return;
    }
    this.patience = setTimeout(() => this.sayWaiting(path[0]!), PATIENCE_MS);
    if (this.mode === 'lasso') {
      this.host.send({ kind: 'lasso', corners, more });
    } else {
      const [x, y] = [0, 1].map(side =>
        corners.map(corner => corner[side]!).sort((one, other) => one - other)
      );
      this.host.send({ kind: 'rectangle', x: [x![0]!, x![1]!], y: [y![0]!, y![1]!], more });
    }
  }

  private sayWaiting([x, y]: Point): void {
    this.waiting.textContent = 'kept: the kernel takes it when it is free';
    setAttribute(this.waiting, 'x', Math.min(x, this.host.frame().width - 230));
    setAttribute(this.waiting, 'y', Math.max(14, y - 6));
  }

  private inside([x, y]: Point): Point {
    const { width, height } = this.host.frame();
    return [Math.min(Math.max(x, 0), width), Math.min(Math.max(y, 0), height)];
  }

  private outline(path: Point[]): string {
    if (this.mode === 'lasso') {
      return `M${path.map(corner => corner.join()).join('L')}Z`;
    }
    const [[x0, y0], [x1, y1]] = [path[0]!, path[1]!];
    return `M${x0},${y0}H${x1}V${y1}H${x0}Z`;
  }

  private wheel(event: WheelEvent): void {
    if (this.mode === 'pan') {
      event.preventDefault();
      this.host.show(zoomed(this.host.frame(), this.at(event), Math.exp(event.deltaY * 0.001)), true);
    }
  }

  private hover(dot: number): void {
    if (dot !== this.hovered) {
      this.setHovered(dot);
      this.host.send({ kind: 'hover', dot, revision: this.revision });
    }
  }

  private click(dot: number): void {
    this.host.send({ kind: 'click', dot, revision: this.revision });
  }

  // ---- the keyboard ----------------------------------------------------------------------------------------------

  private key(event: KeyboardEvent): void {
    this.node.classList.add('osl-map-keyboard');
    const { width, height } = this.host.frame();
    const middle: Point = [width / 2, height / 2];
    if (event.key === 'Enter' || event.key === ' ') {
      if (this.hovered >= 0) {
        this.click(this.hovered);
      }
    } else if (event.key === 'Escape') {
      this.cancel();
      this.hover(-1);
    } else if (event.key === '+' || event.key === '-') {
      this.host.show(zoomed(this.host.frame(), middle, event.key === '+' ? 1 / STEP : STEP), true);
    } else if (event.key === '0') {
      this.host.send({ kind: 'fit' });
    } else if (event.key.startsWith('Arrow')) {
      const from = this.hovered >= 0 ? this.hovered : nearest(this.pixels, middle, Infinity);
      const next = this.hovered >= 0 ? neighbour(this.pixels, from, event.key) : from;
      if (next >= 0) {
        this.hover(next);
      }
    } else {
      if (isForCells(event) && event.key !== 'Tab') {
        event.stopPropagation();
      }
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

function place(circle: Element, at: Point | undefined, radius: number): void {
  setAttribute(circle, 'display', at ? null : 'none');
  if (at) {
    setAttribute(circle, 'cx', at[0]);
    setAttribute(circle, 'cy', at[1]);
    setAttribute(circle, 'r', radius);
  }
}
