import type { Place } from './figures';

/** Where the cells of a confusion matrix are drawn. */
export interface Surface {
  readonly node: HTMLElement;
  /** Marks a cell, or none; returns the id of its element, where it has one. */
  mark(place: Place | null): string | null;
  /** The cell under the pointer. */
  placeAt(event: MouseEvent): Place | null;
}
