/**
 * What lies over the map: it takes the mouse and the keyboard, in every mode, and draws what they are at. The mode says
 * what a drag does; whatever it is, pointing at a dot shows its numbers and a click pins it.
 */

import { setAttribute } from '../common/dom';
import { Card } from './card';
import { Gestures } from './gestures';
import { type Frame, type Point, toPixel } from './shape';

export type Mode = 'rectangle' | 'lasso' | 'pan' | 'inspect';

/** A dot goes by its number; -1: beside all of them. */
export type Message =
  | { kind: 'rectangle'; x: Point; y: Point; more: boolean }
  | { kind: 'lasso'; corners: Point[]; more: boolean }
  | { kind: 'hover' | 'click'; dot: number }
  | { kind: 'fit' };

export interface Host {
  frame(): Frame;
  /** Shows another part of the map; `ended` after the last one of a gesture. */
  show(frame: Frame, ended: boolean): void;
  /** Told the dot that is pointed at here, before Python is; -1: none. */
  look(dot: number): void;
  /** Sends a message; `answered` is called when Python has dealt with it. */
  send(message: Message, answered?: () => void): void;
}

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
  /** What takes the mouse and the keyboard. */
  readonly ground = shape('rect', 'osl-map-ground');
  /** Where the dots are drawn, in the figure. */
  pixels: Point[] = [];
  hovered = -1;
  connected = true;
  /** The dots' numbers, which stay the same when positions change. */
  numbers: number[] = [];
  mode: Mode = 'rectangle';
  private readonly drawn = shape('path', 'osl-map-drawn');
  private readonly waiting = shape('text', 'osl-map-waiting');
  private readonly ring = shape('circle', 'osl-map-hovered');
  private readonly pins = [shape('g', 'osl-map-pin'), shape('g', 'osl-map-pin')];
  private places: Point[] = [];
  private facts: string[] = [];
  private pinned: number[] = [];
  private readonly gestures: Gestures;
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
    setAttribute(this.node, 'data-mode', this.mode);
    this.mark();
    this.gestures = new Gestures(this, host);
  }

  destroy(): void {
    this.settle();
    this.gestures.leave();
    this.card.node.remove();
    this.node.remove();
  }

  setMode(mode: Mode): void {
    this.mode = mode;
    this.gestures.cancel();
    setAttribute(this.node, 'data-mode', mode);
  }

  setDots(places: Point[], facts: string[], numbers: number[]): void {
    const hovered = this.numberOf(this.hovered);
    [this.places, this.facts, this.numbers] = [places, facts, numbers];
    this.hovered = numbers.indexOf(hovered);
    this.redraw();
    this.gestures.lookAgain();
  }

  /** The number of the dot in a position; -1: there is none. */
  numberOf(dot: number): number {
    return this.numbers[dot] ?? -1;
  }

  /** Takes what Python says is under the pointer, in this view or another; -1: none. */
  setHovered(dot: number): void {
    this.gestures.follow(dot);
  }

  /** Shows what is under the pointer. */
  point(dot: number): void {
    this.hovered = dot;
    this.mark();
  }

  /** Says whether Python is there. */
  setConnected(connected: boolean): void {
    if (connected !== this.connected) {
      this.connected = connected;
      this.gestures.setConnected(connected);
    }
  }

  setPinned(dots: number[]): void {
    this.pinned = dots;
    this.mark();
  }

  /** Shows what is being drawn. */
  outline(path: string): void {
    setAttribute(this.drawn, 'd', path);
  }

  /** Keeps what was drawn until Python has taken it, and says so if that takes long. */
  wait([x, y]: Point): void {
    this.patience = setTimeout(() => {
      this.waiting.textContent = 'kept: the kernel takes it when it is free';
      setAttribute(this.waiting, 'x', Math.max(0, Math.min(x, this.host.frame().width - 230)));
      setAttribute(this.waiting, 'y', Math.max(14, y - 6));
    }, PATIENCE_MS);
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
}

function place(circle: Element, at: Point | undefined, radius: number): void {
  setAttribute(circle, 'display', at ? null : 'none');
  if (at) {
    setAttribute(circle, 'cx', at[0]);
    setAttribute(circle, 'cy', at[1]);
    setAttribute(circle, 'r', radius);
  }
}
