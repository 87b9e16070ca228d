import { element, setAttribute, setText } from '../common/dom';
import { isNumeric } from './format';
import type { Column } from './protocol';

export interface Sorting {
  /** Place of the column. */
  at: number;
  falling: boolean;
}

/** The head of a table: a button in each column that sorts by it, and the other way round at the second press. */
export class Head {
  readonly node = element('thead', { role: 'rowgroup' });
  private columns: readonly Column[] = [];
  private cells: HTMLElement[] = [];

  constructor(private readonly sort: (sorting: Sorting) => void) {
    this.node.addEventListener('click', event => {
      const cell = (event.target as Element).closest<HTMLElement>('th');
      if (cell) {
        this.press(this.cells.indexOf(cell));
      }
    });
  }

  private sorting: Sorting | null = null;

  draw(columns: readonly Column[]): void {
    this.columns = columns;
    this.cells = columns.map((column, at) =>
      element(
        'th',
        {
          role: 'columnheader',
          scope: 'col',
          class: isNumeric(column) ? 'osl-numeric' : null,
          'data-column': column.key,
          'aria-colindex': at + 1,
          title: column.help || null
        },
        element(
          'button',
          { type: 'button' },
          element('span', { class: 'osl-head-title' }, column.title),
          element('span', { class: 'osl-arrow', 'aria-hidden': 'true' })
        )
      )
    );
    this.node.replaceChildren(element('tr', { role: 'row', 'aria-rowindex': 1 }, ...this.cells));
    this.mark(null);
  }

  mark(sorting: Sorting | null): void {
    this.sorting = sorting;
    this.cells.forEach((cell, at) => {
      const falling = sorting?.at === at ? sorting.falling : null;
      setAttribute(cell, 'aria-sort', falling === null ? 'none' : falling ? 'descending' : 'ascending');
      setText(cell.querySelector('.osl-arrow')!, falling === null ? '' : falling ? '▼' : '▲');
    });
  }

  private press(at: number): void {
    const again = this.sorting?.at === at;
    this.sort({ at, falling: again ? !this.sorting!.falling : this.columns[at]!.falling });
  }
}
