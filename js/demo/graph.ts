/** The Graph View in a plain page, over a network that does not change: `npm run demo`, then /demo/graph.html. */

import cytoscape from 'cytoscape';

import { GraphEditor } from '../src/graph/editor';
import { viridis } from '../src/common/format';
import { drawing, sample } from '../test/graph/sample';

const layers = Array.from({ length: 8 }, (_, index) => (index % 2 ? ['ReLU'] : ['Conv', 'Conv', 'Conv']));
const state = { ...sample(), ...drawing([...layers, ['Lin']], [['L2', 'L5']]), trained: true };
state.nodes.forEach((node, index) => {
  node.fitness = node.role === 'block' ? ((index * 7) % 10) / 10 : null;
  node.colour = node.fitness === null ? null : viridis(node.fitness);
  node.facts = [['Layer', node.layer ?? '']];
});
state.edges.filter(edge => edge.link).forEach(edge => (edge.projection = '1×1, 6→16'));

const editor = new GraphEditor(document.getElementById('host')!, {
  create: container => cytoscape({ container }),
  send: message => {
    const answer = {
      kind: 'answer',
      request: message.request,
      ok: false,
      where: null,
      expected: null
    } as const;
    editor.answer({ ...answer, message: 'there is no Python here', remedy: null });
  }
});
editor.update(state);
editor.setMarks({ B1: 'hover region', B4: 'hover', B5: 'region' });
Object.assign(window, { editor });
