import type { Body } from './body';

/** What gestures and keys see of a table. Rows go by their keys; an empty text: none. */
export interface Host {
  readonly box: HTMLElement;
  readonly body: Body;
  /** The row under the pointer or the keyboard. */
  readonly hovered: string;
  /** How many rows a page is. */
  readonly page: number;
  /** Sets the hovered row and reports it. */
  hover(key: string): void;
  /** Selects a row, or no longer. */
  toggle(key: string): void;
  /** Moves the keyboard by so many rows, as far as there are any. */
  walk(step: number): void;
  /** Draws what has come into sight. */
  scrolled(): void;
}
