import { element } from '../common/dom';
import { widths } from './format';
import type { Column, Row } from './protocol';

/** The least width of a text column, in digits: longer texts share the remaining width, and tooltips show them in full. */
const LONG = 26;
/** The columns at the left that stay when the others scroll sideways: as many as fit into this many digits. */
const KEPT = 22;

/** Gives the columns of a table their widths: by all rows, so that nothing moves while one scrolls. */
export function arrange(
  table: HTMLElement,
  sizes: HTMLElement,
  columns: readonly Column[],
  rows: readonly Row[]
): void {
  const digits = widths(columns, rows);
  const isText = columns.map(({ kind }) => kind === 'text' || kind === 'blocks');
  const isLong = digits.map((count, at) => isText[at]! && count > LONG);
  const shares = isLong.includes(true) ? isLong : isText.map((_, at) => at === isText.lastIndexOf(true));
  const width = (at: number): string => `calc(${isLong[at] ? LONG : digits[at]}ch + var(--osl-cell) * 2)`;
  sizes.replaceChildren(
    ...columns.map((_, at) => {
      const column = element('col');
      column.style.width = shares[at] ? 'auto' : width(at);
      return column;
    })
  );
  table.style.minWidth = `calc(${columns.map((_, at) => width(at)).join(' + ') || '0px'})`;
  const [first = 0, second = KEPT] = digits;
  table.classList.toggle('osl-keeps-two', first + second <= KEPT);
  table.style.setProperty('--osl-first', width(0));
}
