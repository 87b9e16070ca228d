/**
 * The overlay above the map: it handles mouse and keyboard in every mode, and marks the dot that they are at. The mode
 * says what a drag does; whatever it is, pointing at a dot shows its numbers and a click pins it.
 */

import { setAttribute } from '../common/dom';
import { Card } from './card';
import { Drawing } from './drawing';
import { Gestures } from './gestures';
import type { Dots, Host, Mode } from './host';
import { type Point, svg, toPixel } from './shape';

export class MapOverlay implements Dots {
  readonly node = svg('g', 'osl-map-layer');
  readonly card = new Card();
  readonly ground = svg('rect', 'osl-map-ground');
  pixels: Point[] = [];
  hovered = -1;
  connected = true;
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
    setAttribute(
      ground,
      'aria-label',
      'Map of the search space: arrow keys move between candidates, Enter pins one'
    );
    setAttribute(this.node, 'data-mode', this.mode);
    this.mark();
    this.gestures = new Gestures({ dots: this, drawing: this.drawing, host });
  }

  destroy(): void {
    this.drawing.settle();
    this.gestures.end();
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

  numberOf(dot: number): number {
    return this.numbers[dot] ?? -1;
  }

  /** Receives the hovered dot of this view or another one from Python; -1 for none. */
  setHovered(dot: number): void {
    this.gestures.follow(dot);
  }

  point(dot: number): void {
    this.hovered = dot;
    this.mark();
  }

  /** Sets whether Python is connected. */
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
