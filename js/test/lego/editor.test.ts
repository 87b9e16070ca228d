import { expect, test, vi } from 'vitest';

import { viridis } from '../../src/common/format';
import { CATALOGUE, block, component, layer, sample, state } from './fake';
import { page } from './page';

test('it draws shapes, parameters, counts and scores', () => {
  const network = sample();
  Object.assign(network.layers[0]!, { output: '6×26×26', parameters: 216 });
  Object.assign(network.layers[0]!.blocks[0]!, { parameters: 60 });
  Object.assign(network.layers[0]!.blocks[1]!, { fitness: 0.83, untrained: true });
  const { host, item, field } = page(network);
  expect([...host.querySelectorAll('.osl-pill')].map(pill => pill.textContent)).toEqual([
    '1×28×28',
    '6×26×26',
    '?',
    '?'
  ]);
  expect(field('C2').value).toBe('1, 6, 5, padding=1');
  expect(field('C2').title).toContain('in_channels, out_channels, kernel_size');
  expect(field('C3').hidden).toBe(true);
  expect(item('B2').textContent).toContain('0.83');
  expect(item('B2').textContent).toContain('untrained');
  expect(item('B2').querySelector<HTMLElement>('.osl-bar')!.style.backgroundColor).toBe(viridis(0.83));
  expect(item('B1').querySelector<HTMLElement>('.osl-fitness')!.hidden).toBe(true);
  expect(host.querySelector('.osl-foot')!.textContent).toContain('61.7 k parameters');
});

test('names and parameters are never HTML', () => {
  const evil = '<img src=x onerror="window.hacked=1">';
  const network = state(layer(block(component(evil, evil))));
  network.layers[0]!.output = evil;
  network.name = evil;
  network.layers[0]!.blocks[0]!.components[0]!.repairs = [{ name: evil, old: evil, new: evil, reason: evil }];
  network.problem = { item: evil, message: evil, expected: evil, remedy: evil, fix: [] };
  const { host } = page(network, { ...CATALOGUE, templates: [evil] });
  expect(host.querySelectorAll('img')).toHaveLength(0);
  expect(host.textContent).toContain(evil);
});

test('an item keeps its node wherever it goes, and a field that is typed in keeps its text', () => {
  const { editor, python, item, field, type } = page();
  const nodes = ['L1', 'B2', 'C2'].map(item);
  type(field('C2'), '1, 6, 9');
  field('C2').setSelectionRange(2, 4);
  const next = structuredClone(python.state);
  next.layers.reverse();
  next.layers[2]!.blocks.reverse();
  next.layers[2]!.blocks[0]!.fitness = 0.5;
  editor.update({ ...next, revision: 2 });
  expect(['L1', 'B2', 'C2'].map(item)).toEqual(nodes);
  expect(document.activeElement).toBe(field('C2'));
  expect([field('C2').value, field('C2').selectionStart, field('C2').selectionEnd]).toEqual([
    '1, 6, 9',
    2,
    4
  ]);
});

test('leaving a field keeps what was typed; a refusal is shown there, with the text to put right', () => {
  const { editor, python, field, item, type, click, said } = page();
  python.refuse = 'kernel_size cannot be many';
  type(field('C1'), '1, 6, many');
  field('C1').dispatchEvent(new Event('change', { bubbles: true }));
  field('C1').blur();
  expect(field('C1').value).toBe('1, 6, many');
  expect(item('C1').textContent).toContain('kernel_size cannot be many');
  expect(said.at(-1)).toContain('Not done');
  editor.update({ ...structuredClone(python.state), revision: 2 });
  expect(field('C1').value).toBe('1, 6, many');
  click(item('C1').querySelector('[data-act="dismiss"]')!);
  expect(item('C1').textContent).not.toContain('many');
  expect(field('C1').value).toBe('1, 6, 3');
});

test('repairs show where they happened, are told once, and can be dismissed', () => {
  const { editor, python, item, click, said } = page();
  const next = structuredClone(python.state);
  next.layers[0]!.blocks[1]!.components[0]!.repairs = [
    { name: 'padding', old: '0', new: '1', reason: 'same size as B1' }
  ];
  editor.update({ ...next, revision: 2 });
  expect(item('C2').textContent).toContain('padding 0 → 1: same size as B1');
  expect(said).toEqual(['Repaired C2 padding 0 → 1: same size as B1']);
  click(item('C2').querySelector('[data-act="dismiss"]')!);
  editor.update({ ...structuredClone(next), revision: 3 });
  expect(item('C2').textContent).not.toContain('padding 0 → 1');
  expect(said).toHaveLength(1);
});

test('a problem is outlined and worded, at the item and above, and its remedy is one click', () => {
  const { editor, host, python, item, click, focused } = page();
  const next = structuredClone(python.state);
  const fix = [{ edit: 'SetParams', component: 'C2', params: '1, 6, 5, padding=2' } as const];
  const problem = {
    item: 'B2',
    message: 'it gives 24×24, its siblings 26×26',
    expected: '26×26',
    remedy: 'use padding=2',
    fix: [...fix]
  };
  next.layers[0]!.blocks[1]!.problem = problem;
  next.problem = problem;
  editor.update({ ...next, revision: 2 });
  expect(item('B2').className).toContain('osl-has-problem');
  expect(item('B2').getAttribute('aria-invalid')).toBe('true');
  expect(item('B2').textContent).toContain('its siblings 26×26');
  expect(host.querySelector('.osl-whole-problem')!.textContent).toContain('The search waits');
  click(host.querySelector('[data-act="show"]')!);
  expect(focused()).toBe('B2');
  click(item('B2').querySelector('[data-act="fix"]')!);
  expect(python.edits).toEqual(fix);
});

test('clicks select: alone, with Ctrl one more, with Shift all between on that level', () => {
  const { item, click, select, editor } = page();
  click(item('B1'));
  click(item('B3'), { shiftKey: true });
  expect(select).toHaveBeenLastCalledWith(['B1', 'B2', 'B3']);
  click(item('B2'), { ctrlKey: true });
  expect(select).toHaveBeenLastCalledWith(['B1', 'B3']);
  click(item('C5'), { metaKey: true });
  expect(select).toHaveBeenLastCalledWith(['B1', 'B3', 'C5']);
  const calls = select.mock.calls.length;
  editor.setSelected(['L1']);
  expect(item('L1').getAttribute('aria-selected')).toBe('true');
  expect(select.mock.calls).toHaveLength(calls);
});

test.each([
  [
    'without a kernel',
    (editor: ReturnType<typeof page>['editor']) => editor.setConnected(false),
    'not connected'
  ],
  [
    'while the session is busy',
    (editor: ReturnType<typeof page>['editor']) =>
      editor.update({ ...sample(), busy: true, status: 'training' }),
    'Training'
  ]
])('%s a banner says so and nothing is sent', (_, stop, words) => {
  const { editor, host, python, press, field, button, click, said } = page();
  stop(editor);
  expect(host.querySelector<HTMLElement>('.osl-banner')!.hidden).toBe(false);
  expect(host.querySelector('.osl-banner')!.textContent).toContain(words);
  editor.focus('B1');
  press('Delete', 'd', 'Alt+ArrowDown');
  click(button('C1', 'remove'));
  expect(field('C1').readOnly).toBe(true);
  expect(said.at(-1)).toContain(words);
  expect(python.messages).toHaveLength(0);
  editor.setConnected(true);
  editor.update(sample());
  expect(host.querySelector<HTMLElement>('.osl-banner')!.hidden).toBe(true);
  press('d');
  expect(python.messages).toHaveLength(1);
});

test('empty states say what to do', () => {
  const { editor, host } = page();
  editor.update({ ...state(), revision: 2 });
  expect(host.querySelector('.osl-empty')!.textContent).toContain('Pick a template');
});

test('templates, files and Python', async () => {
  const { host, python, click, said } = page();
  const template = host.querySelector<HTMLSelectElement>('.osl-template')!;
  expect(template.value).toBe('lenet');
  template.value = 'vgg19';
  template.dispatchEvent(new Event('change', { bubbles: true }));
  expect(python.messages.at(-1)).toMatchObject({ kind: 'template', name: 'vgg19' });
  const copied = vi.fn(() => Promise.resolve());
  vi.stubGlobal('navigator', { clipboard: { writeText: copied } });
  click(host.querySelector('[data-act="python"]')!);
  await vi.waitFor(() => expect(said.at(-1)).toBe('Copied as Python'));
  expect(copied).toHaveBeenCalledWith('{}');
  vi.unstubAllGlobals();

  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
  Object.assign(URL, { createObjectURL: () => 'blob:1', revokeObjectURL: () => undefined });
  click(host.querySelector('[data-act="save"]')!);
  expect((clicked.mock.contexts[0] as HTMLAnchorElement).download).toBe('lenet.json');

  const input = host.querySelector<HTMLInputElement>('input[type="file"]')!;
  const load = (file: File): void => {
    Object.defineProperty(input, 'files', { value: [file], configurable: true });
    input.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const text = '{"oneshot_architecture": 1}';
  load(Object.assign(new File([text], 'mine.json'), { text: () => Promise.resolve(text) }));
  await vi.waitFor(() => expect(python.messages.at(-1)).toMatchObject({ kind: 'load', text }));
  load(new File(['x'.repeat(1_100_000)], 'huge.json'));
  await vi.waitFor(() => expect(said.at(-1)).toContain('huge.json has 1.1 MB'));
  expect(python.messages.filter(({ kind }) => kind === 'load')).toHaveLength(1);
});

test('the choices of a merge and a link can be changed', () => {
  const network = sample();
  network.links = [{ id: 'K1', source: 'L1', target: 'L3' }];
  const { item, python, button, click } = page(network);
  expect(item('L3').textContent).toContain('from L1');
  click(button('L3', 'unlink'));
  expect(python.edits).toEqual([{ edit: 'RemoveLink', source: 'L1', target: 'L3' }]);
});

test('nothing is left behind', () => {
  const { editor, host } = page();
  editor.destroy();
  expect(host.childElementCount).toBe(0);
});

test('what Python repairs back to what it was before does not stay in the field', () => {
  const { editor, python, field, type, press } = page();
  const before = field('C1').value;
  python.receive = ({ request }) => {
    editor.update({ ...python.state, revision: python.state.revision + 1 });
    editor.answer({ kind: 'answer', request, ok: true });
  };
  type(field('C1'), 'anything');
  press('Enter');
  expect(field('C1').value).toBe(before);
});

test('a large network is redrawn without making it anew', () => {
  const network = state(
    ...Array.from({ length: 20 }, () =>
      layer(
        ...[3, 5, 7].map(kernel =>
          block(component('Conv2d', `64, 64, ${kernel}`), component('BatchNorm2d'), component('ReLU'))
        )
      )
    )
  );
  const { editor, host } = page(network);
  const made = vi.spyOn(document, 'createElement');
  const next = structuredClone(network);
  next.layers[7]!.blocks[1]!.components[0]!.params = '64, 64, 5, padding=2';
  editor.update({ ...next, revision: 2 });
  expect(made).not.toHaveBeenCalled();
  expect(host.querySelectorAll('.osl-component')).toHaveLength(180);
  made.mockRestore();
});

test.each([
  [
    'while the session is busy',
    (editor: ReturnType<typeof page>['editor']) =>
      editor.update({ ...sample(), revision: 2, busy: true, status: 'training' })
  ],
  ['without a kernel', (editor: ReturnType<typeof page>['editor']) => editor.setConnected(false)]
])('parameters that were typed %s stay in their field, and can be sent later', (_, stop) => {
  const { editor, python, field, type, press } = page();
  type(field('C1'), '1, 7, 3');
  stop(editor);
  press('Enter');
  expect(python.edits).toHaveLength(0);
  python.state.revision = 3;
  editor.setConnected(true);
  editor.update(structuredClone(python.state));
  expect(field('C1').value).toBe('1, 7, 3');
  field('C1').focus();
  press('Enter');
  expect(python.edits).toEqual([{ edit: 'SetParams', component: 'C1', params: '1, 7, 3' }]);
});

test('parameters on their way to a kernel that goes can be sent to it again', () => {
  const { editor, python, field, type, press } = page();
  const answer = python.hold();
  press('d');
  type(field('C1'), '1, 7, 3');
  press('Enter');
  type(field('C2'), '1, 7, 5');
  press('Enter');
  editor.setConnected(false);
  answer();
  editor.setConnected(true);
  for (const id of ['C1', 'C2']) {
    field(id).focus();
    press('Enter');
  }
  const sent = python.edits.map(
    edit => 'component' in edit && [edit.component, 'params' in edit && edit.params]
  );
  expect(sent.slice(-2)).toEqual([
    ['C1', '1, 7, 3'],
    ['C2', '1, 7, 5']
  ]);
});

test('of a block in a collapsed layer that is selected elsewhere, the layer is brought into sight', () => {
  const { editor, host, item } = page();
  editor.collapsed.add('L3');
  editor.redraw();
  const scroll = host.querySelector<HTMLElement>('.osl-scroll')!;
  const box = (node: Element, top: number, bottom: number): unknown =>
    vi.spyOn(node, 'getBoundingClientRect').mockReturnValue({ top, bottom } as DOMRect);
  box(scroll, 300, 600);
  box(item('L3'), 650, 690);
  // What is not laid out is at 0, 0.
  box(item('B4'), 0, 0);
  scroll.scrollTop = 500;
  editor.setSelected(['B4']);
  expect(scroll.scrollTop).toBe(590);
});

test('buttons that edit show that they cannot, say why, and open nothing', () => {
  const network = sample();
  network.problem = { item: 'B1', message: 'no', expected: null, remedy: 'remove it', fix: [] };
  network.problem.fix = [{ edit: 'RemoveBlock', block: 'B1' }];
  network.layers[0]!.blocks[0]!.problem = network.problem;
  const { editor, host, python, click, press, said } = page(network);
  const quiet = (): string[] => [
    ...new Set([...host.querySelectorAll<HTMLElement>('[aria-disabled]')].map(node => node.dataset.act!))
  ];
  expect(quiet()).toEqual([]);
  editor.update({ ...structuredClone(network), revision: 2, busy: true, status: 'training' });
  expect(quiet().sort()).toEqual(['add-block', 'add-component', 'add-layer', 'duplicate', 'fix', 'remove']);
  for (const button of host.querySelectorAll('[aria-disabled]')) {
    click(button);
    expect(said.pop()).toContain('Training');
  }
  editor.focus('B1');
  press('a', 'b', 'l');
  expect(host.querySelector<HTMLElement>('.osl-palette')!.hidden).toBe(true);
  expect(python.messages).toEqual([]);
  editor.update({ ...structuredClone(network), revision: 3 });
  expect(quiet()).toEqual([]);
});

test.each([
  ['a template', '.osl-template', 'vgg19', 'lenet'],
  ['a merge', '[data-id="L1"] .osl-merge', 'concat', 'sum']
])('%s that comes to nothing is shown no more, also where the keyboard is', (_, selector, chosen, before) => {
  const { editor, host, python } = page();
  const select = host.querySelector<HTMLSelectElement>(selector)!;
  const choose = (): void => {
    select.focus();
    select.value = chosen;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  };
  python.refuse = 'it does not fit';
  choose();
  expect(select.value).toBe(before);
  python.hold();
  choose();
  editor.update({ ...structuredClone(python.state), revision: 2 });
  expect(select.value).toBe(chosen);
  editor.setConnected(false);
  expect(select.value).toBe(before);
});
