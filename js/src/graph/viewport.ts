import type { Core } from 'cytoscape';

import type { GraphNode } from './protocol';

const LEAST = 0.05;
const MOST = 3;
/** A small network is not enlarged. */
const MOST_FITTED = 1.15;
const MARGIN = 14;
const STEP = 1.25;

/** The visible part of the network. It moves only on request, or to show a selection. */
export class Viewport {
  /** Whether it is still as it was first fitted: then it may be fitted again when the view gets another size. */
  private untouched = true;
  private fitted = false;

  constructor(
    private readonly cy: Core,
    private readonly stage: HTMLElement
  ) {
    cy.minZoom(LEAST);
    cy.maxZoom(MOST);
    cy.on('dragpan pinchzoom scrollzoom', () => this.touch());
  }

  /** The first time that there is something to see, and a place to see it. */
  settle(): void {
    if (!this.fitted && this.isVisible && this.cy.nodes().nonempty()) {
      this.fit();
    }
  }

  resize(): void {
    if (!this.isVisible) {
      return;
    }
    this.cy.resize();
    if (this.untouched && this.fitted) {
      this.fit();
    }
    this.settle();
  }

  fit(): void {
    this.fitted = true;
    this.untouched = true;
    this.cy.fit(undefined, MARGIN);
    if (this.cy.zoom() > MOST_FITTED) {
      this.cy.zoom(MOST_FITTED);
      this.cy.center();
    }
  }

  zoom(by: 1 | -1): void {
    this.touch();
    const renderedPosition = { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    this.cy.zoom({ level: this.cy.zoom() * STEP ** by, renderedPosition });
  }

  /** Pans as little as needed to bring a node into view. */
  reveal({ x, y, width, height }: GraphNode): void {
    if (!this.isVisible) {
      return;
    }
    const [zoom, pan] = [this.cy.zoom(), this.cy.pan()];
    const [dx, dy] = [
      shift(x * zoom + pan.x, width * zoom, this.cy.width()),
      shift(y * zoom + pan.y, height * zoom, this.cy.height())
    ];
    if (dx || dy) {
      this.touch();
      this.cy.panBy({ x: dx, y: dy });
    }
  }

  touch(): void {
    this.untouched = false;
  }

  private get isVisible(): boolean {
    return this.stage.clientWidth > 0 && this.stage.clientHeight > 0;
  }
}

/** How far something moves along one axis until it is in view: its start, where it does not fit. */
function shift(centre: number, size: number, room: number): number {
  const [start, end] = [centre - size / 2 - MARGIN, centre + size / 2 + MARGIN];
  if (start < 0 || end - start > room) {
    return -start;
  }
  return end > room ? room - end : 0;
}
