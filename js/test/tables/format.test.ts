import { describe, expect, it } from 'vitest';

import { cellText, sorted, widths } from '../../src/tables/format';
import type { Cell, Column, ColumnKind, Row } from '../../src/tables/protocol';

export function column(kind: ColumnKind, more: Partial<Column> = {}): Column {
  return { key: kind, title: kind, kind, digits: null, falling: false, help: '', ...more };
}

const rows = (...cells: Cell[]): Row[] => cells.map((cell, at) => [String(at), [cell], '', '']);

describe('a cell', () => {
  it.each([
    ['number', 1.23456, null, '1.235'],
    ['number', 12, 1, '12.0'],
    ['percent', 0.9134, null, '91.3 %'],
    ['percent', [0.9134, 0.0021], 2, '91.34 % ± 0.21'],
    ['percent', [0.9134, null], 2, '91.34 %'],
    ['count', 61706, null, '61,706'],
    ['blocks', 'B2 B5', null, 'B2 B5'],
    ['time', '2026-03-04T15:16:17.5+01:00', null, '15:16:17'],
    ['text', 'x', null, 'x'],
    ['text', '', null, ''],
    ['number', null, null, '—']
  ] as [ColumnKind, Cell, number | null, string][])(
    'of kind %s, %j: %s digits',
    (kind, cell, digits, text) => {
      expect(cellText(column(kind, { digits }), cell)).toBe(text);
    }
  );
});

describe('sorting', () => {
  it('keeps equal rows as they came, both ways', () => {
    const given = rows(2, 1, 2, 1);
    expect(sorted(given, 0, false)).toEqual([1, 3, 0, 2]);
    expect(sorted(given, 0, true)).toEqual([0, 2, 1, 3]);
  });

  it('puts what is missing last, both ways', () => {
    const given = rows(null, 2, '', 1);
    expect(sorted(given, 0, false)).toEqual([3, 1, 0, 2]);
    expect(sorted(given, 0, true)).toEqual([1, 3, 0, 2]);
  });

  it('counts the numbers in a text, and takes a mean without its spread', () => {
    expect(sorted(rows('B10', 'B2', 'B1 B3'), 0, false)).toEqual([2, 1, 0]);
    expect(sorted(rows([0.5, 0.1], [0.4, 0.9]), 0, false)).toEqual([1, 0]);
  });
});

describe('widths', () => {
  it('have room for the longest text, a title with its arrow, and a badge in the first column', () => {
    const columns = [column('text'), column('text', { title: 'a long title' })];
    const given: Row[] = [
      ['a', ['lenet', 'x'], 'best', ''],
      ['b', ['vgg', 'y'], '', '']
    ];
    expect(widths(columns, given)).toEqual([11, 13]);
  });
});
