import type { Dots, Host } from './host';
import { nearest, type Point } from './shape';

/** The largest distance of a dot from the pointer, in pixels. */
export const REACH = 12;

/**
 * The dot that is hovered with the pointer or the keyboard. It is shown at once, and sent to Python in one message at a
 * time, since a kernel that runs a cell would otherwise receive hundreds of them afterwards. What Python says of it may
 * come much later than its answer, since some kernels take messages while a cell runs, and views follow when it has
 * ended.
 */
export class Looking {
  /** Where the pointer rests on the map; null: elsewhere, or the keyboard has moved since. */
  private rest: Point | null = null;
  /** Number of the dot hovered here; -1 for none. */
  private number = -1;
  private untold = false;
  /** Whether Python has not answered the last message yet. */
  private asking = false;
  /** Number of the dot hovered in this view or another, as last reported by Python. */
  private said = -1;
  /** Numbers that Python may still send for earlier messages, before it has handled the last one. */
  private readonly past = new Set<number>();
  /** Number of the dot that other views on the page show. */
  private shown = -1;

  constructor(
    private readonly dots: Dots,
    private readonly host: Host
  ) {}

  /** Hovers the dot under the pointer. */
  under(pointer: Point): void {
    this.at(nearest(this.dots.pixels, pointer, REACH));
    this.rest = pointer;
  }

  /** Hovers a dot reached by keyboard; -1 for none. */
  at(dot: number): void {
    this.rest = null;
    // Beside all dots, keep the dot that another view hovers.
    if (this.dots.numberOf(dot) !== this.number || (dot >= 0 && dot !== this.dots.hovered)) {
      this.look(dot);
    }
  }

  /** Updates the hovered dot after the dots have changed: the one under the pointer, or the keyboard's dot at its new place. */
  again(): void {
    const { dots, rest, number } = this;
    const dot = rest ? nearest(dots.pixels, rest, REACH) : dots.numbers.indexOf(number);
    if (dots.numberOf(dot) !== number) {
      this.look(dot);
    }
  }

  /** Receives the hovered dot from Python. A dot that is not and was not hovered here comes from another view or a cell. */
  follow(dot: number): void {
    this.said = this.dots.numberOf(dot);
    if (this.said === this.number) {
      this.past.clear();
    } else if (this.untold || this.past.has(this.said)) {
      return;
    }
    this.dots.point(dot);
    if (this.said !== this.number) {
      this.hide();
    }
  }

  /** Sets whether Python is connected; unanswered messages are sent again after a reconnection. */
  setConnected(connected: boolean): void {
    this.untold ||= this.asking;
    this.asking = false;
    if (connected) {
      this.tell();
    }
  }

  /** Stops without telling Python, which closes the view itself. */
  leave(): void {
    this.untold = false;
    this.hide();
  }

  private look(dot: number): void {
    this.number = this.shown = this.dots.numberOf(dot);
    this.dots.point(dot);
    this.host.look(dot);
    this.past.add(this.said);
    this.untold = true;
    this.tell();
  }

  private tell(): void {
    if (this.untold && !this.asking && this.dots.connected) {
      [this.untold, this.asking] = [false, true];
      this.past.add(this.number);
      this.host.send({ kind: 'hover', dot: this.number }, () => this.answered());
    }
  }

  private answered(): void {
    this.asking = false;
    this.tell();
  }

  /** Makes other views show the dot that Python reports. */
  private hide(): void {
    if (this.shown >= 0) {
      this.shown = -1;
      this.host.look(-1);
    }
  }
}
