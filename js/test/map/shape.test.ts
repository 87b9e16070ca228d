import { describe, expect, it } from 'vitest';

import {
  type Frame,
  membersOf,
  nearest,
  neighbour,
  panned,
  type Point,
  thinned,
  toPixel,
  toPlace,
  zoomed
} from '../../src/map/shape';

const FRAME: Frame = { x: [-10, 10], y: [0, 5], width: 200, height: 100 };
const CROSS: Point[] = [
  [50, 50],
  [60, 52],
  [90, 50],
  [50, 10],
  [40, 90]
];

describe('places and pixels', () => {
  it('turns places into pixels, with y upwards, and back', () => {
    expect(toPixel(FRAME, [-10, 0])).toEqual([0, 100]);
    expect(toPixel(FRAME, [10, 5])).toEqual([200, 0]);
    expect(toPlace(FRAME, toPixel(FRAME, [3, 2]))).toEqual([3, 2]);
  });

  it('pulls the map along', () => {
    const moved = panned(FRAME, 20, -10);
    expect(toPixel(moved, toPlace(FRAME, [50, 50]))).toEqual([70, 40]);
  });

  it('zooms around a pixel', () => {
    const near = zoomed(FRAME, [50, 25], 0.5);
    expect(near.x[1] - near.x[0]).toBe(10);
    expect(toPlace(near, [50, 25])).toEqual(toPlace(FRAME, [50, 25]));
  });
});

describe('dots', () => {
  it('finds the nearest within reach', () => {
    expect(nearest(CROSS, [58, 51], 12)).toBe(1);
    expect(nearest(CROSS, [150, 51], 12)).toBe(-1);
    expect(nearest([], [0, 0], Infinity)).toBe(-1);
  });

  it.each([
    ['ArrowRight', 1],
    ['ArrowUp', 3],
    ['ArrowDown', 4],
    ['ArrowLeft', -1],
    ['Enter', -1]
  ])('%s leads to %i', (key, dot) => {
    expect(neighbour(CROSS, 0, key)).toBe(dot);
  });

  it('leads nowhere from no dot', () => {
    expect(neighbour(CROSS, 99, 'ArrowRight')).toBe(-1);
  });
});

it('leaves out corners that lie close together', () => {
  const corners: Point[] = [
    [0, 0],
    [1, 1],
    [5, 0],
    [5, 1],
    [9, 9]
  ];
  expect(thinned(corners)).toEqual([
    [0, 0],
    [5, 0],
    [9, 9]
  ]);
});

describe('membersOf', () => {
  it('reads a set out of its row of bits', () => {
    const ids = Array.from({ length: 10 }, (_, index) => `B${index + 1}`);
    const sets = new DataView(Uint8Array.from([0b10000001, 0b01000000, 0b00000000, 0b10000000]).buffer);
    expect(membersOf(sets, ids, 0)).toEqual(['B1', 'B8', 'B10']);
    expect(membersOf(sets, ids, 1)).toEqual(['B9']);
  });
});
