import type { Host, MapLayer } from './layer';
import { nearest, type Point } from './shape';

/** Of a dot from the pointer, in pixels. */
export const REACH = 12;

/** The dot that is looked at, with the pointer or the keyboard, and what Python knows of it. */
export class Looking {
  /** Where the pointer rests on the map; null: elsewhere, or the keyboard has moved since. */
  private rest: Point | null = null;
  /** Number of the dot that is looked at here, of which Python was told; -1: none. */
  private told = -1;

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
    if (this.layer.numberOf(dot) !== this.told || (dot >= 0 && dot !== this.layer.hovered)) {
      this.tell(dot);
    }
  }

  /** Looks at what is there now that the dots are others; without a pointer, at the keyboard's dot where it went. */
  again(): void {
    const { layer, rest, told } = this;
    const dot = rest ? nearest(layer.pixels, rest, REACH) : layer.numbers.indexOf(told);
    if (layer.numberOf(dot) !== told) {
      this.tell(dot);
    }
  }

  /** Leaves without a word to Python, which takes a view away by itself. */
  leave(): void {
    if (this.told >= 0) {
      this.host.look(-1);
    }
  }

  private tell(dot: number): void {
    this.told = this.layer.numberOf(dot);
    this.layer.setHovered(dot);
    this.host.look(dot);
    this.host.send({ kind: 'hover', dot: this.told });
  }
}
