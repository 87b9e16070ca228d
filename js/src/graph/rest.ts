import type { Core } from 'cytoscape';

/** The parts of cytoscape's renderer that are used. They are undocumented: if one is missing, nothing is done. */
interface Renderer {
  destroyed?: boolean;
  requestedFrame?: boolean;
  renderLoopStarted?: boolean;
  beforeRender(call: (willDraw: boolean) => void, priority: number): void;
  startRenderLoop(): void;
  redraw(...args: unknown[]): unknown;
}

/** After this many frames without drawing, the loop pauses. */
const STILL_FRAMES = 20;

/**
 * Lets cytoscape rest while nothing changes. It asks for the next frame as long as it lives, so that the page is gone
 * through sixty times a second, which a training on the same machine has to wait for.
 *
 * Its loop ends by itself where the renderer counts as destroyed. It does for that one call; whatever asks for something
 * to be drawn starts the loop again.
 */
export function letRest(cy: Core): void {
  const renderer = (cy as unknown as { renderer(): Renderer }).renderer();
  if (!renderer || !['beforeRender', 'startRenderLoop', 'redraw'].every(name => name in renderer)) {
    return;
  }
  let still = 0;
  let ends = false;

  const before = (): void => {
    ends = still >= STILL_FRAMES && !renderer.requestedFrame && !renderer.destroyed;
    renderer.destroyed ||= ends;
  };
  const after = (): void => {
    if (ends) {
      ends = renderer.destroyed = renderer.renderLoopStarted = false;
      still = 0;
    }
  };
  renderer.beforeRender(willDraw => {
    still = willDraw ? 0 : still + 1;
    if (still >= STILL_FRAMES) {
      // Around the loop's own call in the next frame, which it asks for when all of these have been called.
      requestAnimationFrame(before);
      queueMicrotask(() => requestAnimationFrame(after));
    }
  }, 0);
  const { redraw } = renderer;
  renderer.redraw = (...args) => {
    renderer.startRenderLoop();
    return redraw.apply(renderer, args);
  };
}
