/** Converts between the map's coordinates and the pixels of the figure. */

export type Point = [number, number];

/** What the figure shows of the map, and how large it is drawn. */
export interface Frame {
  x: Point;
  y: Point;
  width: number;
  height: number;
}

/** Makes an element of a drawing. */
export function svg<K extends keyof SVGElementTagNameMap>(tag: K, name: string): SVGElementTagNameMap[K] {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  node.classList.add(name);
  return node;
}

/** The pixel at which a place is drawn; the map's y grows upwards. */
export function toPixel({ x, y, width, height }: Frame, [placeX, placeY]: Point): Point {
  return [((placeX - x[0]) / (x[1] - x[0])) * width, (1 - (placeY - y[0]) / (y[1] - y[0])) * height];
}

/** The place at a pixel. */
export function toPlace({ x, y, width, height }: Frame, [pixelX, pixelY]: Point): Point {
  return [x[0] + (pixelX / width) * (x[1] - x[0]), y[0] + (1 - pixelY / height) * (y[1] - y[0])];
}

/** The frame after the map is pulled by so many pixels. */
export function panned(frame: Frame, dx: number, dy: number): Frame {
  const stepX = (dx / frame.width) * (frame.x[1] - frame.x[0]);
  const stepY = (dy / frame.height) * (frame.y[1] - frame.y[0]);
  const [left, right] = frame.x;
  const [bottom, top] = frame.y;
  return { ...frame, x: [left - stepX, right - stepX], y: [bottom + stepY, top + stepY] };
}

/** The frame after it grows by a factor around a pixel, whose place stays where it is. */
export function zoomed(frame: Frame, at: Point, factor: number): Frame {
  const [x, y] = toPlace(frame, at);
  const around = ([low, high]: Point, centre: number): Point => [
    centre + (low - centre) * factor,
    centre + (high - centre) * factor
  ];
  return { ...frame, x: around(frame.x, x), y: around(frame.y, y) };
}

/** The position of the dot nearest to a pixel and not farther than `reach`, or -1. */
export function nearest(pixels: readonly Point[], [x, y]: Point, reach: number): number {
  let found = -1;
  let least = reach * reach;
  pixels.forEach(([dotX, dotY], index) => {
    const square = (dotX - x) ** 2 + (dotY - y) ** 2;
    if (square <= least) {
      [found, least] = [index, square];
    }
  });
  return found;
}

const ARROWS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1]
};

/** The dot that an arrow key leads to: the nearest in that direction, with sideways distance counted twice; -1 if there is none. */
export function neighbour(pixels: readonly Point[], from: number, key: string): number {
  const arrow = ARROWS[key];
  const start = pixels[from];
  if (!arrow || !start) {
    return -1;
  }
  let found = -1;
  let least = Infinity;
  pixels.forEach(([x, y], index) => {
    const [dx, dy] = [x - start[0], y - start[1]];
    const ahead = dx * arrow[0] + dy * arrow[1];
    const aside = Math.abs(dx * arrow[1]) + Math.abs(dy * arrow[0]);
    if (ahead > 0 && aside <= 2 * ahead && ahead + 2 * aside < least) {
      [found, least] = [index, ahead + 2 * aside];
    }
  });
  return found;
}

/** Removes corners of an outline that are too close together to be intended. */
export function thinned(corners: readonly Point[], apart = 3): Point[] {
  const kept: Point[] = [];
  for (const corner of corners) {
    const last = kept[kept.length - 1];
    if (!last || Math.hypot(corner[0] - last[0], corner[1] - last[1]) >= apart) {
      kept.push(corner);
    }
  }
  return kept;
}

/** The members of one of several sets, which travel as rows of bits: the first id's first, filled up to whole bytes. */
export function membersOf(sets: DataView, ids: readonly string[], row: number): string[] {
  const start = row * Math.ceil(ids.length / 8);
  return ids.filter((_, index) => sets.getUint8(start + (index >> 3)) & (0x80 >> (index & 7)));
}
