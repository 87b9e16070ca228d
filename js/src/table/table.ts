import { element, setAttribute, setText } from '../common/dom';
import { isForCells, keyName } from '../common/keys';
import { watchSize } from '../common/size';
import { Body, type Marks } from './body';
import { WIDEST, sorted, widths } from './format';
import { Head, type Sorting } from './head';
import type { Column, Row } from './protocol';

export interface Options {
  /** What the table is called. */
  label: string;
  /** How many rows can be selected at once. */
  most: number;
  /** Told the key of the row under the pointer or the keyboard, or an empty text. */
  hover?(key: string): void;
  /** Told the keys of the selected rows, the one that was selected last at the end. */
  select?(keys: string[]): void;
}

/** The columns at the left that stay when the others scroll sideways: as many as fit into this many digits. */
const KEPT = 22;

let tables = 0;

/** A table that sorts its rows, and tells which of them is pointed at and which are selected. */
export class Table {
  readonly root: HTMLElement;
  readonly box: HTMLElement;
  private readonly table: HTMLElement;
  private readonly sizes = element('colgroup');
  private readonly empty = element('p', { class: 'osl-empty', hidden: true });
  private readonly head = new Head(sorting => this.sort(sorting));
  private readonly body: Body;
  private columns: readonly Column[] = [];
  private rows: readonly Row[] = [];
  private sorting: Sorting | null = null;
  private marks: Marks = { hovered: '', selected: [] };
  private readonly forget: () => void;
  /** Where the pointer was when rows began to move under it: until it moves, it points at nothing. */
  private resting = false;

  constructor(
    host: HTMLElement,
    private readonly options: Options
  ) {
    this.box = element('div', {
      class: 'osl-table-box',
      role: 'grid',
      tabindex: 0,
      'aria-label': options.label,
      'aria-multiselectable': options.most > 1 ? 'true' : null
    });
    this.body = new Body(this.box, `osl-table-${++tables}`);
    this.table = element('table', { role: 'presentation' }, this.sizes, this.head.node, this.body.node);
    this.box.append(this.table);
    this.root = element('div', { class: 'osl-table' }, this.box, this.empty);
    this.root.classList.toggle('osl-selectable', options.most > 0);
    host.append(this.root);
    this.listen();
    this.forget = watchSize(this.box, () => this.body.redraw(this.marks));
  }

  /** Draws these columns and rows; a sorting and the place in the list stay as they are. */
  update({
    columns,
    rows,
    empty
  }: {
    columns: readonly Column[];
    rows: readonly Row[];
    empty: string;
  }): void {
    if (columns !== this.columns) {
      this.columns = columns;
      this.sorting = null;
      this.head.draw(columns);
    }
    this.rows = rows;
    setText(this.empty, empty);
    setAttribute(this.empty, 'hidden', rows.length > 0);
    setAttribute(this.box, 'hidden', rows.length === 0);
    setAttribute(this.box, 'aria-rowcount', rows.length + 1);
    setAttribute(this.box, 'aria-colcount', columns.length);
    this.arrange();
    this.draw();
  }

  /** Shows which row is pointed at elsewhere. */
  setHovered(key: string): void {
    if (key !== this.marks.hovered) {
      this.mark({ ...this.marks, hovered: key });
      this.show(key);
    }
  }

  /** Shows what was selected elsewhere. */
  setSelected(keys: readonly string[]): void {
    const fresh = keys.filter(key => !this.marks.selected.includes(key));
    this.mark({ ...this.marks, selected: keys });
    this.show(fresh.at(-1) ?? '');
  }

  destroy(): void {
    this.forget();
    this.root.remove();
  }

  private sort(sorting: Sorting): void {
    this.sorting = sorting;
    this.head.mark(sorting);
    this.draw();
  }

  private draw(): void {
    const { rows, sorting } = this;
    const order = sorting && sorted(rows, sorting.at, sorting.falling);
    this.body.take(this.columns, order ? order.map(place => rows[place]!) : rows);
    this.body.draw(this.marks);
    this.point();
  }

  /** Gives the columns their widths: by all rows, so that nothing moves while one scrolls. */
  private arrange(): void {
    const digits = widths(this.columns, this.rows);
    const isText = this.columns.map(({ kind }) => kind === 'text' || kind === 'blocks');
    const isLong = digits.map((count, at) => isText[at]! && count > WIDEST);
    const shares = isLong.includes(true) ? isLong : isText.map((_, at) => at === isText.lastIndexOf(true));
    const width = (at: number): string => `calc(${isLong[at] ? WIDEST : digits[at]}ch + var(--osl-cell) * 2)`;
    this.sizes.replaceChildren(
      ...this.columns.map((_, at) => {
        const column = element('col');
        column.style.width = shares[at] ? 'auto' : width(at);
        return column;
      })
    );
    this.table.style.minWidth = `calc(${digits.map((_, at) => width(at)).join(' + ') || '0px'})`;
    const [first = 0, second = KEPT] = digits;
    this.table.classList.toggle('osl-keeps-two', first + second <= KEPT);
    this.table.style.setProperty('--osl-first', width(0));
  }

  private mark(marks: Marks): void {
    this.marks = marks;
    this.body.mark(marks);
    this.point();
  }

  /** Tells a screen reader where the keyboard is. */
  private point(): void {
    const row = this.body.find(this.placeOf(this.marks.hovered));
    setAttribute(this.box, 'aria-activedescendant', row?.id ?? null);
  }

  private placeOf(key: string): number {
    return key === '' ? -1 : this.body.rows.findIndex(row => row[0] === key);
  }

  private show(key: string): void {
    const place = this.placeOf(key);
    if (place >= 0) {
      this.resting = true;
      this.body.show(place);
      this.body.draw(this.marks);
      this.point();
    }
  }

  private hover(key: string): void {
    if (key !== this.marks.hovered) {
      this.mark({ ...this.marks, hovered: key });
      this.options.hover?.(key);
    }
  }

  /** Selects a row beside the others, of which the oldest makes room; one that is selected, no longer. */
  private toggle(key: string): void {
    const { selected } = this.marks;
    const others = selected.filter(other => other !== key);
    this.select(others.length < selected.length ? others : [...others, key].slice(-this.options.most));
  }

  private select(selected: string[]): void {
    if (this.options.most > 0) {
      this.mark({ ...this.marks, selected });
      this.options.select?.(selected);
    }
  }

  // ---- gestures --------------------------------------------------------------------------------------------------

  private listen(): void {
    const { node } = this.body;
    const pointed = (event: Event): void => {
      const row = this.body.rows[this.body.placeOf(event.target)];
      if (row && !this.resting) {
        this.hover(row[0]);
      }
    };
    node.addEventListener('pointerover', pointed);
    node.addEventListener('pointermove', event => {
      // Chromium also tells of a pointer that has not moved, when something moves under it.
      if (this.resting && (event.movementX || event.movementY)) {
        this.resting = false;
        pointed(event);
      }
    });
    this.box.addEventListener('wheel', () => (this.resting = false), { passive: true });
    node.addEventListener('pointerleave', () => this.hover(''));
    node.addEventListener('click', event => {
      const row = this.body.rows[this.body.placeOf(event.target)];
      if (row) {
        this.toggle(row[0]);
      }
    });
    this.box.addEventListener('scroll', () => {
      this.body.draw(this.marks);
      this.point();
    });
    this.box.addEventListener('keydown', event => this.key(event));
    this.box.addEventListener('focusout', () => this.resting && this.hover(''));
  }

  private key(event: KeyboardEvent): void {
    if ((event.target as Element).closest('button')) {
      // A column's head is a button, and presses itself.
      return isForCells(event) ? event.stopPropagation() : undefined;
    }
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.body.rowHeight) - 2);
    const steps: Record<string, number> = {
      ...{ ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page, Home: -Infinity, End: Infinity }
    };
    const name = keyName(event);
    const step = steps[name];
    if (step !== undefined) {
      this.walk(step);
    } else if ((name === 'Enter' || name === ' ') && this.marks.hovered) {
      this.toggle(this.marks.hovered);
    } else {
      return isForCells(event) ? event.stopPropagation() : undefined;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the keyboard to another row. Where only one can be selected, it is. */
  private walk(step: number): void {
    const { rows } = this.body;
    const from = this.placeOf(this.marks.hovered || (this.marks.selected.at(-1) ?? ''));
    const place = Math.min(Math.max(from < 0 && step < 0 ? 0 : from + step, 0), rows.length - 1);
    const key = rows[place]?.[0];
    if (key !== undefined) {
      this.hover(key);
      this.show(key);
      if (this.options.most === 1) {
        this.select([key]);
      }
    }
  }
}
