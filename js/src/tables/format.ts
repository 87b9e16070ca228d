/** A cell's text, how two cells compare, and how wide their column is. */

import { exactly } from '../common/format';
import type { Cell, Column, ColumnKind, Row } from './protocol';

export const MISSING = '—';

const DIGITS: Partial<Record<ColumnKind, number>> = { number: 3, percent: 1 };

/** In digits: a letter of a title, and the arrow of the sorting. */
const [LETTER, ARROW] = [0.88, 1.5];

export function isNumeric({ kind }: Column): boolean {
  return kind === 'number' || kind === 'percent' || kind === 'count';
}

export function cellText(column: Column, cell: Cell): string {
  if (cell === null || cell === undefined) {
    return MISSING;
  }
  if (Array.isArray(cell)) {
    const [mean, spread] = cell;
    const text = number(column, mean) + (column.kind === 'percent' ? ' %' : '');
    return spread === null ? text : `${text} ± ${number(column, spread)}`;
  }
  if (typeof cell === 'number' && isNumeric(column)) {
    return column.kind === 'percent' ? `${number(column, cell)} %` : number(column, cell);
  }
  return column.kind === 'time' ? String(cell).slice(11, 19) : String(cell);
}

function number({ kind, digits }: Column, value: number): string {
  if (kind === 'count') {
    return exactly(value);
  }
  return (kind === 'percent' ? 100 * value : value).toFixed(digits ?? DIGITS[kind]);
}

// So that B2 comes before B10.
const COLLATOR = new Intl.Collator('en', { numeric: true });

function value(cell: Cell | undefined): string | number | null {
  return (Array.isArray(cell) ? cell[0] : cell) ?? null;
}

/** The places of the rows, sorted by a column: equal ones as they came, those without a value last either way. */
export function sorted(rows: readonly Row[], at: number, falling: boolean): number[] {
  const values = rows.map(([, cells]) => value(cells[at]));
  const isMissing = (place: number): boolean => values[place] === null || values[place] === '';
  return rows
    .map((_, place) => place)
    .sort((one, other) => {
      if (isMissing(one) || isMissing(other)) {
        return Number(isMissing(one)) - Number(isMissing(other));
      }
      const [a, b] = [values[one]!, values[other]!];
      const rising =
        typeof a === 'number' && typeof b === 'number' ? a - b : COLLATOR.compare(String(a), String(b));
      return falling ? -rising : rising;
    });
}

/** How many digits' room each column would need. */
export function widths(columns: readonly Column[], rows: readonly Row[]): number[] {
  return columns.map((column, at) => {
    // A title's letters are narrower than digits; beside it there is the arrow of the sorting.
    let widest = LETTER * column.title.length + ARROW;
    for (const [, cells, badge] of rows) {
      const text = cellText(column, cells[at] ?? null);
      const chips = column.kind === 'blocks' ? 1.2 * text.split(' ').length : 0;
      widest = Math.max(widest, text.length + chips + (at === 0 && badge ? badge.length + 2 : 0));
    }
    return Math.ceil(widest);
  });
}
