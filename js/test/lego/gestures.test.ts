import { expect, test } from 'vitest';

import { type Planned, duplicate, layerSlot, put, remove, slotFor, step } from '../../src/lego/gestures';
import { Tree } from '../../src/lego/tree';
import { sample } from './fake';

// L1[B1(C1) B2(C2)] L2[B3(C3 C4)] L3[B4(C5)]
const tree = new Tree(sample());

const editsOf = (planned: Planned): unknown => (typeof planned === 'string' ? planned : planned.edits);

test.each([
  ['C1', 'B3', 1, { edit: 'MoveComponent', component: 'C1', to: 'B3', index: 1 }],
  ['C1', 'L2', 0, { edit: 'MoveComponent', component: 'C1', to: 'L2', index: 0 }],
  ['C1', null, 2, { edit: 'MoveComponent', component: 'C1', to: null, index: 2 }],
  ['B1', 'L2', 1, { edit: 'MoveBlock', block: 'B1', to: 'L2', index: 1 }],
  ['B1', null, 0, { edit: 'MoveBlock', block: 'B1', to: null, index: 0 }],
  ['L1', null, 2, { edit: 'MoveLayer', layer: 'L1', index: 2 }]
])('%s dropped into %s at %i is one move', (id, list, index, edit) => {
  expect(editsOf(put(tree, id, list, index))).toEqual([edit]);
});

test('what is dropped where it was is not moved, and neither is what has gone', () => {
  expect(put(tree, 'C4', 'B3', 1)).toMatch('stays');
  expect(put(tree, 'C99', 'B3', 1)).toMatch('no longer there');
  expect(put(tree, 'C4', 'B99', 1)).toMatch('no longer there');
});

test.each([
  ['C4', 'up', [{ edit: 'MoveComponent', component: 'C4', to: 'B3', index: 0 }]],
  ['C4', 'down', [{ edit: 'MoveComponent', component: 'C4', to: 'B4', index: 0 }]],
  ['C3', 'up', [{ edit: 'MoveComponent', component: 'C3', to: 'B2', index: 1 }]],
  ['B2', 'down', [{ edit: 'MoveBlock', block: 'B2', to: 'L2', index: 0 }]],
  ['B3', 'up', [{ edit: 'MoveBlock', block: 'B3', to: 'L1', index: 2 }]],
  ['L2', 'up', [{ edit: 'MoveLayer', layer: 'L2', index: 0 }]]
] as const)('%s steps %s, over into the next parent where there is no sibling', (id, direction, edits) => {
  expect(editsOf(step(tree, id, direction))).toEqual(edits);
});

test('the ends of the network are the ends', () => {
  expect(step(tree, 'C1', 'up')).toMatch('first already');
  expect(step(tree, 'L3', 'down')).toMatch('last already');
  expect(step(tree, 'L1', 'in')).toMatch('no layer before L1');
});

test('out makes a block of a component and a layer of a block; what is alone takes its parent along', () => {
  expect(editsOf(step(tree, 'C4', 'out'))).toEqual([
    { edit: 'MoveComponent', component: 'C4', to: 'L2', index: 1 }
  ]);
  expect(editsOf(step(tree, 'B1', 'out'))).toEqual([{ edit: 'MoveBlock', block: 'B1', to: null, index: 1 }]);
  expect(editsOf(step(tree, 'C1', 'out'))).toEqual([{ edit: 'MoveBlock', block: 'B1', to: null, index: 1 }]);
  expect(step(tree, 'C5', 'out')).toMatch('a layer of its own already');
  expect(step(tree, 'L1', 'out')).toMatch('outermost');
});

test('in is the way back: the children join the block or layer before, in their order', () => {
  expect(editsOf(step(tree, 'L2', 'in'))).toEqual([
    { edit: 'MoveBlock', block: 'B3', to: 'L1', index: null }
  ]);
  expect(editsOf(step(tree, 'B2', 'in'))).toEqual([
    { edit: 'MoveComponent', component: 'C2', to: 'B1', index: null }
  ]);
  expect(step(tree, 'C5', 'in')).toMatch('innermost');
});

test('removing several leaves out what goes with a parent', () => {
  expect(editsOf(remove(tree, ['C3', 'B3', 'C5', 'L1', 'B2']))).toEqual([
    { edit: 'RemoveLayer', layer: 'L1' },
    { edit: 'RemoveBlock', block: 'B3' },
    { edit: 'RemoveComponent', component: 'C5' }
  ]);
  expect(remove(tree, [])).toMatch('Select');
});

test('a duplicate stands right after what it copies', () => {
  expect(editsOf(duplicate(tree, 'L1'))).toEqual([{ edit: 'CopyLayer', layer: 'L1', index: 1 }]);
  expect(editsOf(duplicate(tree, 'B2'))).toEqual([{ edit: 'CopyBlock', block: 'B2', to: 'L1', index: 2 }]);
  expect(editsOf(duplicate(tree, 'C3'))).toEqual([
    { edit: 'CopyComponent', component: 'C3', to: 'B3', index: 1 }
  ]);
});

test.each([
  ['C3', 'component', { edit: 'AddComponent', block: 'B3', index: 1 }],
  ['B3', 'component', { edit: 'AddComponent', block: 'B3', index: null }],
  ['L1', 'component', { edit: 'AddBlock', layer: 'L1', index: null }],
  ['C1', 'block', { edit: 'AddBlock', layer: 'L1', index: 1 }],
  ['L1', 'block', { edit: 'AddBlock', layer: 'L1', index: null }],
  ['C1', 'layer', { edit: 'AddLayer', index: 1 }],
  [null, 'component', { edit: 'AddLayer', index: null }]
] as const)('from %s a new %s goes after it, or inside', (id, level, edit) => {
  expect(slotFor(tree, id, level).add('ReLU', 'p')).toEqual({ ...edit, kind: 'ReLU', params: 'p' });
});

test('a layer can be added at any position', () => {
  expect(layerSlot(0).add('ReLU', '')).toEqual({ edit: 'AddLayer', kind: 'ReLU', params: '', index: 0 });
});
