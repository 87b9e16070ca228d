import { afterEach, describe, expect, it, vi } from 'vitest';

import { Matrix } from '../../../src/tables/confusion/matrix';

/** So many classes; of each, three images are right and one is classified as the class after it. */
function made(size: number) {
  const names = Array.from({ length: size }, (_, at) => `class ${at}`);
  const counts = names.map((_, row) =>
    names.map((_, column) => (row === column ? 3 : Number(column === (row + 1) % size)))
  );
  return { names, counts };
}

function page(size: number, compact = false) {
  const host = document.body.appendChild(document.createElement('div'));
  const matrix = new Matrix(host);
  matrix.update(made(size), { label: 'Confusion matrix', compact });
  const { root } = matrix;
  const box = root.querySelector<HTMLElement>('.osl-confusion-box')!;
  const told = (): string => root.querySelector('.osl-confusion-told')!.textContent!;
  /** Presses a key; true: nobody else would have heard of it. */
  const press = (key: string, options: KeyboardEventInit = {}): boolean => {
    const outside = vi.fn();
    document.addEventListener('keydown', outside);
    box.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options }));
    document.removeEventListener('keydown', outside);
    return outside.mock.calls.length === 0;
  };
  const cell = (row: number, column: number): HTMLElement =>
    root.querySelector<HTMLElement>(`td[data-row="${row}"][data-column="${column}"]`)!;
  return { matrix, root, box, told, press, cell };
}

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe('few classes', () => {
  it('have a number in each cell, shaded by its share of the row, zeros left out', () => {
    const { cell, root } = page(4);
    expect([cell(1, 1).textContent, cell(1, 2).textContent, cell(1, 0).textContent]).toEqual(['3', '1', '']);
    expect(cell(1, 1).style.getPropertyValue('--osl-tint')).toBe('46%');
    expect(cell(1, 2).style.getPropertyValue('--osl-tint')).toBe('22%');
    expect(cell(1, 0).style.getPropertyValue('--osl-tint')).toBe('');
    expect(cell(1, 1).classList.contains('osl-diagonal')).toBe(true);
    expect(cell(1, 2).classList.contains('osl-diagonal')).toBe(false);
    expect([...root.querySelectorAll('tbody .osl-right')].map(node => node.textContent)).toEqual(
      Array(4).fill('75 %')
    );
    expect(root.querySelector('canvas')).toBeNull();
    expect(root.querySelector<HTMLElement>('.osl-confusion-pairs')!.hidden).toBe(true);
  });

  it('are walked with the arrows, from what is worst', () => {
    const { box, told, press, cell, matrix } = page(3);
    box.focus();
    expect(told()).toBe('class 0 classified as class 1: 1 of 4 (25 %)');
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) {
      expect(press(key)).toBe(true);
    }
    expect(told()).toBe('class 1 classified as class 2: 1 of 4 (25 %)');
    expect(box.getAttribute('aria-activedescendant')).toBe(cell(1, 2).id);
    expect(cell(1, 2).classList.contains('osl-current')).toBe(true);
    press('Home');
    expect(told()).toBe('class 1 classified as class 0: 0 of 4 (0 %)');
    press('End', { ctrlKey: true });
    expect(told()).toBe('class 2: 3 of 4 (75 %) right');
    expect(matrix.root.querySelectorAll('.osl-current').length).toBe(1);
    // Neither is a key for the cells of the notebook, and saving is everybody's.
    expect(press('d')).toBe(true);
    expect(press('s', { ctrlKey: true })).toBe(false);
  });

  it('tell of the cell under the pointer', () => {
    const { box, told, cell } = page(3);
    cell(2, 2).dispatchEvent(new MouseEvent('pointermove', { bubbles: true }));
    expect(told()).toBe('class 2: 3 of 4 (75 %) right');
    box.dispatchEvent(new MouseEvent('pointerleave'));
    expect(told()).toContain('Rows: true class');
  });
});

describe('many classes', () => {
  it('are a picture, with the pairs in words', () => {
    const set = vi.fn();
    const context = {
      createImageData: (width: number, height: number) => ({ data: { set }, width, height }),
      putImageData: vi.fn()
    };
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
    const { root, box, told } = page(30, true);
    const canvas = root.querySelector('canvas')!;
    expect([canvas.width, canvas.height]).toEqual([30, 30]);
    expect(set).toHaveBeenCalledTimes(60);
    expect(set).toHaveBeenCalledWith([0, 114, 178, 226], 0);
    expect(set).toHaveBeenCalledWith([213, 94, 0, 148], 4);
    expect(context.putImageData).toHaveBeenCalledOnce();
    expect(box.getAttribute('role')).toBe('img');
    expect(root.querySelector('td')).toBeNull();
    canvas.getBoundingClientRect = () => new DOMRect(0, 0, 300, 300);
    canvas.dispatchEvent(new MouseEvent('pointermove', { bubbles: true, clientX: 65, clientY: 55 }));
    expect(told()).toBe('class 5 classified as class 6: 1 of 4 (25 %)');
    const marker = root.querySelector<HTMLElement>('.osl-confusion-marker')!;
    expect([marker.hidden, marker.style.top, marker.style.left]).toEqual([false, `${500 / 30}%`, '20%']);
    const pairs = [...root.querySelectorAll<HTMLElement>('.osl-confusion-pair')];
    expect(pairs.length).toBe(6);
    pairs[3]!.click();
    expect(told()).toBe('class 3 classified as class 4: 1 of 4 (25 %)');
  });
});

it('makes no HTML of the names of classes', () => {
  const { matrix, root } = page(2);
  const names = ['<img src=x>', '<b>b</b>', 'c', 'd', 'e', 'f', 'g'];
  matrix.update({ ...made(7), names }, { label: '', compact: false });
  expect(root.querySelector('img, b b')).toBeNull();
  expect(root.textContent).toContain('<img src=x>');
});

it('is not there without classes', () => {
  const { matrix, root } = page(2);
  matrix.update({ names: [], counts: [] }, { label: '', compact: false });
  expect(root.hidden).toBe(true);
  expect(root.querySelector('table')).toBeNull();
});
