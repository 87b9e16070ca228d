import { afterEach, vi } from 'vitest';

import type { Column, Row } from '../../src/tables/protocol';
import { Table } from '../../src/tables/table';

let open: Table | null = null;

afterEach(() => {
  open?.destroy();
  open = null;
  document.body.replaceChildren();
});

export const COLUMNS: Column[] = [
  { key: 'name', title: 'name', kind: 'text', digits: null, falling: false, help: '' },
  { key: 'score', title: 'score', kind: 'number', digits: 2, falling: true, help: 'How good it is' }
];

export const ROWS: Row[] = [
  ['a', ['Anna', 0.5], '', ''],
  ['b', ['Berta', null], 'new', 'best'],
  ['c', ['Clara', 0.9], '', '']
];

/** A table in a page. jsdom lays nothing out: rows are 26 pixels high, and the box shows 20 of them. */
export function page(rows: Row[] = ROWS, { most = 2 } = {}) {
  const host = document.body.appendChild(document.createElement('div'));
  const hover = vi.fn<(key: string) => void>();
  const select = vi.fn<(keys: string[]) => void>();
  const table = (open = new Table(host, { label: 'Scores', most, hover, select }));
  const update = (next: Row[], empty = ''): void => table.update({ columns: COLUMNS, rows: next, empty });
  update(rows);

  const { box } = table;
  const drawn = (): HTMLTableRowElement[] => [...box.querySelectorAll<HTMLTableRowElement>('tr[data-place]')];
  const keys = (): string[] => drawn().map(row => row.dataset.key!);
  const row = (key: string): HTMLTableRowElement => drawn().find(({ dataset }) => dataset.key === key)!;
  const head = (key: string): HTMLElement => box.querySelector<HTMLElement>(`th[data-column="${key}"]`)!;
  const selected = (): string[] =>
    drawn()
      .filter(node => node.getAttribute('aria-selected') === 'true')
      .map(node => node.dataset.key!);
  const hovered = (): string[] =>
    drawn()
      .filter(node => node.classList.contains('osl-hovered'))
      .map(node => node.dataset.key!);

  const point = (key: string): void => {
    row(key).firstElementChild!.dispatchEvent(new MouseEvent('pointerover', { bubbles: true }));
  };
  /** Moves the pointer by a pixel, as Chromium tells it apart from what moves under the pointer. */
  const move = (key: string): void => {
    const event = new MouseEvent('pointermove', { bubbles: true });
    Object.defineProperty(event, 'movementX', { value: 1 });
    row(key).firstElementChild!.dispatchEvent(event);
  };
  /** Presses keys in the table; true: nobody else would have heard of the last one. */
  const press = (...names: string[]): boolean => {
    let outside = 0;
    const hear = (): number => (outside = 1);
    document.addEventListener('keydown', hear);
    if (!box.contains(document.activeElement)) {
      box.focus();
    }
    for (const key of names) {
      outside = 0;
      document.activeElement!.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
      );
    }
    document.removeEventListener('keydown', hear);
    return outside === 0;
  };
  const scroll = (top: number): void => {
    box.scrollTop = top;
    box.dispatchEvent(new Event('scroll'));
  };
  return {
    ...{ host, box, table, hover, select, update, drawn, keys, row, head, selected, hovered },
    ...{ point, move, press, scroll }
  };
}

/** So many rows, the last one the best. */
export function many(count: number): Row[] {
  return Array.from({ length: count }, (_, at) => [`k${at}`, [`row ${at}`, at / count], '', '']);
}
