/** A confusion matrix of many classes: a square for each cell, as large as there is room. */

import { element } from '../../common/dom';
import { type Confusion, type Place, shareOf } from './figures';
import type { Surface } from './surface';

/** Blue for correct and vermilion for wrong, which colour-blind eyes can distinguish too. */
const [RIGHT, WRONG] = [
  [0, 114, 178],
  [213, 94, 0]
] as const;
/** Of 255: how much can be seen of a cell with next to nothing. */
const FAINTEST = 40;
/** Pixels of a cell, at most. */
const LARGEST = 12;
const WIDEST = 360;

export class Pixels implements Surface {
  readonly node: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly marker = element('div', { class: 'osl-confusion-marker', hidden: true });
  private readonly size: number;

  constructor(confusion: Confusion) {
    this.size = confusion.names.length;
    this.canvas = element('canvas', { width: this.size, height: this.size });
    this.node = element('div', { class: 'osl-confusion-pixels' }, this.canvas, this.marker);
    this.node.style.width = `${Math.min(WIDEST, this.size * LARGEST)}px`;
    this.paint(confusion);
  }

  mark(place: Place | null): null {
    this.marker.hidden = place === null;
    if (place) {
      const share = 100 / this.size;
      Object.assign(this.marker.style, {
        left: `${place.column * share}%`,
        top: `${place.row * share}%`,
        width: `${share}%`,
        height: `${share}%`
      });
    }
    return null;
  }

  placeAt(event: MouseEvent): Place | null {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / width) * this.size);
    const row = Math.floor(((event.clientY - top) / height) * this.size);
    const isInside = [row, column].every(at => at >= 0 && at < this.size);
    return isInside ? { row, column } : null;
  }

  private paint(confusion: Confusion): void {
    const context = this.canvas.getContext('2d');
    const picture = context?.createImageData(this.size, this.size);
    confusion.counts.forEach((counts, row) =>
      counts.forEach((count, column) => {
        if (count > 0) {
          const share = shareOf(confusion, { row, column });
          // Use the square root, so that errors of a few per cent are visible. The background shines through.
          const strength = Math.round(FAINTEST + (255 - FAINTEST) * Math.sqrt(share));
          picture?.data.set([...(row === column ? RIGHT : WRONG), strength], 4 * (row * this.size + column));
        }
      })
    );
    if (picture) {
      context?.putImageData(picture, 0, 0);
    }
  }
}
