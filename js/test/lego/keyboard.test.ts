import { expect, test, vi } from 'vitest';

import { COMMANDS } from '../../src/lego/commands';
import { page } from './page';

test('arrows walk through what is visible, out to the parent and in to the first child', () => {
  const { editor, press, focused, item } = page();
  editor.focus('L1');
  expect(press('ArrowDown', 'ArrowDown')).toBe(true);
  expect(focused()).toBe('C1');
  press('ArrowLeft', 'ArrowLeft');
  expect(focused()).toBe('L1');
  press('ArrowRight');
  expect(focused()).toBe('B1');
  press('End');
  expect(focused()).toBe('C5');
  press('Home');
  expect(focused()).toBe('L1');
  press('ArrowLeft');
  expect(item('L1').getAttribute('aria-expanded')).toBe('false');
  press('ArrowDown');
  expect(focused()).toBe('L2');
  press('ArrowUp', 'ArrowRight', 'ArrowRight');
  expect(item('L1').getAttribute('aria-expanded')).toBe('true');
  expect(focused()).toBe('B1');
});

test('Tab leads to one item, the one where the keyboard is', () => {
  const { editor, host, press } = page();
  editor.focus('L1');
  press('ArrowDown');
  const stops = [...host.querySelectorAll<HTMLElement>('.osl-item[tabindex="0"]')].map(
    node => node.dataset.id
  );
  expect(stops).toEqual(['B1']);
});

test('the tree says its levels and what is selected', () => {
  const { editor, host, press, item, select } = page();
  expect(host.querySelector('[role="tree"]')!.getAttribute('aria-multiselectable')).toBe('true');
  expect(['L1', 'B1', 'C1'].map(id => item(id).getAttribute('aria-level'))).toEqual(['1', '2', '3']);
  editor.focus('B1');
  press(' ', 'ArrowDown', 'ArrowDown');
  expect(item('B2').getAttribute('aria-selected')).toBe('true');
  expect(item('B1').getAttribute('aria-selected')).toBe('false');
  expect(select).toHaveBeenLastCalledWith(['B2']);
});

test.each([
  ['C3', 'Alt+ArrowUp', 'L1[B1(C1) B2(C2 C3)] L2[B3(C4)] L3[B4(C5)]'],
  ['C3', 'Alt+ArrowDown', 'L1[B1(C1) B2(C2)] L2[B3(C4 C3)] L3[B4(C5)]'],
  ['B2', 'Alt+ArrowDown', 'L1[B1(C1)] L2[B2(C2) B3(C3 C4)] L3[B4(C5)]'],
  ['C3', 'Alt+ArrowLeft', 'L1[B1(C1) B2(C2)] L2[B3(C4) B5(C3)] L3[B4(C5)]'],
  ['B1', 'Alt+ArrowLeft', 'L1[B2(C2)] L4[B1(C1)] L2[B3(C3 C4)] L3[B4(C5)]'],
  ['L2', 'Alt+ArrowRight', 'L1[B1(C1) B2(C2) B3(C3 C4)] L3[B4(C5)]'],
  ['L1', 'Alt+ArrowDown', 'L2[B3(C3 C4)] L1[B1(C1) B2(C2)] L3[B4(C5)]']
])('%s moves with %s, and the focus goes with it', (id, keys, result) => {
  const { editor, press, drawn, focused } = page();
  editor.focus(id);
  press(keys);
  expect(drawn()).toBe(result);
  expect(focused()).toBe(id === 'L2' ? 'B3' : id);
});

test('Enter edits the parameters, Enter keeps them, Escape takes them back', () => {
  const { editor, python, press, type, field, focused } = page();
  editor.focus('C1');
  press('Enter');
  expect(document.activeElement).toBe(field('C1'));
  type(field('C1'), '1, 8, 3');
  expect(press('Enter')).toBe(true);
  expect(python.edits).toEqual([{ edit: 'SetParams', component: 'C1', params: '1, 8, 3' }]);
  expect(focused()).toBe('C1');
  press('Enter');
  type(field('C1'), 'nonsense');
  press('Escape');
  expect(field('C1').value).toBe('1, 8, 3');
  expect(focused()).toBe('C1');
  expect(python.edits).toHaveLength(1);
});

test('Delete removes all that is selected with one message, and the nearest item takes the focus', () => {
  const { editor, python, press, drawn, focused } = page();
  editor.focus('C3');
  press('ArrowUp', 'ArrowDown', 'Shift+ArrowDown', 'Delete');
  expect(python.messages).toHaveLength(1);
  expect(python.edits.map(({ edit }) => edit)).toEqual(['RemoveComponent', 'RemoveComponent']);
  expect(drawn()).toBe('L1[B1(C1) B2(C2)] L3[B4(C5)]');
  expect(focused()).toBeDefined();
});

test('undo and redo, also from a field that holds nothing new', () => {
  const { editor, press, drawn, said, field, python } = page();
  const before = drawn();
  editor.focus('B1');
  press('Ctrl+z');
  expect(said.at(-1)).toBe('There is nothing to undo');
  press('d');
  const after = drawn();
  press('Ctrl+z');
  expect(drawn()).toBe(before);
  press('Ctrl+Shift+Z');
  expect(drawn()).toBe(after);
  press('Ctrl+z', 'Ctrl+y', 'Ctrl+z');
  field('C1').focus();
  press('Ctrl+y');
  expect(drawn()).toBe(after);
  expect(python.messages.map(({ kind }) => kind)).toEqual([
    'edit',
    'undo',
    'redo',
    'undo',
    'redo',
    'undo',
    'redo'
  ]);
});

test('a key that is held down counts from where the last press led', () => {
  const { editor, python, press, drawn } = page();
  const receive = python.receive.bind(python);
  const late: (() => void)[] = [];
  vi.spyOn(python, 'receive').mockImplementation(message => void late.push(() => receive(message)));
  editor.focus('L1');
  press('Alt+ArrowDown', 'Alt+ArrowDown');
  expect(late).toHaveLength(1);
  late.shift()!();
  late.shift()!();
  expect(drawn()).toBe('L2[B3(C3 C4)] L3[B4(C5)] L1[B1(C1) B2(C2)]');
});

test('no key reaches the cells of a notebook, and those of JupyterLab as a whole do', () => {
  const { editor, press, field } = page();
  field('C1').focus();
  expect(press('x', 'Ctrl+s', 'Delete')).toBe(true);
  editor.focus('B1');
  expect(press('a')).toBe(true);
  expect(press('c', 'ArrowDown')).toBe(true);
  press('Escape');
  // Outside of a field these would cut a cell, run one, make one text.
  expect(press('x', 'Shift+Enter', 'Ctrl+Enter', 'Alt+Enter', 'y')).toBe(true);
  expect(press('Ctrl+s')).toBe(false);
  expect(press('Ctrl+Shift+c')).toBe(false);
});

test('the help lists the keys and closes with the same key', () => {
  const { editor, host, press, focused } = page();
  editor.focus('B1');
  press('?');
  const help = host.querySelector<HTMLElement>('.osl-help')!;
  expect(help.hidden).toBe(false);
  expect(help.textContent).toContain('Alt + ←');
  press('?');
  expect(help.hidden).toBe(true);
  expect(focused()).toBe('B1');
});

test('each button has a command, and names its key', () => {
  const { host } = page();
  const buttons = [...host.querySelectorAll<HTMLElement>('button[data-act]')];
  expect(buttons.length).toBeGreaterThan(20);
  for (const button of buttons) {
    expect(COMMANDS.of(button.dataset.act!)).toBeDefined();
  }
  const title = (act: string): string => host.querySelector<HTMLElement>(`[data-act="${act}"]`)!.title;
  expect(['undo', 'duplicate', 'collapse'].map(title)).toEqual([
    ...['Undo (Ctrl + Z)', 'Duplicate L1 (d)', 'Collapse or expand L1']
  ]);
});

test('m goes to the merges, f applies the remedy', () => {
  const { editor, python, press } = page();
  editor.focus('C2');
  press('m');
  const merge = document.activeElement as HTMLSelectElement;
  expect(merge.className).toContain('osl-merge');
  merge.value = 'concat';
  merge.dispatchEvent(new Event('change', { bubbles: true }));
  expect(python.edits).toEqual([{ edit: 'SetMerge', layer: 'L1', merge: 'concat' }]);
  const state = structuredClone(python.state);
  const fix = [{ edit: 'RemoveComponent', component: 'C5' } as const];
  state.layers[2]!.blocks[0]!.components[0]!.problem = {
    item: 'C5',
    message: 'no',
    expected: null,
    remedy: 'remove it',
    fix
  };
  editor.update(state);
  editor.focus('C5');
  press('f');
  expect(python.edits.at(-1)).toEqual(fix[0]);
});

test.each([
  ['goes with what an edit made', null, 'B5'],
  ['stays in a cell that one types in by the time of the answer', 'textarea', undefined],
  ['stays in a field of the network as well', '[data-id="C5"] .osl-params', undefined]
])('the keyboard %s', (_, elsewhere, expected) => {
  const { editor, python, press, focused, item } = page();
  document.body.append(document.createElement('textarea'));
  editor.focus('B1');
  const answer = python.hold();
  press('d');
  const other = elsewhere === null ? null : document.querySelector<HTMLElement>(elsewhere);
  other?.focus();
  answer();
  expect(item('B5').getAttribute('aria-selected')).toBe('true');
  expect(focused()).toBe(expected);
  expect(document.activeElement).toBe(other ?? item('B5'));
});
