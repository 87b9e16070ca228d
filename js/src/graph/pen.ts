import type { GraphNode } from './protocol';
import type { Theme } from './theme';

/** Text smaller than this, in screen pixels, is left out: at that size only the families' colours are useful. */
const READABLE = 5.5;

/** How much longer a text may be than its place, before letters are left out. */
const TIGHTEST = 1.25;

/** Strokes and text in a theme, on a canvas that is scaled and moved as the network is. */
export class Pen {
  /** Lines keep a minimal width when the view is zoomed out. */
  readonly scale: number;

  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly theme: Theme,
    private readonly zoom: number
  ) {
    this.scale = Math.max(1, 0.7 / zoom);
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
  }

  isReadable(size: number): boolean {
    return size * this.zoom >= READABLE;
  }

  box(
    { x, y, width, height }: Pick<GraphNode, 'x' | 'y' | 'width' | 'height'>,
    room: number,
    radius: number
  ): void {
    const [wide, high] = [width + 2 * room, height + 2 * room];
    this.context.beginPath();
    this.context.roundRect(x - wide / 2, y - high / 2, wide, high, Math.min(radius, high / 2));
  }

  fill(colour: string): void {
    this.context.fillStyle = colour;
    this.context.fill();
  }

  stroke(colour: string, width: number, dashes: number[] = []): void {
    this.context.strokeStyle = colour;
    this.context.lineWidth = width;
    this.context.setLineDash(dashes);
    this.context.stroke();
    if (dashes.length) {
      this.context.setLineDash([]);
    }
  }

  font(size: number, weight = 400): void {
    this.context.font = `${weight} ${size}px ${this.theme.font}`;
  }

  text(text: string, x: number, y: number, align: CanvasTextAlign = 'left', colour = this.theme.text): void {
    this.context.textAlign = align;
    this.context.fillStyle = colour;
    this.context.fillText(text, x, y);
  }

  /** Text that stays within a width: set a little tighter, and cut off if that is not enough. Returns its width. */
  fitted(text: string, x: number, y: number, width: number): number {
    const shown = this.cut(text, width * TIGHTEST);
    this.context.textAlign = 'left';
    this.context.fillStyle = this.theme.text;
    this.context.fillText(shown, x, y, width);
    return Math.min(this.context.measureText(shown).width, width);
  }

  /** So many pixels of the screen, in those of the network. */
  onScreen(pixels: number): number {
    return pixels / this.zoom;
  }

  /** Text that can be read over a line, too. */
  haloed(
    text: string,
    x: number,
    y: number,
    align: CanvasTextAlign,
    halo = 3,
    colour = this.theme.quiet
  ): void {
    const { context, theme } = this;
    context.textAlign = align;
    context.strokeStyle = theme.paper;
    context.lineWidth = halo;
    context.strokeText(text, x, y);
    this.text(text, x, y, align, colour);
  }

  /** The start of a text that fits into a width. */
  cut(text: string, width: number): string {
    const key = `${this.context.font}|${width.toFixed(0)}|${text}`;
    let fitting = CUT.get(key);
    if (fitting === undefined) {
      fitting = text;
      while (fitting.length > 1 && this.context.measureText(fitting).width > width) {
        fitting = `${fitting.slice(0, fitting.endsWith('…') ? -2 : -1)}…`;
      }
      if (CUT.size > MOST_CUT) {
        CUT.clear();
      }
      CUT.set(key, fitting);
    }
    return fitting;
  }
}

/** A cache of text widths: measuring is slow, and most blocks have the same texts. */
const CUT = new Map<string, string>();
const MOST_CUT = 2000;
