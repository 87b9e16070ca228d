import { describe, expect, it } from 'vitest';

import { COLUMNS, ROWS, many, page } from './page';

describe('drawing', () => {
  it('shows the rows as they come, with what is said about them', () => {
    const { box, row, keys } = page();
    expect(keys()).toEqual(['a', 'b', 'c']);
    expect([...row('b').children].map(cell => cell.textContent)).toEqual(['Berta new', '—']);
    expect(row('b').dataset.tone).toBe('best');
    expect(row('b').getAttribute('aria-rowindex')).toBe('3');
    expect(box.getAttribute('role')).toBe('grid');
    expect(box.getAttribute('aria-label')).toBe('Scores');
    expect(box.getAttribute('aria-rowcount')).toBe('4');
    expect(box.getAttribute('aria-multiselectable')).toBe('true');
  });

  it('says of a row what its tooltip holds, where it has one', () => {
    const { row } = page([
      ['a', ['Anna', 1], '', 'best tied', 'The best'],
      ['b', ['Berta', 1], '', '']
    ]);
    expect([...row('a').children].map(cell => cell.getAttribute('title'))).toEqual(['The best', null]);
    expect(row('b').firstElementChild!.getAttribute('title')).toBe('Berta');
  });

  it('makes no HTML of what it is given', () => {
    const { box } = page([['a', ['<img src=x>', 1], '<b>new</b>', '']]);
    expect(box.querySelector('img, b')).toBeNull();
    expect(box.textContent).toContain('<img src=x> <b>new</b>');
  });

  it('says what to do where there are no rows', () => {
    const { table, box, update } = page([]);
    update([], 'Train first.');
    const empty = table.root.querySelector<HTMLElement>('.osl-empty')!;
    expect([empty.textContent, empty.hidden, box.hidden]).toEqual(['Train first.', false, true]);
    update(ROWS, 'Train first.');
    expect([empty.hidden, box.hidden]).toEqual([true, false]);
  });

  it('has only the rows in sight in the page, and the others when one scrolls to them', () => {
    const { box, keys, scroll } = page(many(3000));
    const room = (): number[] =>
      [...box.querySelectorAll<HTMLElement>('.osl-table-space')].map(n => parseFloat(n.style.height));
    expect(keys().length).toBeLessThan(60);
    expect(room()[0]).toBe(0);
    scroll(1500 * 26);
    expect(keys()).toContain('k1500');
    expect(keys()).toContain('k1519');
    expect(keys().length).toBeLessThan(60);
    expect(room()[0]! + 26 * keys().length + room()[1]!).toBe(3000 * 26);
  });
});

describe('sorting', () => {
  it('turns round with the second click, and says so', () => {
    const { head, keys } = page();
    const sort = (key: string): string | null => {
      head(key).querySelector('button')!.click();
      return head(key).getAttribute('aria-sort');
    };
    expect(sort('score')).toBe('descending');
    expect(keys()).toEqual(['c', 'a', 'b']);
    expect(sort('score')).toBe('ascending');
    expect(keys()).toEqual(['a', 'c', 'b']);
    expect(sort('name')).toBe('ascending');
    expect(keys()).toEqual(['a', 'b', 'c']);
    expect(head('score').getAttribute('aria-sort')).toBe('none');
    expect(sort('name')).toBe('descending');
    expect(keys()).toEqual(['c', 'b', 'a']);
  });

  it('stays while rows come and go', () => {
    const { head, keys, update } = page();
    head('name').querySelector('button')!.click();
    head('name').querySelector('button')!.click();
    update([...ROWS, ['d', ['Dora', 0.1], '', '']]);
    expect(keys()).toEqual(['d', 'c', 'b', 'a']);
  });

  it('is taken back for another order of the rows', () => {
    const { table, head, keys } = page();
    head('score').querySelector('button')!.click();
    table.unsort();
    expect(keys()).toEqual(['a', 'b', 'c']);
    expect(head('score').getAttribute('aria-sort')).toBe('none');
  });

  it('leaves Enter on a head to its button, and keeps it from the cells', () => {
    const { head, press, select } = page();
    head('name').querySelector('button')!.focus();
    expect(press('Enter')).toBe(true);
    expect(select).not.toHaveBeenCalled();
  });
});

describe('pointing', () => {
  it('tells which row the pointer is on, once, and when it has left', () => {
    const { point, hover, hovered, box } = page();
    point('b');
    point('b');
    expect(hover.mock.calls).toEqual([['b']]);
    expect(hovered()).toEqual(['b']);
    box.querySelector('tbody')!.dispatchEvent(new MouseEvent('pointerleave'));
    expect(hover).toHaveBeenLastCalledWith('');
    expect(hovered()).toEqual([]);
  });

  it('shows what is pointed at elsewhere, and takes a resting pointer for no wish', () => {
    const { table, box, hover, hovered, keys, point, move } = page(many(3000));
    table.setHovered('k2000');
    expect(hovered()).toEqual(['k2000']);
    expect(box.scrollTop).toBeGreaterThan(26 * 1900);
    const under = keys()[15]!;
    point(under);
    expect(hover).not.toHaveBeenCalled();
    move(under);
    expect(hover).toHaveBeenCalledWith(under);
  });

  it('is over when the keyboard goes elsewhere', () => {
    const { press, hover, box } = page();
    press('ArrowDown');
    expect(hover).toHaveBeenLastCalledWith('a');
    box.blur();
    expect(hover).toHaveBeenLastCalledWith('');
  });
});

describe('selecting', () => {
  it('adds and removes by clicks, and the oldest makes room', () => {
    const { row, select, selected } = page();
    row('a').click();
    row('b').click();
    expect(selected()).toEqual(['a', 'b']);
    row('c').click();
    expect(select).toHaveBeenLastCalledWith(['b', 'c']);
    row('b').click();
    expect(select).toHaveBeenLastCalledWith(['c']);
  });

  it('shows what is selected elsewhere, and tells nobody', () => {
    const { table, box, select, selected } = page(many(3000));
    table.setSelected(['k10', 'k2500']);
    expect(selected()).toEqual(['k2500']);
    expect(box.scrollTop).toBeGreaterThan(26 * 2400);
    table.setSelected([]);
    expect(selected()).toEqual([]);
    expect(select).not.toHaveBeenCalled();
  });

  it('walks by arrow keys, which no cell of the notebook hears', () => {
    const { box, press, hover, select, row } = page();
    expect(press('ArrowDown')).toBe(true);
    expect(box.getAttribute('aria-activedescendant')).toBe(row('a').id);
    press('ArrowDown', 'ArrowDown', 'ArrowDown');
    expect(hover).toHaveBeenLastCalledWith('c');
    press('Home');
    expect(hover).toHaveBeenLastCalledWith('a');
    press('End', 'ArrowUp');
    expect(hover).toHaveBeenLastCalledWith('b');
    expect(select).not.toHaveBeenCalled();
    expect(press('Enter')).toBe(true);
    expect(select).toHaveBeenLastCalledWith(['b']);
    press(' ');
    expect(select).toHaveBeenLastCalledWith([]);
    expect(press('x')).toBe(true);
  });

  it('goes with the arrow keys where only one row can be selected', () => {
    const { press, row, select, selected } = page(ROWS, { most: 1 });
    press('ArrowDown', 'ArrowDown');
    expect(select.mock.calls).toEqual([[['a']], [['b']]]);
    row('c').click();
    expect(selected()).toEqual(['c']);
  });

  it('is not there where nothing can be selected', () => {
    const { row, press, select, selected } = page(ROWS, { most: 0 });
    row('a').click();
    press('ArrowDown', 'Enter');
    expect(select).not.toHaveBeenCalled();
    expect(selected()).toEqual([]);
  });

  it('scrolls along with the keyboard, through thousands of rows', () => {
    const { box, press, keys, hovered } = page(many(3000));
    press('End');
    expect(hovered()).toEqual(['k2999']);
    expect(box.scrollTop).toBe(3000 * 26 - 520);
    press('Home');
    expect(box.scrollTop).toBe(0);
    expect(keys()[0]).toBe('k0');
  });
});

it('keeps a second table with the same rows apart', () => {
  const one = page();
  const ids = one.drawn().map(({ id }) => id);
  one.table.destroy();
  const other = page();
  expect(other.drawn().map(({ id }) => id)).not.toEqual(ids);
  expect(COLUMNS).toHaveLength(2);
});
