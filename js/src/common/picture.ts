/**
 * A still picture of a view, as a notebook holds it. The picture may come from an untrusted author: only drawing
 * elements are kept, and they are shown as an image, in which nothing runs, loads or reacts.
 */

import { element } from './dom';

const SVG = 'http://www.w3.org/2000/svg';
const TYPE = 'image/svg+xml';

/** Characters of a picture, at most; that of VGG-19 with three kernels for each convolution has 60,000. */
export const MOST = 2_000_000;

/** The elements and attributes of our own pictures: see views/graph/picture.py. */
const ELEMENTS: ReadonlySet<string> = new Set([
  ...['svg', 'g', 'title', 'style', 'text', 'tspan'],
  ...['rect', 'circle', 'ellipse', 'line', 'path', 'polygon', 'polyline']
]);
const ATTRIBUTES: ReadonlySet<string> = new Set([
  ...[
    'aria-label',
    'class',
    'role',
    'viewBox',
    'transform',
    'd',
    'points',
    'text-anchor',
    'font-size',
    'font-weight'
  ],
  ...['x', 'y', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'rx', 'ry', 'width', 'height', 'opacity'],
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-opacity']
]);

/** Parts of a style sheet or colour that could refer to something outside of the picture, or move. */
const REACHES_OUT = /url|src|image|import|@font|element|animation|transition|\\/i;

/** A picture from its SVG text, or a line that says why there is none. */
export function picture(svg: string, className: string): HTMLElement {
  const drawing = parse(svg);
  if (!drawing) {
    return element(
      'div',
      { class: className, role: 'note' },
      'There is no picture of this view; run the cell to show it.'
    );
  }
  clean(drawing);
  return element('img', {
    class: className,
    src: `data:${TYPE},${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`,
    alt: drawing.getAttribute('aria-label') ?? ''
  });
}

function parse(svg: string): Element | null {
  // A parser would expand entities to any size.
  if (svg.length > MOST || /<!(doctype|entity)/i.test(svg)) {
    return null;
  }
  const root = new DOMParser().parseFromString(svg, TYPE).documentElement;
  return isKnown(root) && root.localName === 'svg' && !root.querySelector('parsererror') ? root : null;
}

function isKnown(node: Element): boolean {
  return node.namespaceURI === SVG && ELEMENTS.has(node.localName);
}

function clean(node: Element): void {
  for (const { name, value } of [...node.attributes]) {
    if (name !== 'xmlns' && (!ATTRIBUTES.has(name) || REACHES_OUT.test(value)) && name !== 'aria-label') {
      node.removeAttribute(name);
    }
  }
  for (const child of [...node.childNodes]) {
    if (child instanceof Element && isKnown(child)) {
      clean(child);
    } else if (!(child instanceof Text)) {
      child.remove();
    }
  }
  if (node.localName === 'style' && REACHES_OUT.test(node.textContent ?? '')) {
    node.remove();
  }
}
