import type { Core } from 'cytoscape';

import { element, setAttribute } from '../common/dom';
import type { GraphNode } from './protocol';
import type { Theme } from './theme';

const WIDEST = 168;
const HIGHEST = 72;
const MARGIN = 4;

interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A small overview of the network with the visible part; hidden while everything is visible. */
export class Overview {
  readonly node: HTMLElement;
  private readonly map = element('canvas', {});
  private readonly pane = element('div', { class: 'osl-pane' });
  private bounds: Bounds = { left: 0, top: 0, right: 1, bottom: 1 };
  private scale = 1;

  constructor(
    private readonly cy: Core,
    private readonly moved: () => void
  ) {
    this.node = element(
      'div',
      { class: 'osl-overview', title: 'The whole network: click or drag to go there', hidden: true },
      this.map,
      this.pane
    );
    this.node.addEventListener('pointerdown', event => {
      if (event.button === 0) {
        event.preventDefault();
        this.node.setPointerCapture?.(event.pointerId);
        this.go(event);
      }
    });
    this.node.addEventListener('pointermove', event => {
      if (event.buttons & 1) {
        this.go(event);
      }
    });
  }

  /** Redraws the nodes. */
  draw(nodes: readonly GraphNode[], theme: Theme): void {
    this.bounds = boundsOf(nodes);
    const { left, top, right, bottom } = this.bounds;
    const room = 2 * MARGIN;
    this.scale = Math.min((WIDEST - room) / (right - left || 1), (HIGHEST - room) / (bottom - top || 1));
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [(right - left) * this.scale + room, (bottom - top) * this.scale + room];
    this.map.width = Math.round(width * ratio);
    this.map.height = Math.round(height * ratio);
    this.map.style.width = `${width}px`;
    this.map.style.height = `${height}px`;
    const context = this.map.getContext('2d');
    context?.scale(ratio, ratio);
    for (const node of context ? nodes : []) {
      const rows = node.rows.length ? node.rows : [{ colour: theme.line }];
      const high = (node.height / rows.length) * this.scale;
      rows.forEach((row, index) => {
        context!.fillStyle = row.colour;
        context!.fillRect(
          this.x(node.x - node.width / 2),
          this.y(node.y - node.height / 2) + index * high,
          Math.max(1, node.width * this.scale),
          Math.max(1, high)
        );
      });
    }
    this.follow();
  }

  /** Shows what part of the network is seen now. */
  follow(): void {
    const seen = this.cy.extent();
    const { left, top, right, bottom } = this.bounds;
    const all = seen.x1 <= left && seen.y1 <= top && seen.x2 >= right && seen.y2 >= bottom;
    setAttribute(this.node, 'hidden', all || this.cy.width() < 2 * WIDEST);
    const [x1, y1] = [Math.max(0, this.x(seen.x1)), Math.max(0, this.y(seen.y1))];
    const x2 = Math.min(this.x(right) + MARGIN, this.x(seen.x2));
    const y2 = Math.min(this.y(bottom) + MARGIN, this.y(seen.y2));
    Object.assign(this.pane.style, {
      left: `${x1}px`,
      top: `${y1}px`,
      width: `${Math.max(4, x2 - x1)}px`,
      height: `${Math.max(4, y2 - y1)}px`
    });
  }

  private go(event: PointerEvent): void {
    const box = this.map.getBoundingClientRect();
    const x = this.bounds.left + (event.clientX - box.left - MARGIN) / this.scale;
    const y = this.bounds.top + (event.clientY - box.top - MARGIN) / this.scale;
    const zoom = this.cy.zoom();
    this.cy.pan({ x: this.cy.width() / 2 - x * zoom, y: this.cy.height() / 2 - y * zoom });
    this.moved();
  }

  private x(x: number): number {
    return (x - this.bounds.left) * this.scale + MARGIN;
  }

  private y(y: number): number {
    return (y - this.bounds.top) * this.scale + MARGIN;
  }
}

export function boundsOf(nodes: readonly Pick<GraphNode, 'x' | 'y' | 'width' | 'height'>[]): Bounds {
  const most = (pick: (...values: number[]) => number, values: number[]): number =>
    values.reduce((one, other) => pick(one, other), values[0] ?? 0);
  return {
    left: most(
      Math.min,
      nodes.map(node => node.x - node.width / 2)
    ),
    top: most(
      Math.min,
      nodes.map(node => node.y - node.height / 2)
    ),
    right: most(
      Math.max,
      nodes.map(node => node.x + node.width / 2)
    ),
    bottom: most(
      Math.max,
      nodes.map(node => node.y + node.height / 2)
    )
  };
}
