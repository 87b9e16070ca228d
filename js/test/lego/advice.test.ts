import { expect, test } from 'vitest';

import type { Advice, State } from '../../src/lego/protocol';
import { CATALOGUE, block, component, layer, sample, state } from './fake';
import { page } from './page';

const CONVOLUTIONS: Advice = {
  key: 'redundancy B1 B2',
  what: 'B1 and B2 are one convolution together',
  why: 'they are added up with nothing non-linear between, and B2 alone can compute as much',
  remedy: 'Put an activation into each',
  layer: 'L1',
  blocks: ['B1', 'B2'],
  has_edits: true
};
const LAST: Advice = {
  key: 'redundancy B4',
  what: 'B4 is alone',
  why: 'nothing can be done',
  remedy: 'Keep it',
  layer: 'L3',
  blocks: ['B4'],
  has_edits: false
};

const advised = (...advice: Advice[]): State => ({ ...sample(), advice });

const lines = (host: HTMLElement): string[] =>
  [...host.querySelectorAll<HTMLElement>('.osl-advice:not([hidden]) .osl-note')].map(
    note => note.textContent!
  );
const marked = (host: HTMLElement): string[] =>
  [...host.querySelectorAll('.osl-mark:not([hidden])')].map(
    mark => mark.closest<HTMLElement>('.osl-item')!.dataset.id!
  );

test('a line below the layer says it, and its blocks carry a mark', () => {
  const { host, item } = page(advised(CONVOLUTIONS, LAST));
  const sentence = `${CONVOLUTIONS.what}: ${CONVOLUTIONS.why}`;
  expect(lines(host)).toEqual([
    `${sentence}.Put an activation into each`,
    'B4 is alone: nothing can be done.Keep it.'
  ]);
  expect(marked(host)).toEqual(['B1', 'B2', 'B4']);
  expect(item('B1').querySelector<HTMLElement>('.osl-mark')!.title).toBe(sentence);
  expect(item('B1').getAttribute('aria-label')).toBe(`Block B1: Conv2d; ${CONVOLUTIONS.what}`);
  expect(item('B3').getAttribute('aria-label')).toBe('Block B3: ReLU, MaxPool2d');
  const [box] = item('L1').children;
  expect([...box!.children].at(-1)!.className).toBe('osl-advice');
  expect(host.querySelectorAll('[data-act="follow"]')).toHaveLength(1);
});

test('a network without advice shows none', () => {
  const { host } = page();
  expect(lines(host)).toEqual([]);
  expect(marked(host)).toEqual([]);
  expect(host.querySelectorAll<HTMLElement>('.osl-advice:not([hidden])')).toHaveLength(0);
});

test('a click names the advice to Python, which draws what comes of it; undo brings it back', () => {
  const { host, python, button, click, drawn, said, editor, focused } = page(advised(CONVOLUTIONS));
  button('L1', 'follow').focus();
  click(button('L1', 'follow'));
  expect(
    python.messages.map(({ kind, revision, ...rest }) => [kind, revision, 'key' in rest && rest.key])
  ).toEqual([['advice', 1, 'redundancy B1 B2']]);
  expect(drawn()).toContain('L1[B1(C1 C6) B2(C2 C7)]');
  expect(lines(host)).toEqual([]);
  expect(marked(host)).toEqual([]);
  expect(said.at(-1)).toBe('Put an activation into each: done');
  // The button has gone: the keyboard stays at its layer.
  expect(focused()).toBe('L1');
  click(editor.root.querySelector('[data-act="undo"]')!);
  expect(drawn()).toContain('L1[B1(C1) B2(C2)]');
  expect(lines(host)).toHaveLength(1);
});

test.each(['L1', 'B2', 'C1'])('a key follows it from %s', id => {
  const { item, press, python } = page(advised(LAST, CONVOLUTIONS));
  item(id).focus();
  expect(press('v')).toBe(true);
  expect(python.messages).toMatchObject([{ kind: 'advice', key: 'redundancy B1 B2' }]);
});

test.each(['L2', 'B4'])('the key says at %s that there is nothing to follow', id => {
  const { item, press, python, said } = page(advised(CONVOLUTIONS, LAST));
  item(id).focus();
  press('v');
  expect(python.messages).toEqual([]);
  expect(said.at(-1)).toBe('There is no advice here');
});

test('the button can be reached with Tab, and Enter on it is nobody else\u2019s', () => {
  const { button, press } = page(advised(CONVOLUTIONS));
  expect(button('L1', 'follow').tabIndex).toBe(0);
  button('L1', 'follow').focus();
  expect(press('Enter')).toBe(true);
});

test('advice that is over when its turn comes is not asked for, and a refusal is shown at the layer', () => {
  const { button, click, editor, item, python, said } = page(advised(CONVOLUTIONS));
  const answer = python.hold();
  const follow = button('L1', 'follow');
  click(follow);
  click(follow);
  answer();
  expect(python.messages.map(({ kind }) => kind)).toEqual(['advice']);
  expect(said.at(-1)).toBe('This advice is over: the network has changed');
  editor.update({ ...advised(CONVOLUTIONS), revision: 9 });
  python.refuse = 'the network gets no such advice';
  click(button('L1', 'follow'));
  expect(item('L1').querySelector('.osl-notes')!.textContent).toContain('the network gets no such advice');
});

test('a busy Python takes no advice, and the button says so', () => {
  const { button, click, editor, python, said } = page(advised(CONVOLUTIONS));
  editor.update({ ...advised(CONVOLUTIONS), revision: 2, busy: true, status: 'training' });
  expect(button('L1', 'follow').getAttribute('aria-disabled')).toBe('true');
  click(button('L1', 'follow'));
  expect(python.messages).toEqual([]);
  expect(said.at(-1)).toContain('edits wait');
});

test('a state with the same advice leaves the button, and its focus, alone', () => {
  const { button, editor } = page(advised(CONVOLUTIONS));
  const follow = button('L1', 'follow');
  follow.focus();
  editor.update({ ...advised(CONVOLUTIONS), revision: 2 });
  expect(button('L1', 'follow')).toBe(follow);
  expect(document.activeElement).toBe(follow);
});

test('a collapsed layer keeps its advice inside', () => {
  const { host, button, click } = page(advised(CONVOLUTIONS));
  click(button('L1', 'collapse'));
  expect(lines(host)).toEqual([]);
  click(button('L1', 'collapse'));
  expect(lines(host)).toHaveLength(1);
});

test('advice is never HTML', () => {
  const evil = '<img src=x onerror="window.hacked=1">';
  const network = state(layer(block(component('Conv2d'))));
  const { id, blocks } = network.layers[0]!;
  const { host } = page(
    {
      ...network,
      advice: [{ ...CONVOLUTIONS, what: evil, why: evil, remedy: evil, layer: id, blocks: [blocks[0]!.id] }]
    },
    CATALOGUE
  );
  expect(host.querySelectorAll('img')).toHaveLength(0);
  expect(lines(host)[0]).toContain(evil);
});
