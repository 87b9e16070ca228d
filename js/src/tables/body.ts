import { element, setAttribute } from '../common/dom';
import { cellText, isNumeric } from './format';
import type { Cell, Column, Row } from './protocol';

/** How many rows are drawn beyond either edge, so that fast scrolling does not show gaps. */
const BEYOND = 12;
/** The height of a row until one has been measured, in pixels. */
const ROW_HEIGHT = 26;
/** The height of the table while it has no layout, as in a hidden tab, in pixels. */
const BOX_HEIGHT = 520;

/** The marks of rows, by their keys. */
export interface Marks {
  hovered: string;
  selected: readonly string[];
}

/** The rows of a table: of thousands, only those in sight are in the page. */
export class Body {
  readonly node = element('tbody', { role: 'rowgroup' });
  /** The rows in the order that they are drawn in. */
  rows: readonly Row[] = [];
  rowHeight = ROW_HEIGHT;
  private columns: readonly Column[] = [];
  private readonly above = space();
  private readonly below = space();
  private nodes = new Map<number, HTMLTableRowElement>();
  private first = 0;
  private last = 0;

  constructor(
    private readonly box: HTMLElement,
    private readonly id: string
  ) {}

  /** Sets other rows, or the same in another order. */
  take(columns: readonly Column[], rows: readonly Row[]): void {
    this.columns = columns;
    this.rows = rows;
    this.nodes.clear();
    this.last = 0;
  }

  /** Draws the visible rows, if they are not drawn already. */
  draw(marks: Marks): void {
    const height = this.box.clientHeight || BOX_HEIGHT;
    const top = this.box.scrollTop / this.rowHeight;
    const [from, to] = [Math.floor(top), Math.ceil(top + height / this.rowHeight)];
    const end = Math.min(to, this.rows.length);
    if (this.last > 0 && this.first <= from && end <= this.last) {
      return;
    }
    this.first = Math.max(0, Math.min(from, this.rows.length) - BEYOND);
    this.last = Math.min(this.rows.length, to + BEYOND);
    const nodes = new Map<number, HTMLTableRowElement>();
    for (let place = this.first; place < this.last; place++) {
      nodes.set(place, this.nodes.get(place) ?? this.make(place));
    }
    this.nodes = nodes;
    this.above.style.height = `${this.first * this.rowHeight}px`;
    this.below.style.height = `${(this.rows.length - this.last) * this.rowHeight}px`;
    this.node.replaceChildren(this.above, ...nodes.values(), this.below);
    this.mark(marks);
    this.measure(marks);
  }

  /** Draws all rows again after a change of size. */
  redraw(marks: Marks): void {
    this.last = 0;
    this.draw(marks);
  }

  mark({ hovered, selected }: Marks): void {
    for (const [place, node] of this.nodes) {
      const key = this.rows[place]![0];
      node.classList.toggle('osl-hovered', key === hovered);
      setAttribute(node, 'aria-selected', String(selected.includes(key)));
    }
  }

  /** The element of a row, if it is in the page. */
  find(place: number): HTMLTableRowElement | undefined {
    return this.nodes.get(place);
  }

  /** The place of the row that an event happened in, or -1. */
  placeOf(target: EventTarget | null): number {
    const row = target instanceof Element ? target.closest<HTMLElement>('tr[data-place]') : null;
    return row ? Number(row.dataset.place) : -1;
  }

  /** Scrolls so far that a row can be seen below the head. */
  show(place: number): void {
    const { box } = this;
    const head = box.querySelector('thead')?.getBoundingClientRect().height ?? 0;
    const top = place * this.rowHeight;
    const lowest = top + this.rowHeight + head - (box.clientHeight || BOX_HEIGHT);
    box.scrollTop = Math.min(top, Math.max(box.scrollTop, lowest));
  }

  /** The height of a row, which depends on the theme and the font size. */
  private measure(marks: Marks): void {
    const height = this.nodes.get(this.first)?.getBoundingClientRect().height ?? 0;
    if (height > 0 && Math.abs(height - this.rowHeight) > 0.01) {
      this.rowHeight = height;
      this.redraw(marks);
    }
  }

  private make(place: number): HTMLTableRowElement {
    const [key, cells, badge, tone, hint] = this.rows[place]!;
    const node = element('tr', {
      class: place % 2 ? 'osl-odd' : null,
      role: 'row',
      id: `${this.id}-${place}`,
      'data-place': place,
      'data-key': key,
      'data-tone': tone || null,
      'aria-rowindex': place + 2
    });
    this.columns.forEach((column, at) => node.append(makeCell(column, cells[at] ?? null, at)));
    if (badge) {
      node.firstElementChild?.append(' ', element('span', { class: 'osl-badge' }, badge));
    }
    if (hint) {
      node.firstElementChild?.setAttribute('title', hint);
    }
    return node;
  }
}

function makeCell(column: Column, cell: Cell, at: number): HTMLTableCellElement {
  const text = cellText(column, cell);
  const node = element('td', {
    role: 'gridcell',
    class: isNumeric(column) ? 'osl-numeric' : null,
    'data-column': column.key,
    'aria-colindex': at + 1,
    title: column.kind === 'time' ? String(cell ?? '') : isNumeric(column) ? null : text
  });
  if (column.kind === 'blocks') {
    text
      .split(' ')
      .forEach(block => block && node.append(element('span', { class: 'osl-chip' }, block), ' '));
  } else {
    node.append(text);
  }
  return node;
}

function space(): HTMLTableRowElement {
  return element('tr', { class: 'osl-table-space', 'aria-hidden': 'true' });
}
