/** A confusion matrix that describes the cell under the pointer or the keyboard. */

import { element, setAttribute, setText } from '../../common/dom';
import { isForCells, keyName } from '../../common/keys';
import { type Confusion, type Place, cellWords, mostConfused, percent, shareOf } from './figures';
import { Grid } from './grid';
import { Pixels } from './pixels';
import type { Surface } from './surface';

/** Pairs that are listed beside the matrix. */
const PAIRS = 6;
/** With so few classes, the matrix itself shows all pairs at a glance. */
const FEW = 6;

export class Matrix {
  readonly root: HTMLElement;
  private readonly box = element('div', { class: 'osl-confusion-box', tabindex: 0 });
  private readonly told = element('p', { class: 'osl-confusion-told', role: 'status' });
  private readonly pairs = element('div', { class: 'osl-confusion-pairs' });
  private surface: Surface | null = null;
  private confusion: Confusion = { names: [], counts: [] };
  private current: Place | null = null;

  constructor(host: HTMLElement) {
    const beside = element('div', { class: 'osl-confusion-beside' }, this.pairs);
    this.root = element(
      'div',
      { class: 'osl-confusion' },
      this.told,
      element('div', { class: 'osl-confusion-row' }, this.box, beside)
    );
    host.append(this.root);
    this.box.addEventListener('pointermove', event => this.point(this.surface?.placeAt(event) ?? null));
    this.box.addEventListener('pointerleave', () => this.point(null));
    this.box.addEventListener('click', event => this.point(this.surface?.placeAt(event) ?? null));
    this.box.addEventListener('focus', () => this.point(this.current ?? this.first()));
    this.root.addEventListener('keydown', event => this.press(event));
  }

  /** Draws a matrix; `compact`: its cells are too many for numbers. */
  update(confusion: Confusion, { label, compact }: { label: string; compact: boolean }): void {
    this.confusion = confusion;
    const isEmpty = confusion.names.length === 0;
    setAttribute(this.root, 'hidden', isEmpty);
    this.root.classList.toggle('osl-compact', compact);
    this.surface = isEmpty ? null : compact ? new Pixels(confusion) : new Grid(confusion);
    this.box.replaceChildren(...(this.surface ? [this.surface.node] : []));
    setAttribute(this.box, 'role', compact ? 'img' : 'grid');
    setAttribute(this.box, 'aria-label', label);
    this.list();
    this.point(null);
  }

  destroy(): void {
    this.root.remove();
  }

  private list(): void {
    const places = this.confusion.names.length < FEW ? [] : mostConfused(this.confusion, PAIRS);
    setAttribute(this.pairs, 'hidden', places.length === 0);
    const title = element('div', { class: 'osl-confusion-title' }, 'Most confused');
    this.pairs.replaceChildren(title, ...places.map(place => this.pair(place)));
  }

  private pair(place: Place): HTMLElement {
    const { names } = this.confusion;
    const [truth, taken] = [names[place.row]!, names[place.column]!];
    const words = cellWords(this.confusion, place);
    const node = element(
      'button',
      { type: 'button', class: 'osl-confusion-pair', title: words, 'aria-label': words },
      element('span', {}, truth),
      element('span', { class: 'osl-confusion-arrow' }, '→'),
      element('span', {}, taken),
      element('b', {}, percent(shareOf(this.confusion, place)))
    );
    for (const kind of ['pointerenter', 'focus', 'click']) {
      node.addEventListener(kind, () => this.point(place));
    }
    node.addEventListener('pointerleave', () => this.point(null));
    return node;
  }

  /** The cell where the keyboard starts: the largest error. */
  private first(): Place {
    return mostConfused(this.confusion, 1)[0] ?? { row: 0, column: 0 };
  }

  private point(place: Place | null): void {
    this.current = place;
    setAttribute(this.box, 'aria-activedescendant', this.surface?.mark(place) ?? null);
    setText(this.told, place ? cellWords(this.confusion, place) : REST);
  }

  private press(event: KeyboardEvent): void {
    const last = this.confusion.names.length - 1;
    const from = this.current ?? this.first();
    const to = event.target === this.box && last >= 0 ? moved(from, keyName(event), last) : null;
    if (to) {
      this.point(to);
      event.preventDefault();
    }
    if (to || isForCells(event)) {
      event.stopPropagation();
    }
  }
}

const REST = 'Rows: true class. Columns: predicted class.';

/** The cell that a key leads to; null for other keys. */
function moved({ row, column }: Place, key: string, last: number): Place | null {
  const within = (at: number): number => Math.min(Math.max(at, 0), last);
  switch (key) {
    case 'ArrowUp':
      return { row: within(row - 1), column };
    case 'ArrowDown':
      return { row: within(row + 1), column };
    case 'ArrowLeft':
      return { row, column: within(column - 1) };
    case 'ArrowRight':
      return { row, column: within(column + 1) };
    case 'Home':
      return { row, column: 0 };
    case 'End':
      return { row, column: last };
    case 'Ctrl+Home':
      return { row: 0, column: 0 };
    case 'Ctrl+End':
      return { row: last, column: last };
    default:
      return null;
  }
}
