/**
 * What lies over the map: it takes the mouse and the keyboard, in every mode, and draws what they are at. The mode says
 * what a drag does; whatever it is, pointing at a dot shows its numbers and a click pins it.
 */

import { setAttribute } from '../common/dom';
import { Card } from './card';
import { Drawing } from './drawing';
import { Gestures } from './gestures';
import { type Frame, type Point, svg, toPixel } from './shape';

/** In the order of their buttons, see map_pointer.py. */
export const MODES = ['rectangle', 'lasso', 'pan', 'inspect'] as const;

export type Mode = (typeof MODES)[number];

/** A dot goes by its number; -1: beside all of them. A shape has one by which Python says that it has taken it. */
export type Message =
  | { kind: 'rectangle'; shape: number; x: Point; y: Point; more: boolean }
  | { kind: 'lasso'; shape: number; corners: Point[]; more: boolean }
  | { kind: 'hover' | 'click'; dot: number }
  | { kind: 'fit' };

export interface Host {
  frame(): Frame;
  /** Shows another part of the map; `ended` after the last one of a gesture. */
  show(frame: Frame, ended: boolean): void;
  /** Told the dot that is pointed at here, before Python is; -1: none. */
  look(dot: number): void;
  /** A number for a shape, higher than those before it. */
  nextShape(): number;
  /** Sends a message; `answered` is called when Python has dealt with it. */
  send(message: Message, answered?: () => void): void;
}

export class MapLayer {
  readonly node = svg('g', 'osl-map-layer');
  readonly card = new Card();
  /** What takes the mouse and the keyboard. */
  readonly ground = svg('rect', 'osl-map-ground');
  /** Where the dots are drawn, in the figure. */
  pixels: Point[] = [];
  hovered = -1;
  connected = true;
  /** The dots' numbers, which stay the same when positions change. */
  numbers: number[] = [];
  mode: Mode = 'rectangle';
  readonly drawing: Drawing;
  private readonly ring = svg('circle', 'osl-map-hovered');
  private readonly pins = [svg('g', 'osl-map-pin'), svg('g', 'osl-map-pin')];
  private places: Point[] = [];
  private facts: string[] = [];
  private pinned: number[] = [];
  private readonly gestures: Gestures;

  constructor(private readonly host: Host) {
    this.drawing = new Drawing(host);
    this.pins.forEach((pin, index) => {
      const label = svg('text', 'osl-map-letter');
      label.textContent = 'AB'[index]!;
      pin.append(svg('circle', 'osl-map-pinned'), label);
    });
    const { shape, note } = this.drawing;
    this.node.append(this.ground, shape, ...this.pins, this.ring, note);
    const { ground } = this;
    setAttribute(ground, 'tabindex', 0);
    setAttribute(ground, 'role', 'application');
    setAttribute(ground, 'aria-label', 'Map of the search space: arrows walk the candidates, Enter pins one');
    setAttribute(this.node, 'data-mode', this.mode);
    this.mark();
    this.gestures = new Gestures(this, host);
  }

  destroy(): void {
    this.drawing.settle();
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
      if (!connected) {
        this.drawing.settle();
      }
    }
  }

  setPinned(dots: number[]): void {
    this.pinned = dots;
    this.mark();
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
