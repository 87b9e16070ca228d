import { expect, test, vi } from 'vitest';

import { page } from './page';
import { sample } from './sample';

const ADDED = { edit: 'AddLink', source: 'L1', target: 'L4' };

test('two clicks draw a link: from the first layer to the second', () => {
  const { button, tap, edits, select, root, said } = page();
  button('link').click();
  expect(button('link').getAttribute('aria-pressed')).toBe('true');
  tap('B2');
  tap('B5');
  expect(edits()).toEqual([ADDED]);
  expect(select).not.toHaveBeenCalled();
  expect(root.classList.contains('osl-linking')).toBe(false);
  expect(said.at(-1)).toBe('Linked L1 to L4');
});

test('keys draw a link: l where it starts, arrows, Enter', () => {
  const { press, edits, marks, tap } = page();
  tap('B1');
  press('l', 'ArrowRight', 'ArrowRight', 'ArrowRight');
  expect(marks('B1')).toContain('from');
  expect(marks('B5')).toContain('to');
  press('Enter');
  expect(edits()).toEqual([ADDED]);
  expect(marks('B1')).not.toContain('from');
});

test('a link may start at the input and at a merge, and end at a merge', () => {
  const { button, tap, edits } = page();
  for (const [from, to] of [
    ['input', 'B4'],
    ['L1.merge', 'B4'],
    ['B3', 'L1.merge']
  ] as const) {
    button('link').click();
    tap(from);
    tap(to);
  }
  expect(edits().map(edit => ('source' in edit ? [edit.source, edit.target] : []))).toEqual([
    ['input', 'L3'],
    ['L1', 'L3'],
    ['L2', 'L1']
  ]);
});

test('a link leaves a run drawn as one at its last layer, and arrives at its first', () => {
  const state = sample();
  const run = state.nodes.find(({ id }) => id === 'B3')!;
  run.layers = ['L2', 'L3'];
  const { button, tap, edits } = page(state);
  button('link').click();
  tap('B3');
  tap('B5');
  button('link').click();
  tap('input');
  tap('B3');
  expect(edits()).toEqual([
    { edit: 'AddLink', source: 'L3', target: 'L4' },
    { edit: 'AddLink', source: 'input', target: 'L2' }
  ]);
});

test('the output is no place to start or to end, and it is said', () => {
  const { button, tap, edits, said } = page();
  button('link').click();
  tap('output');
  tap('B1');
  expect(said.at(-1)).toBe('A link starts at the input or at a layer');
  button('link').click();
  tap('B1');
  tap('output');
  expect(said.at(-1)).toBe('A link ends at a layer');
  expect(edits()).toEqual([]);
});

test('Escape leaves a link undrawn', () => {
  const { tap, press, edits, marks, select } = page();
  tap('B1');
  select.mockClear();
  press('l', 'ArrowRight', 'Escape', 'Enter');
  expect(edits()).toEqual([]);
  expect(marks('B1')).not.toContain('from');
  expect(select).toHaveBeenLastCalledWith(['B3']);
});

test('dragging from the handle draws a link to where it is let go', () => {
  const { root, point, cy, edits, editor, stage } = page();
  cy.zoom(1);
  cy.pan({ x: 0, y: 150 });
  point('B1');
  const handle = root.querySelector<HTMLElement>('.osl-handle')!;
  const at = (type: string, clientX: number, clientY: number): void => {
    const options = { button: 0, clientX, clientY, bubbles: true, cancelable: true };
    handle.dispatchEvent(new PointerEvent(type, options));
  };
  editor.pointer.place();
  expect(handle.hidden).toBe(false);
  at('pointerdown', 200, 125);
  expect(document.activeElement).toBe(stage);
  at('pointermove', 500, 60);
  expect(editor.linking.point).toEqual({ x: 500, y: -90 });
  at('pointermove', 600, 150);
  expect(editor.linking.to?.id).toBe('B5');
  at('pointerup', 600, 150);
  expect(edits()).toEqual([ADDED]);

  point('B1');
  at('pointerdown', 200, 125);
  at('pointerup', 400, 20);
  point('B1');
  at('pointerdown', 200, 125);
  at('pointercancel', 600, 150);
  point('B1');
  at('pointerdown', 200, 125);
  at('pointermove', 600, 150);
  stage.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  at('pointerup', 600, 150);
  expect(edits()).toEqual([ADDED]);
  expect(editor.linking.active).toBe(false);
});

test('a refusal is said with its remedy, and nothing stays behind', () => {
  const { python, button, tap, said, cy } = page();
  python.refuse = 'the link does not lead forward';
  button('link').click();
  tap('B5');
  tap('B1');
  expect(said.at(-1)).toBe('Not done: the link does not lead forward; swap its two ends');
  expect(cy.edges('.link')).toHaveLength(0);
});

test('a click selects a link, and Delete or the card removes it', () => {
  const { tap, press, edits, cy, root, marks, button } = page();
  button('link').click();
  tap('B1');
  tap('B4');
  const id = cy.edges('.link')[0]!.id();
  tap('B5');
  tap(id);
  expect(marks(id)).toContain('selected');
  expect(marks('B5')).not.toContain('selected');
  expect(root.querySelector('.osl-card')!.textContent).toBe('Link from L1 to L3');
  press('Delete');
  expect(edits().at(-1)).toEqual({ edit: 'RemoveLink', source: 'L1', target: 'L3' });
  expect(cy.edges('.link')).toHaveLength(0);
  press('Delete');
  expect(edits()).toHaveLength(2);

  button('link').click();
  tap('B1');
  tap('B4');
  tap(cy.edges('.link')[0]!.id());
  root.querySelector<HTMLElement>('.osl-card button')!.click();
  expect(edits().at(-1)).toEqual({ edit: 'RemoveLink', source: 'L1', target: 'L3' });
});

test('Delete removes the selected blocks in one request', () => {
  const { tap, press, edits, requests, said } = page();
  tap('B1');
  tap('B3', { ctrlKey: true });
  press('Delete');
  expect(requests).toHaveLength(1);
  expect(edits()).toEqual([
    { edit: 'RemoveBlock', block: 'B1' },
    { edit: 'RemoveBlock', block: 'B3' }
  ]);
  expect(said.at(-1)).toBe('Removed B1, B3: Ctrl+Z brings them back');
});

test('undo and redo ask with the revision that was drawn, and say when there is none', () => {
  const { editor, python, press, requests, said, button } = page({ ...sample(), revision: 5 });
  press('Ctrl+z');
  expect(said.at(-1)).toBe('There is nothing to undo');
  expect(button('undo').disabled).toBe(true);
  editor.update({ ...sample(), revision: 6, can_undo: true, can_redo: true });
  python.revision = 6;
  press('Ctrl+Shift+z', 'Ctrl+z');
  expect(requests).toMatchObject([
    { kind: 'redo', revision: 6 },
    { kind: 'undo', revision: 7 }
  ]);
});

test('while Python is busy or away nothing is sent, and it is said why', () => {
  const { editor, press, tap, requests, said, button, root, point } = page();
  tap('B1');
  editor.update({ ...sample(), reason: 'Training: edits wait until it is done', revision: 2 });
  press('Delete', 'l');
  expect(said.slice(-2)).toEqual(Array(2).fill('Training: edits wait until it is done'));
  expect(root.querySelector('.osl-about')!.textContent).toBe('Training: edits wait until it is done');
  expect([button('link').disabled, button('collapse').disabled]).toEqual([true, false]);
  point('B1');
  editor.pointer.place();
  expect(root.querySelector<HTMLElement>('.osl-handle')!.hidden).toBe(true);
  editor.update({ ...sample(), revision: 3 });
  editor.setConnected(false);
  expect(button('collapse').disabled).toBe(true);
  press('Delete', 'c');
  expect(said.at(-1)).toContain('Python is not connected');
  expect(requests).toEqual([]);
  editor.setConnected(true);
  press('Delete');
  expect(requests).toHaveLength(1);
});

test('a redo right after an undo waits for what that leads to', () => {
  const { editor, python, press, requests, said } = page({ ...sample(), can_undo: true });
  python.answers = false;
  press('Ctrl+z', 'Ctrl+Shift+z');
  expect(said).not.toContain('Nothing to redo');
  expect(requests.map(({ kind }) => kind)).toEqual(['undo']);
  editor.answer({ kind: 'answer', request: requests[0]!.request, ok: true });
  editor.update({ ...sample(), revision: 2, can_redo: true });
  expect(requests.map(({ kind }) => kind)).toEqual(['undo', 'redo']);
});

test('a request waits for the one before it', () => {
  vi.useFakeTimers();
  const { python, press, tap, requests, editor } = page({ ...sample(), can_undo: true });
  python.answers = false;
  tap('B1');
  press('Delete', 'Ctrl+z');
  expect(requests).toHaveLength(1);
  editor.answer({ kind: 'answer', request: requests[0]!.request, ok: true });
  editor.update({ ...sample(), revision: 2, can_undo: true });
  expect(requests).toHaveLength(2);
  expect(requests[1]).toMatchObject({ kind: 'undo', revision: 2 });
  vi.useRealTimers();
});
