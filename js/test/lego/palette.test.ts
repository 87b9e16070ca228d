import { expect, test, vi } from 'vitest';

import { page } from './page';

function opened(at: string, key: string) {
  const all = page();
  all.editor.focus(at);
  all.press(key);
  const palette = all.host.querySelector<HTMLElement>('.osl-palette')!;
  const filter = palette.querySelector('input')!;
  const shown = (): string[] =>
    [...palette.querySelectorAll<HTMLElement>('.osl-family:not([hidden]) .osl-option:not([hidden])')].map(
      option => option.dataset.kind!
    );
  const chosen = (): string | undefined =>
    palette.querySelector<HTMLElement>('[aria-selected="true"]')?.dataset.kind;
  return { ...all, palette, filter, shown, chosen };
}

test('it opens at the filter, says where the component will go, and groups by family', () => {
  const { palette, filter, shown } = opened('C3', 'a');
  expect(document.activeElement).toBe(filter);
  expect(palette.textContent).toContain('New component in B3 after ReLU');
  expect(shown().slice(0, 2)).toEqual(['Conv2d', 'ConvTranspose2d']);
  expect(
    [...palette.querySelectorAll('.osl-family')].map(group => group.getAttribute('aria-label'))
  ).toContain('pooling');
});

test('typing filters by name, label and family; arrows choose; Enter adds; the new component has the focus', () => {
  const { type, filter, shown, chosen, press, python, drawn, focused } = opened('C3', 'a');
  type(filter, 'pool');
  expect(shown()).toEqual(['MaxPool2d', 'AvgPool2d', 'AdaptiveAvgPool2d']);
  press('ArrowDown');
  expect(chosen()).toBe('AvgPool2d');
  expect(filter.getAttribute('aria-activedescendant')).toContain('AvgPool2d');
  press('ArrowUp', 'ArrowUp');
  expect(chosen()).toBe('AdaptiveAvgPool2d');
  press('Enter');
  expect(python.edits).toEqual([
    { edit: 'AddComponent', block: 'B3', kind: 'AdaptiveAvgPool2d', params: '', index: 1 }
  ]);
  expect(drawn()).toContain('B3(C3 C6 C4)');
  expect(focused()).toBe('C6');
});

test('a name that begins with what was typed comes first', () => {
  const { type, filter, chosen } = opened('C3', 'a');
  type(filter, 'lin');
  expect(chosen()).toBe('Linear');
});

test('what follows a space goes along as parameters', () => {
  const { type, filter, press, python } = opened('L1', 'b');
  type(filter, 'conv2d 1, 6, 7, padding=2');
  press('Enter');
  expect(python.edits).toEqual([
    { edit: 'AddBlock', layer: 'L1', kind: 'Conv2d', params: '1, 6, 7, padding=2', index: null }
  ]);
});

test('no match says so, and Enter adds nothing', () => {
  const { type, filter, palette, press, python } = opened('L1', 'l');
  type(filter, 'zzz');
  expect(palette.textContent).toContain('No component matches');
  press('Enter');
  expect(python.messages).toHaveLength(0);
});

test('Escape closes it, and the focus goes back; so does a press elsewhere, without that', () => {
  const { palette, press, focused, editor, item } = opened('C3', 'a');
  press('Escape');
  expect(palette.hidden).toBe(true);
  expect(focused()).toBe('C3');
  editor.focus('C3');
  press('a');
  const scrolled = (item('C3').querySelector('.osl-row')!.scrollIntoView = vi.fn());
  document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }));
  expect(palette.hidden).toBe(true);
  // Nothing moves under a press, which brings the focus where it goes.
  expect(scrolled).not.toHaveBeenCalled();
});

test('it is there for the mouse at all three levels, and between two layers', () => {
  const { item, button, click, palette, python, editor, host, press } = opened('C3', 'a');
  const pick = (): void => click(palette.querySelector('[data-kind="Tanh"]')!);
  press('Escape');
  click(button('B1', 'add-component'));
  pick();
  click(button('L1', 'add-block'));
  pick();
  click(item('L1').querySelector('.osl-gap [data-act="add-layer"]')!);
  pick();
  click(host.querySelector('[data-at="start"]')!);
  pick();
  click(host.querySelector('[data-at="end"]')!);
  pick();
  expect(python.edits.map(({ edit, ...rest }) => [edit, 'index' in rest ? rest.index : ''])).toEqual([
    ['AddComponent', null],
    ['AddBlock', null],
    ['AddLayer', 1],
    ['AddLayer', 0],
    ['AddLayer', null]
  ]);
  expect(editor.tree!.state.layers).toHaveLength(6);
});
