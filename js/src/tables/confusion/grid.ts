/** A confusion matrix of few classes: a table with a number in each cell, shaded by its share of the row. */

import { element, setAttribute } from '../../common/dom';
import { exactly } from '../../common/format';
import { type Confusion, type Place, cellWords, percent, shareOf } from './figures';
import type { Surface } from './surface';

/** Per cent of colour in a cell with a share of next to nothing, and in one with all: text stays readable on it. */
const [FAINTEST, STRONGEST] = [10, 58];
/** Names longer than this are written vertically above their columns. */
const SHORT = 3;
/** With more columns than this, they are narrower. */
const ROOMY = 8;

let grids = 0;

export class Grid implements Surface {
  readonly node = element('table', { role: 'presentation' });
  private readonly id = `osl-confusion-${++grids}`;
  private current: Element | null = null;

  constructor(confusion: Confusion) {
    const { names } = confusion;
    this.node.classList.toggle(
      'osl-upright',
      names.some(name => name.length > SHORT)
    );
    this.node.classList.toggle('osl-close', names.length > ROOMY);
    this.node.append(
      element('thead', { role: 'rowgroup' }, heads(names)),
      element('tbody', { role: 'rowgroup' }, ...names.map((_, row) => this.row(confusion, row)))
    );
  }

  mark(place: Place | null): string | null {
    this.current?.classList.remove('osl-current');
    const id = place && this.cellId(place);
    this.current = id === null ? null : this.node.querySelector(`[id="${id}"]`);
    this.current?.classList.add('osl-current');
    this.current?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    return id;
  }

  placeAt(event: MouseEvent): Place | null {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('td[data-row]') : null;
    return cell && { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
  }

  private row(confusion: Confusion, row: number): HTMLElement {
    const { names, counts } = confusion;
    const right = { row, column: row };
    const known = counts[row]!.some(count => count > 0);
    return element(
      'tr',
      { role: 'row' },
      element('th', { role: 'rowheader', scope: 'row', title: names[row]! }, names[row]!),
      ...counts[row]!.map((count, column) => this.cell(confusion, { row, column }, count)),
      element(
        'td',
        { role: 'gridcell', class: 'osl-right' },
        known ? percent(shareOf(confusion, right)) : '—'
      )
    );
  }

  private cell(confusion: Confusion, place: Place, count: number): HTMLElement {
    const share = shareOf(confusion, place);
    const cell = element(
      'td',
      {
        role: 'gridcell',
        id: this.cellId(place),
        class: place.row === place.column ? 'osl-diagonal' : null,
        'data-row': place.row,
        'data-column': place.column,
        'aria-label': cellWords(confusion, place)
      },
      // Zeros are left out, since a screen full of them would hide the other numbers.
      count ? exactly(count) : ''
    );
    if (count) {
      cell.style.setProperty('--osl-tint', `${Math.round(FAINTEST + (STRONGEST - FAINTEST) * share)}%`);
    }
    return cell;
  }

  private cellId({ row, column }: Place): string {
    return `${this.id}-${row}-${column}`;
  }
}

function heads(names: readonly string[]): HTMLElement {
  const corner = element('th', { class: 'osl-corner', scope: 'col' }, 'true ↓ predicted →');
  const columns = names.map(name => {
    const head = element(
      'th',
      { role: 'columnheader', scope: 'col', title: name },
      element('span', {}, name)
    );
    setAttribute(head, 'class', 'osl-predicted');
    return head;
  });
  return element(
    'tr',
    { role: 'row' },
    corner,
    ...columns,
    element('th', { class: 'osl-right', scope: 'col' }, 'right')
  );
}
