import type { Core } from 'cytoscape';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { letRest } from '../../src/graph/rest';

/** Cytoscape's renderer, as far as its loop is concerned: it asks for a frame in each frame. */
function rendererOf() {
  const calls: ((willDraw: boolean) => void)[] = [];
  const renderer = {
    ...{ destroyed: false, requestedFrame: false, renderLoopStarted: false, frames: 0, drawn: 0 },
    beforeRender: (call: (willDraw: boolean) => void) => void calls.push(call),
    redraw: () => void (renderer.requestedFrame = true),
    startRenderLoop: () => {
      if (!renderer.renderLoopStarted) {
        renderer.renderLoopStarted = true;
        requestAnimationFrame(frame);
      }
    }
  };
  const frame = (): void => {
    if (renderer.destroyed) {
      return;
    }
    const willDraw = renderer.requestedFrame;
    renderer.frames++;
    renderer.drawn += Number(willDraw);
    calls.forEach(call => call(willDraw));
    renderer.requestedFrame = false;
    requestAnimationFrame(frame);
  };
  renderer.startRenderLoop();
  letRest({ renderer: () => renderer } as unknown as Core);
  return renderer;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('the loop ends where nothing is to be drawn, and begins again when something is', async () => {
  const renderer = rendererOf();
  await wait(2000);
  const { frames } = renderer;
  await wait(2000);
  expect(renderer.frames).toBe(frames);
  expect(renderer.destroyed).toBe(false);
  renderer.redraw();
  await wait(50);
  expect(renderer.drawn).toBe(1);
  await wait(2000);
  const later = renderer.frames;
  await wait(2000);
  expect(renderer.frames).toBe(later);
});

test('nothing that is asked for is lost, whenever that is', async () => {
  const renderer = rendererOf();
  for (let asked = 1; asked < 60; asked++) {
    renderer.redraw();
    await wait(17 + 11 * asked);
    expect(renderer.drawn).toBe(asked);
  }
});

test('while something is drawn all the time it goes on', async () => {
  const renderer = rendererOf();
  for (let count = 0; count < 50; count++) {
    renderer.redraw();
    await wait(64);
  }
  expect(renderer.frames).toBeGreaterThan(150);
});

test('another renderer is left as it is', () => {
  const renderer = {};
  letRest({ renderer: () => renderer } as unknown as Core);
  expect(renderer).toEqual({});
});
