import { isForCells } from '../common/keys';
import { COMMANDS } from './commands';
import type { Drawing } from './drawing';
import type { Dots, Host, Keyed } from './host';
import { Looking, REACH } from './looking';
import { type Frame, nearest, neighbour, panned, type Point, thinned, toPlace, zoomed } from './shape';

/** A press that moves less than this, in pixels, is a click. */
const STEADY = 4;
const STEP = 1.2;

/** What the mouse and the keyboard do on the map. */
export class Gestures implements Keyed {
  private drag: { path: Point[]; frame: Frame; moved: boolean; dot: number } | null = null;
  private readonly looking: Looking;

  private readonly dots: Dots;
  private readonly drawing: Drawing;
  private readonly host: Host;

  constructor({ dots, drawing, host }: { dots: Dots; drawing: Drawing; host: Host }) {
    [this.dots, this.drawing, this.host] = [dots, drawing, host];
    this.looking = new Looking(dots, host);
    const { ground } = dots;
    ground.addEventListener('pointerdown', event => this.down(event));
    ground.addEventListener('pointermove', event => this.move(event));
    ground.addEventListener('pointerup', event => this.up(event));
    ground.addEventListener('pointercancel', () => this.cancel());
    ground.addEventListener('pointerleave', () => this.drag || this.looking.at(-1));
    ground.addEventListener('wheel', event => this.wheel(event), { passive: false });
    ground.addEventListener('dblclick', () => dots.mode === 'pan' && this.fit());
    ground.addEventListener('keydown', event => this.key(event));
    ground.addEventListener('blur', () => this.looking.at(-1));
  }

  /** Cancels the shape that is being drawn; a sent shape stays until Python has handled it. */
  cancel(): void {
    this.drag = null;
    this.drawing.outline('');
  }

  /** The dots are others; see `Looking.again`. */
  lookAgain(): void {
    this.looking.again();
  }

  /** See `Looking.follow`. */
  follow(dot: number): void {
    this.looking.follow(dot);
  }

  setConnected(connected: boolean): void {
    this.looking.setConnected(connected);
  }

  /** The pointer has left. */
  end(): void {
    this.looking.leave();
  }

  // ---- the mouse -------------------------------------------------------------------------------------------------

  private at(event: MouseEvent): Point {
    const { left, top } = this.dots.ground.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) {
      return;
    }
    // A press inside of a figure would drag the page's text along, and leave the keyboard elsewhere.
    event.preventDefault();
    this.dots.ground.focus({ preventScroll: true });
    this.dots.node.classList.remove('osl-map-keyboard');
    this.dots.ground.setPointerCapture?.(event.pointerId);
    const start = this.at(event);
    // The dot that is pressed is meant, whatever comes to lie there until the button is let go.
    const dot = this.dots.numberOf(nearest(this.dots.pixels, start, REACH));
    this.drag = { path: [start], frame: this.host.frame(), moved: false, dot };
  }

  private move(event: PointerEvent): void {
    const { drag } = this;
    if (!drag) {
      this.looking.under(this.at(event));
      return;
    }
    const start = drag.path[0]!;
    const now = this.at(event);
    drag.moved ||= Math.hypot(now[0] - start[0], now[1] - start[1]) >= STEADY;
    if (!drag.moved) {
      return;
    }
    this.looking.at(-1);
    if (this.dots.mode === 'pan') {
      this.host.show(panned(drag.frame, now[0] - start[0], now[1] - start[1]), false);
    } else if (this.dots.mode !== 'inspect') {
      drag.path = this.dots.mode === 'lasso' ? [...drag.path, this.inside(now)] : [start, this.inside(now)];
      this.drawing.outline(this.outline(drag.path));
    }
  }

  private up(event: PointerEvent): void {
    const { drag } = this;
    this.drag = null;
    if (!drag) {
      return;
    }
    const now = this.at(event);
    if (!drag.moved) {
      this.click(drag.dot);
    } else if (this.dots.mode === 'pan') {
      const start = drag.path[0]!;
      this.host.show(panned(drag.frame, now[0] - start[0], now[1] - start[1]), true);
    } else if (this.dots.mode !== 'inspect') {
      this.choose(drag.path, event.shiftKey);
    }
  }

  /** Sends a drawn shape, which stays until Python has handled it. */
  private choose(path: Point[], more: boolean): void {
    const frame = this.host.frame();
    const corners = thinned(path).map(corner => toPlace(frame, corner));
    const isShape = this.dots.mode === 'lasso' ? corners.length > 2 : corners.length > 1;
    if (!isShape || !this.dots.connected) {
      this.drawing.outline('');
      return;
    }
    const shape = this.drawing.keep(path[0]!);
    if (this.dots.mode === 'lasso') {
      this.host.send({ kind: 'lasso', shape, corners, more });
    } else {
      const [x, y] = [0, 1].map(side =>
        corners.map(corner => corner[side]!).sort((one, other) => one - other)
      );
      this.host.send({ kind: 'rectangle', shape, x: [x![0]!, x![1]!], y: [y![0]!, y![1]!], more });
    }
  }

  private inside([x, y]: Point): Point {
    const { width, height } = this.host.frame();
    return [Math.min(Math.max(x, 0), width), Math.min(Math.max(y, 0), height)];
  }

  private outline(path: Point[]): string {
    if (this.dots.mode === 'lasso') {
      return `M${path.map(corner => corner.join()).join('L')}Z`;
    }
    const [[x0, y0], [x1, y1]] = [path[0]!, path[1]!];
    return `M${x0},${y0}H${x1}V${y1}H${x0}Z`;
  }

  private wheel(event: WheelEvent): void {
    if (this.dots.mode === 'pan') {
      event.preventDefault();
      this.host.show(zoomed(this.host.frame(), this.at(event), Math.exp(event.deltaY * 0.001)), true);
    }
  }

  private click(dot: number): void {
    // Beside all dots it lets go of the region, where regions are drawn; elsewhere it may be half of a double click.
    if (dot < 0 && this.dots.mode !== 'rectangle' && this.dots.mode !== 'lasso') {
      return;
    }
    this.host.send({ kind: 'click', dot });
  }

  // ---- the keyboard ----------------------------------------------------------------------------------------------

  walk(arrow: string): void {
    const { pixels, hovered } = this.dots;
    const next = hovered >= 0 ? neighbour(pixels, hovered, arrow) : nearest(pixels, this.middle, Infinity);
    if (next >= 0) {
      this.looking.at(next);
    }
  }

  pin(): void {
    if (this.dots.hovered >= 0) {
      this.click(this.dots.numberOf(this.dots.hovered));
    }
  }

  leave(): void {
    this.cancel();
    this.looking.at(-1);
  }

  zoom(by: 1 | -1): void {
    this.host.show(zoomed(this.host.frame(), this.middle, STEP ** -by), true);
  }

  fit(): void {
    this.host.send({ kind: 'fit' });
  }

  private get middle(): Point {
    const { width, height } = this.host.frame();
    return [width / 2, height / 2];
  }

  private key(event: KeyboardEvent): void {
    this.dots.node.classList.add('osl-map-keyboard');
    const command = COMMANDS.ofKey(event);
    if (command) {
      command.run(this, { id: null, button: null });
      event.preventDefault();
      event.stopPropagation();
    } else if (isForCells(event) && event.key !== 'Tab') {
      event.stopPropagation();
    }
  }
}
