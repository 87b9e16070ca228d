import { isForCells } from '../common/keys';
import type { Host, MapLayer } from './layer';
import { Looking, REACH } from './looking';
import { type Frame, nearest, neighbour, panned, type Point, thinned, toPlace, zoomed } from './shape';

/** A pointer that moves less has clicked. */
const STEADY = 4;
const STEP = 1.2;

/** What the mouse and the keyboard do on the map. */
export class Gestures {
  private drag: { path: Point[]; frame: Frame; moved: boolean; dot: number } | null = null;
  private readonly looking: Looking;

  constructor(
    private readonly layer: MapLayer,
    private readonly host: Host
  ) {
    this.looking = new Looking(layer, host);
    const { ground } = layer;
    ground.addEventListener('pointerdown', event => this.down(event));
    ground.addEventListener('pointermove', event => this.move(event));
    ground.addEventListener('pointerup', event => this.up(event));
    ground.addEventListener('pointercancel', () => this.cancel());
    ground.addEventListener('pointerleave', () => this.drag || this.looking.at(-1));
    ground.addEventListener('wheel', event => this.wheel(event), { passive: false });
    ground.addEventListener('dblclick', () => this.layer.mode === 'pan' && this.host.send({ kind: 'fit' }));
    ground.addEventListener('keydown', event => this.key(event));
    ground.addEventListener('blur', () => this.looking.at(-1));
  }

  /** Takes back what is being drawn; what was sent stays until Python has taken it. */
  cancel(): void {
    this.drag = null;
    this.layer.drawing.outline('');
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

  /** Nobody points at anything here any more. */
  leave(): void {
    this.looking.leave();
  }

  // ---- the mouse -------------------------------------------------------------------------------------------------

  private at(event: MouseEvent): Point {
    const { left, top } = this.layer.ground.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) {
      return;
    }
    // A press inside of a figure would drag the page's text along, and leave the keyboard elsewhere.
    event.preventDefault();
    this.layer.ground.focus({ preventScroll: true });
    this.layer.node.classList.remove('osl-map-keyboard');
    this.layer.ground.setPointerCapture?.(event.pointerId);
    const start = this.at(event);
    // The dot that is pressed is meant, whatever comes to lie there until the button is let go.
    const dot = this.layer.numberOf(nearest(this.layer.pixels, start, REACH));
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
    if (this.layer.mode === 'pan') {
      this.host.show(panned(drag.frame, now[0] - start[0], now[1] - start[1]), false);
    } else if (this.layer.mode !== 'inspect') {
      drag.path = this.layer.mode === 'lasso' ? [...drag.path, this.inside(now)] : [start, this.inside(now)];
      this.layer.drawing.outline(this.outline(drag.path));
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
    } else if (this.layer.mode === 'pan') {
      const start = drag.path[0]!;
      this.host.show(panned(drag.frame, now[0] - start[0], now[1] - start[1]), true);
    } else if (this.layer.mode !== 'inspect') {
      this.choose(drag.path, event.shiftKey);
    }
  }

  /** Sends what was drawn. It stays until Python has taken it. */
  private choose(path: Point[], more: boolean): void {
    const frame = this.host.frame();
    const corners = thinned(path).map(corner => toPlace(frame, corner));
    const isShape = this.layer.mode === 'lasso' ? corners.length > 2 : corners.length > 1;
    if (!isShape || !this.layer.connected) {
      this.layer.drawing.outline('');
      return;
    }
    const shape = this.layer.drawing.keep(path[0]!);
    if (this.layer.mode === 'lasso') {
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
    if (this.layer.mode === 'lasso') {
      return `M${path.map(corner => corner.join()).join('L')}Z`;
    }
    const [[x0, y0], [x1, y1]] = [path[0]!, path[1]!];
    return `M${x0},${y0}H${x1}V${y1}H${x0}Z`;
  }

  private wheel(event: WheelEvent): void {
    if (this.layer.mode === 'pan') {
      event.preventDefault();
      this.host.show(zoomed(this.host.frame(), this.at(event), Math.exp(event.deltaY * 0.001)), true);
    }
  }

  private click(dot: number): void {
    // Beside all dots it lets go of the region, where regions are drawn; elsewhere it may be half of a double click.
    if (dot < 0 && this.layer.mode !== 'rectangle' && this.layer.mode !== 'lasso') {
      return;
    }
    this.host.send({ kind: 'click', dot });
  }

  // ---- the keyboard ----------------------------------------------------------------------------------------------

  private key(event: KeyboardEvent): void {
    this.layer.node.classList.add('osl-map-keyboard');
    const { width, height } = this.host.frame();
    const middle: Point = [width / 2, height / 2];
    if (event.key === 'Enter' || event.key === ' ') {
      if (this.layer.hovered >= 0) {
        this.click(this.layer.numberOf(this.layer.hovered));
      }
    } else if (event.key === 'Escape') {
      this.cancel();
      this.looking.at(-1);
    } else if (event.key === '+' || event.key === '-') {
      this.host.show(zoomed(this.host.frame(), middle, event.key === '+' ? 1 / STEP : STEP), true);
    } else if (event.key === '0') {
      this.host.send({ kind: 'fit' });
    } else if (event.key.startsWith('Arrow')) {
      const from =
        this.layer.hovered >= 0 ? this.layer.hovered : nearest(this.layer.pixels, middle, Infinity);
      const next = this.layer.hovered >= 0 ? neighbour(this.layer.pixels, from, event.key) : from;
      if (next >= 0) {
        this.looking.at(next);
      }
    } else {
      if (isForCells(event) && event.key !== 'Tab') {
        event.stopPropagation();
      }
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
