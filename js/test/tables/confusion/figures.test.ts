import { describe, expect, it } from 'vitest';

import { cellWords, mostConfused, percent, shareOf } from '../../../src/tables/confusion/figures';

const CONFUSION = {
  names: ['cat', 'dog', 'eel', 'fox'],
  counts: [
    [8, 2, 0, 0],
    [0, 1, 1, 0],
    [30, 10, 1960, 0],
    [0, 0, 0, 0]
  ]
};

describe('a cell', () => {
  it('says how many images of a class were classified as another', () => {
    expect(cellWords(CONFUSION, { row: 0, column: 1 })).toBe('cat classified as dog: 2 of 10 (20 %)');
    expect(cellWords(CONFUSION, { row: 2, column: 2 })).toBe('eel: 1,960 of 2,000 (98 %) right');
    expect(cellWords(CONFUSION, { row: 3, column: 3 })).toBe('fox: no images');
  });

  it('has a share of its row, none where there are no images', () => {
    expect(shareOf(CONFUSION, { row: 0, column: 0 })).toBe(0.8);
    expect(shareOf(CONFUSION, { row: 3, column: 0 })).toBe(0);
  });

  it('is never rounded to nothing or to all', () => {
    expect([0, 0.001, 0.0051, 0.5, 0.994, 0.999, 1].map(percent)).toEqual([
      ...['0 %', '<1 %', '1 %', '50 %', '99 %', '>99 %', '100 %']
    ]);
  });
});

describe('the pairs that are confused most', () => {
  it('come by their share of the true class', () => {
    expect(mostConfused(CONFUSION, 3)).toEqual([
      { row: 1, column: 2 },
      { row: 0, column: 1 },
      { row: 2, column: 0 }
    ]);
    expect(mostConfused({ names: ['a'], counts: [[3]] }, 3)).toEqual([]);
  });
});
