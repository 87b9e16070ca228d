import { element, setAttribute, setText } from '../common/dom';
import { watchSize } from '../common/size';
import { Body, type Marks } from './body';
import { arrange } from './columns';
import { sorted } from './format';
import { listen } from './gestures';
import { Head, type Sorting } from './head';
import type { Host } from './host';
import type { Column, Row } from './protocol';

export interface Options {
  /** What the table is called. */
  label: string;
  /** How many rows can be selected at once. */
  most: number;
  /** Called with the key of the row under the pointer or the keyboard, or an empty text. */
  hover?(key: string): void;
  /** Called with the keys of the selected rows, the one selected last at the end. */
  select?(keys: string[]): void;
}

/** How many rows a page is smaller than the visible part: the head, and one row of overlap. */
const OVERLAP = 2;

let tables = 0;

/** A table that sorts its rows, and reports the hovered and the selected ones. */
export class Table implements Host {
  readonly root: HTMLElement;
  readonly box: HTMLElement;
  private readonly table: HTMLElement;
  private readonly sizes = element('colgroup');
  private readonly empty = element('p', { class: 'osl-empty', hidden: true });
  private readonly head = new Head(sorting => this.sort(sorting));
  readonly body: Body;
  private columns: readonly Column[] = [];
  private rows: readonly Row[] = [];
  private sorting: Sorting | null = null;
  private marks: Marks = { hovered: '', selected: [] };
  /** To be called when rows are scrolled into sight. */
  private readonly rest: () => void;
  private readonly forget: () => void;

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
    this.rest = listen(this);
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
    arrange(this.table, this.sizes, columns, rows);
    this.draw();
  }

  get hovered(): string {
    return this.marks.hovered;
  }

  get page(): number {
    return Math.max(1, Math.floor(this.box.clientHeight / this.body.rowHeight) - OVERLAP);
  }

  /** Takes back a sorting: the rows are in the order that they come in. */
  unsort(): void {
    this.sorting = null;
    this.head.mark(null);
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

  scrolled(): void {
    this.root.classList.toggle('osl-scrolled', this.box.scrollLeft > 0);
    this.body.draw(this.marks);
    this.point();
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

  private mark(marks: Marks): void {
    this.marks = marks;
    this.body.mark(marks);
    this.point();
  }

  /** Tells screen readers the position of the keyboard. */
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
      this.rest();
      this.body.show(place);
      this.scrolled();
    }
  }

  hover(key: string): void {
    if (key !== this.marks.hovered) {
      this.mark({ ...this.marks, hovered: key });
      this.options.hover?.(key);
    }
  }

  /** Selects a row beside the others, of which the oldest makes room; one that is selected, no longer. */
  toggle(key: string): void {
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

  /** Moves the keyboard to another row. Where only one can be selected, it is. */
  walk(step: number): void {
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
