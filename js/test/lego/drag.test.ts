import Sortable from 'sortablejs';
import { expect, test, vi } from 'vitest';

import { Drag } from '../../src/lego/drag';
import { page } from './page';

/** Drops an item as SortableJS does it: the node is in the new list already when `onEnd` is called. */
function drop(item: HTMLElement, to: HTMLElement, index: number): void {
  const from = item.parentElement!;
  const { options } = Sortable.get(from)!;
  const items = (list: Element): Element[] =>
    [...list.children].filter(child => child.classList.contains('osl-item'));
  const old = items(from).indexOf(item);
  const event = { item, from, to } as Partial<Sortable.SortableEvent>;
  options.onStart?.(event as Sortable.SortableEvent);
  item.remove();
  to.insertBefore(item, items(to)[index] ?? null);
  options.onEnd?.({ ...event, oldDraggableIndex: old, newDraggableIndex: index } as Sortable.SortableEvent);
}

const takes = (list: HTMLElement, item: HTMLElement): boolean => {
  const group = Sortable.get(list)!.option('group') as unknown as {
    checkPut: (...parts: unknown[]) => boolean;
  };
  return group.checkPut(Sortable.get(list), Sortable.get(item.parentElement!), item, new Event('move'));
};

test('a list takes items of its level and of those below, and none from above', () => {
  const { host, item } = page();
  const layers = host.querySelector<HTMLElement>('.osl-layers')!;
  const blocks = item('L2').querySelector<HTMLElement>('.osl-blocks')!;
  const components = item('B3').querySelector<HTMLElement>('.osl-components')!;
  const taken = [layers, blocks, components].map(list =>
    ['L1', 'B1', 'C1'].filter(id => takes(list, item(id)))
  );
  expect(taken).toEqual([['L1', 'B1', 'C1'], ['B1', 'C1'], ['C1']]);
});

test.each([
  ['C1', 'B3', 1, 'L1[B2(C2)] L2[B3(C3 C1 C4)] L3[B4(C5)]'],
  ['B1', 'L2', 0, 'L1[B2(C2)] L2[B1(C1) B3(C3 C4)] L3[B4(C5)]'],
  ['C4', 'L1', 1, 'L1[B1(C1) B5(C4) B2(C2)] L2[B3(C3)] L3[B4(C5)]'],
  ['B2', null, 0, 'L4[B2(C2)] L1[B1(C1)] L2[B3(C3 C4)] L3[B4(C5)]'],
  ['C4', null, 1, 'L1[B1(C1) B2(C2)] L4[B5(C4)] L2[B3(C3)] L3[B4(C5)]'],
  ['L1', null, 2, 'L2[B3(C3 C4)] L3[B4(C5)] L1[B1(C1) B2(C2)]']
])('%s dropped into %s at %i', (id, owner, index, result) => {
  const { host, item, drawn, said } = page();
  const list = (owner === null ? host : item(owner)).querySelector<HTMLElement>('.osl-list')!;
  drop(item(id), list, index);
  expect(drawn()).toBe(result);
  expect(said.at(-1)).toMatch(`Moved`);
});

test('until Python says otherwise, what was dropped is back where it was', () => {
  const { python, item, drawn, said } = page();
  const before = drawn();
  python.refuse = 'it does not fit';
  drop(item('C1'), item('B3').querySelector<HTMLElement>('.osl-list')!, 0);
  expect(drawn()).toBe(before);
  expect(item('C1').textContent).toContain('Not done: it does not fit');
  expect(said.at(-1)).toBe('Not done: it does not fit');
});

test('a state that comes during a drag is drawn at its end', () => {
  const { editor, python, item, drawn } = page();
  const before = drawn();
  const list = item('C1').parentElement!;
  const { options } = Sortable.get(list)!;
  options.onStart!({ item: item('C1') } as Sortable.SortableEvent);
  const next = structuredClone(python.state);
  next.layers.reverse();
  editor.update({ ...next, revision: 2 });
  expect(drawn()).toBe(before);
  options.onEnd!({
    item: item('C1'),
    from: list,
    to: list,
    oldDraggableIndex: 0,
    newDraggableIndex: 0
  } as Sortable.SortableEvent);
  expect(drawn()).toBe('L3[B4(C5)] L2[B3(C3 C4)] L1[B1(C1) B2(C2)]');
  expect(python.messages).toHaveLength(0);
});

test('Escape lets go: nothing is sent', () => {
  const { python, item } = page();
  const list = item('C1').parentElement!;
  const { options } = Sortable.get(list)!;
  const heard = vi.fn();
  document.addEventListener('pointerup', heard);
  options.onStart!({ item: item('C1') } as Sortable.SortableEvent);
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  expect(heard).toHaveBeenCalledOnce();
  options.onEnd!({
    item: item('C1'),
    from: list,
    to: item('B3').querySelector('.osl-list')!,
    oldDraggableIndex: 0,
    newDraggableIndex: 0
  } as unknown as Sortable.SortableEvent);
  document.removeEventListener('pointerup', heard);
  expect(python.messages).toHaveLength(0);
});

test('fields and buttons start no drag, nor does anything while edits are off', () => {
  const { editor, item, field } = page();
  const filter = Sortable.get(item('C1').parentElement!)!.option('filter') as unknown as (
    event: Event
  ) => boolean;
  const pressed = (target: Element): boolean => filter({ target } as unknown as Event);
  expect(pressed(field('C1'))).toBe(true);
  expect(pressed(item('C1').querySelector('.osl-kind')!)).toBe(false);
  editor.setConnected(false);
  expect(pressed(item('C1').querySelector('.osl-kind')!)).toBe(true);
});

/** A list of two layers, and what has been told of drags in it. */
function list() {
  const node = document.body.appendChild(document.createElement('div'));
  node.dataset.level = 'layer';
  for (const id of ['one', 'other']) {
    const item = node.appendChild(document.createElement('div'));
    item.className = 'osl-item';
    Object.assign(item.dataset, { id, level: 'layer' });
  }
  const ended = vi.fn();
  const drag = new Drag({ started: () => undefined, ended });
  drag.attach(node);
  return { node, drag, ended };
}

/** Drags an item with a mouse that SortableJS believes in, up to before it is let go. */
async function pull(item: Element): Promise<void> {
  document.elementFromPoint = () => document.body;
  point(item, 'pointerdown', 5);
  for (const y of [25, 35]) {
    await new Promise(resolve => setTimeout(resolve, 40));
    point(document, 'pointermove', y);
  }
}

function point(target: EventTarget, type: string, y: number): void {
  const options = {
    bubbles: true,
    cancelable: true,
    clientX: 5,
    clientY: y,
    button: 0,
    pointerType: 'mouse'
  };
  target.dispatchEvent(new PointerEvent(type, options));
}

test('a drag goes on when a list of another view goes, which is let go of at its end', async () => {
  const [mine, other] = [list(), list()];
  await pull(mine.node.firstElementChild!);
  expect(mine.drag.active).toBe(true);
  other.drag.detach(other.node);
  expect(Sortable.get(other.node)).toBeDefined();
  point(document, 'pointerup', 35);
  expect(mine.drag.active).toBe(false);
  expect(mine.ended).toHaveBeenCalledOnce();
  expect(document.querySelector('.osl-dragged')).toBeNull();
  expect(Sortable.get(other.node)).toBeFalsy();
});

test('a view that goes during a drag in it lets go first, as Escape does', async () => {
  const { node, drag, ended } = list();
  await pull(node.firstElementChild!);
  drag.destroy();
  expect(ended).toHaveBeenCalledExactlyOnceWith(null);
  expect(document.querySelector('.osl-dragged')).toBeNull();
  expect(Sortable.get(node)).toBeFalsy();
});

test('a drag that SortableJS has lost holds up no other', () => {
  const [lost, other] = [list(), list()];
  Sortable.get(lost.node)!.options.onStart!({ item: lost.node.firstElementChild } as Sortable.SortableEvent);
  lost.drag.destroy();
  other.drag.destroy();
  expect(Sortable.get(lost.node) ?? Sortable.get(other.node)).toBeFalsy();
});
