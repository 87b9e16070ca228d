import type { Host, MapLayer } from './layer';
import { nearest, type Point } from './shape';

/** Of a dot from the pointer, in pixels. */
export const REACH = 12;

/**
 * The dot that is looked at, with the pointer or the keyboard. It is shown at once, and told to Python in one message at
 * a time: a kernel that runs a cell would find hundreds of them afterwards. What Python says of it may come much later
 * than its answer, since some kernels take messages while a cell runs, and views follow when it has ended.
 */
export class Looking {
  /** Where the pointer rests on the map; null: elsewhere, or the keyboard has moved since. */
  private rest: Point | null = null;
  /** Number of the dot that is looked at here; -1: none. */
  private number = -1;
  private untold = false;
  /** Whether Python has not answered the last message yet. */
  private asking = false;
  /** Number of the dot that is looked at in this view or another, as Python said last. */
  private said = -1;
  /** Numbers that Python may still say, out of the past: what it was told before it knows of the last one. */
  private readonly past = new Set<number>();
  /** Number of the dot that other views on the page show. */
  private shown = -1;

  constructor(
    private readonly layer: MapLayer,
    private readonly host: Host
  ) {}

  /** Looks at what is under the pointer. */
  under(pointer: Point): void {
    this.at(nearest(this.layer.pixels, pointer, REACH));
    this.rest = pointer;
  }

  /** Looks at a dot that the keyboard has come to; -1: at none. */
  at(dot: number): void {
    this.rest = null;
    // Beside all dots, what another view looks at stays.
    if (this.layer.numberOf(dot) !== this.number || (dot >= 0 && dot !== this.layer.hovered)) {
      this.look(dot);
    }
  }

  /** Looks at what is there now that the dots are others; without a pointer, at the keyboard's dot where it went. */
  again(): void {
    const { layer, rest, number } = this;
    const dot = rest ? nearest(layer.pixels, rest, REACH) : layer.numbers.indexOf(number);
    if (layer.numberOf(dot) !== number) {
      this.look(dot);
    }
  }

  /** Takes what Python says is looked at. What is neither looked at here nor was is of another view, or of a cell. */
  follow(dot: number): void {
    this.said = this.layer.numberOf(dot);
    if (this.said === this.number) {
      this.past.clear();
    } else if (this.untold || this.past.has(this.said)) {
      return;
    }
    this.layer.point(dot);
    if (this.said !== this.number) {
      this.hide();
    }
  }

  /** Says whether Python is there; what it has not answered by the time it goes, it is told again. */
  setConnected(connected: boolean): void {
    this.untold ||= this.asking;
    this.asking = false;
    if (connected) {
      this.tell();
    }
  }

  /** Leaves without a word to Python, which takes a view away by itself. */
  leave(): void {
    this.untold = false;
    this.hide();
  }

  private look(dot: number): void {
    this.number = this.shown = this.layer.numberOf(dot);
    this.layer.point(dot);
    this.host.look(dot);
    this.past.add(this.said);
    this.untold = true;
    this.tell();
  }

  private tell(): void {
    if (this.untold && !this.asking && this.layer.connected) {
      [this.untold, this.asking] = [false, true];
      this.past.add(this.number);
      this.host.send({ kind: 'hover', dot: this.number }, () => this.answered());
    }
  }

  private answered(): void {
    this.asking = false;
    this.tell();
  }

  /** Has other views show what Python says. */
  private hide(): void {
    if (this.shown >= 0) {
      this.shown = -1;
      this.host.look(-1);
    }
  }
}
