import { expect, test } from 'vitest';

import { element, reconcile, scrollTo } from '../../src/common/dom';

const item = (name: string): HTMLElement => element('div', { class: 'osl-item', id: name }, name);
const ids = (parent: Element): string => [...parent.children].map(child => child.id).join('');

function permutations(letters: string): string[] {
  return letters.length < 2
    ? [letters]
    : [...letters].flatMap((letter, at) =>
        permutations(letters.slice(0, at) + letters.slice(at + 1)).map(rest => letter + rest)
      );
}

test('any order and any subset is reached from any other, with the same nodes; what is no item stays last', () => {
  const nodes = new Map([...'abcd'].map(letter => [letter, item(letter)]));
  const lists = permutations('abcd').flatMap(order => [0, 2, 4].map(length => order.slice(0, length)));
  const parent = element('div', {}, element('button', { id: '+' }));
  for (const [at, list] of lists.entries()) {
    for (const other of [list, lists[(at * 7 + 3) % lists.length]!]) {
      const wanted = [...other].map(letter => nodes.get(letter)!);
      reconcile(parent, wanted);
      expect(ids(parent)).toBe(`${other}+`);
    }
  }
});

test('the siblings of an item that moves are not touched, so that they keep their focus', () => {
  const nodes = [...'abcd'].map(item);
  const parent = element('div', {}, ...nodes);
  const [a, b, c, d] = nodes as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  const moved: Node[] = [];
  const original = parent.insertBefore.bind(parent);
  parent.insertBefore = (node, before) => (moved.push(node), original(node, before));
  reconcile(parent, [b, c, d, a]);
  expect([ids(parent), moved]).toEqual(['bcda', [a]]);
  moved.length = 0;
  reconcile(parent, [a, b, c, d]);
  expect([ids(parent), moved]).toEqual(['abcd', [a]]);
});

test('text never becomes HTML', () => {
  expect(element('span', { title: '"><b>' }, '<img src=x onerror=alert(1)>').children).toHaveLength(0);
});

test.each([
  [10, 5],
  [250, 90],
  [100, 40]
])('a box scrolls just so far that an element in it is seen', (top, wanted) => {
  const at = (from: number, height: number) => ({ top: from, bottom: from + height }) as DOMRect;
  const [box, node] = [element('div', {}), element('div', {})];
  box.getBoundingClientRect = () => at(45, 175);
  node.getBoundingClientRect = () => at(top, 20);
  box.scrollTop = 40;
  scrollTo(node, box);
  expect(box.scrollTop).toBe(wanted);
});
