import { setAttribute } from '../common/dom';
import type { Host } from './host';
import { type Point, svg } from './shape';

/** A shape that Python has not handled by then shows that it waits. */
const SHAPE_TAKEN_MS = 700;

/** A shape that was drawn and sent. */
interface Sent {
  number: number;
  path: string;
  at: Point;
}

/** Shapes that users draw on the map: the one under the pointer, and those that Python has not handled yet. */
export class Drawing {
  readonly shape = svg('path', 'osl-map-drawn');
  readonly note = svg('text', 'osl-map-waiting');
  private growing = '';
  private sent: Sent[] = [];
  private patience: ReturnType<typeof setTimeout> | null = null;
  private isLate = false;

  constructor(private readonly host: Host) {}

  /** Shows the shape that is being drawn; an empty path shows none. */
  outline(path: string): void {
    this.growing = path;
    this.show();
  }

  /** Keeps a drawn shape until Python has handled it, and shows that it waits if that takes long; returns its number. */
  keep(at: Point): number {
    const number = this.host.nextShape();
    this.sent.push({ number, path: this.growing, at });
    this.growing = '';
    this.patience ??= setTimeout(() => {
      this.isLate = true;
      this.show();
    }, SHAPE_TAKEN_MS);
    this.show();
    return number;
  }

  /** Removes the shapes up to this number: their regions are drawn, or they were refused. */
  settle(number = Infinity): void {
    this.sent = this.sent.filter(shape => shape.number > number);
    if (!this.sent.length && this.patience !== null) {
      clearTimeout(this.patience);
      [this.patience, this.isLate] = [null, false];
    }
    this.show();
  }

  private show(): void {
    const { sent, note } = this;
    const path = [...sent.map(shape => shape.path), this.growing].join('');
    setAttribute(this.shape, 'd', path || null);
    const [x, y] = sent[0]?.at ?? [0, 0];
    note.textContent = sent.length && this.isLate ? 'waits until the kernel is free' : '';
    setAttribute(note, 'x', Math.max(0, Math.min(x, this.host.frame().width - 230)));
    setAttribute(note, 'y', Math.max(14, y - 6));
  }
}
