/** What the parts of the map's overlay see of each other, and what they say to Python. */

import type { Frame, Point } from './shape';

/** In the order of their buttons, see map_pointer.py. */
export const MODES = ['rectangle', 'lasso', 'pan', 'inspect'] as const;

export type Mode = (typeof MODES)[number];

/** Dots are identified by number; -1 means beside all dots. Python confirms a shape by its number. */
export type Message =
  | { kind: 'rectangle'; shape: number; x: Point; y: Point; more: boolean }
  | { kind: 'lasso'; shape: number; corners: Point[]; more: boolean }
  | { kind: 'hover' | 'click'; dot: number }
  | { kind: 'fit' };

/** What the overlay sees of the figure that it lies over. */
export interface Host {
  frame(): Frame;
  /** Shows another part of the map; `ended` after the last one of a gesture. */
  show(frame: Frame, ended: boolean): void;
  /** Called with the hovered dot before Python is told; -1 for none. */
  look(dot: number): void;
  /** A number for a shape, higher than those before it. */
  nextShape(): number;
  /** Sends a message; `answered` is called when Python has dealt with it. */
  send(message: Message, answered?: () => void): void;
}

/** What gestures see of the overlay. A dot is meant by its position among those that are drawn; -1: none. */
export interface Dots {
  readonly node: Element;
  /** The element that receives mouse and keyboard. */
  readonly ground: SVGElement;
  readonly mode: Mode;
  readonly connected: boolean;
  /** Where the dots are drawn, in the figure. */
  readonly pixels: readonly Point[];
  /** The dots' numbers, which stay the same when positions change. */
  readonly numbers: readonly number[];
  readonly hovered: number;
  /** The number of the dot in a position; -1: there is none. */
  numberOf(dot: number): number;
  /** Shows what is under the pointer. */
  point(dot: number): void;
}

/** What keys do something with. */
export interface Keyed {
  /** Hovers the dot that an arrow key leads to; without a hovered dot, the one nearest to the centre. */
  walk(arrow: string): void;
  /** Pins the hovered dot. */
  pin(): void;
  /** Cancels the drawing, and hovers no dot. */
  leave(): void;
  /** Shows more or less of the map. */
  zoom(by: 1 | -1): void;
  /** Shows the whole map. */
  fit(): void;
}
