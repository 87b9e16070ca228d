import type { Host, MapLayer } from './layer';
import { nearest, type Point } from './shape';

/** Of a dot from the pointer, in pixels. */
export const REACH = 12;

/** The dot that is looked at, with the pointer or the keyboard, and what Python knows of it. */
export class Looking {
  /** Where the pointer rests on the map; null: elsewhere, or the keyboard has moved since. */
  private rest: Point | null = null;
  /** What Python was told last. */
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
    if (dot !== this.told || (dot >= 0 && dot !== this.layer.hovered)) {
      this.tell(dot);
    }
  }

  /**
   * Looks at what is there now that the dots are others: positions have changed, and what was told of the former dots
   * may have come too late.
   * @param ring - Where the dot was that was looked at.
   */
  again(ring: Point | undefined): void {
    const { layer, rest, told } = this;
    // Without a pointer, it is the keyboard's dot, unless another view looks elsewhere, which is Python's to say.
    const at = rest ?? (layer.hovered === told ? ring : undefined);
    const dot = at ? nearest(layer.pixels, at, REACH) : -1;
    if (at && (dot >= 0 || told >= 0)) {
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
    this.told = dot;
    this.layer.setHovered(dot);
    this.host.look(dot);
    this.host.send({ kind: 'hover', dot, revision: this.layer.revision });
  }
}
