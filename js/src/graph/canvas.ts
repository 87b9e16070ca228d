import type { Core } from 'cytoscape';

import { type Picture, paint } from './paint';

/** A canvas above cytoscape's: it follows the viewport in every frame, and passes mouse events through. */
export class Canvas {
  readonly node = document.createElement('canvas');
  private readonly context: CanvasRenderingContext2D | null;
  private frame = 0;
  private readonly follow = (): void => this.draw();

  constructor(
    private readonly cy: Core,
    private readonly picture: () => Picture,
    private readonly drawn: () => void
  ) {
    this.node.className = 'osl-layer-canvas';
    this.node.setAttribute('aria-hidden', 'true');
    this.context = this.node.getContext('2d');
    cy.on('render', this.follow);
  }

  /** Draws with the next frame. */
  schedule(): void {
    this.frame ||= requestAnimationFrame(this.follow);
  }

  private draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { clientWidth: width, clientHeight: height } = this.node;
    if (this.context && width && height) {
      const ratio = window.devicePixelRatio || 1;
      const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (this.node.width !== wide || this.node.height !== high) {
        this.node.width = wide;
        this.node.height = high;
      }
      const view = { zoom: this.cy.zoom(), pan: this.cy.pan(), width, height, ratio };
      paint(this.context, view, this.picture());
    }
    this.drawn();
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.cy.off('render', this.follow);
    this.node.remove();
  }
}
