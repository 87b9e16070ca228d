/** A stand-in for Python's drawing of a network: places that are in order, without any care for looks. */

import type { GraphEdge, GraphNode, GraphState, Role } from '../../src/graph/protocol';

const COLOURS: Record<string, string> = { Conv: '#0072B2', ReLU: '#E69F00', Lin: '#D55E00' };

export function node(id: string, role: Role, more: Partial<GraphNode> = {}): GraphNode {
  return {
    id,
    role,
    layer: null,
    layers: more.layer ? [more.layer] : [],
    blocks: role === 'block' ? [id] : [],
    x: 0,
    y: 0,
    width: 100,
    height: 33,
    label: id,
    rows: [],
    times: 1,
    fitness: null,
    colour: null,
    untrained: false,
    problem: null,
    facts: [],
    ...more
  };
}

export function edge(source: string, target: string, link: [string, string] | null = null): GraphEdge {
  const id = link ? `${link[0]}-${link[1]}→${target}` : `${source}→${target}`;
  return { id, source, target, kind: link ? 'link' : 'flow', link, projection: null };
}

/** Layers of blocks, each block by the kind of its one component: `[['Conv', 'Conv'], ['ReLU']]`. */
export function drawing(
  layers: string[][],
  links: [string, string][] = []
): Pick<GraphState, 'nodes' | 'edges'> {
  const nodes = [node('input', 'input', { label: 'input 1×28×28' })];
  const edges: GraphEdge[] = [];
  let before = 'input';
  let count = 0;
  const ends: Record<string, string> = { input: 'input' };
  layers.forEach((kinds, index) => {
    const layer = `L${index + 1}`;
    const blocks = kinds.map((kind, place) => {
      const id = `B${++count}`;
      const rows = [{ kind, params: '6 5×5', family: kind, colour: COLOURS[kind]! }];
      const x = 150 * (index + 1);
      return node(id, 'block', { layer, layers: [layer], rows, x, y: (place - (kinds.length - 1) / 2) * 50 });
    });
    nodes.push(...blocks);
    edges.push(...blocks.map(({ id }) => edge(before, id)));
    links
      .filter(([, target]) => target === layer)
      .forEach(link => edges.push(edge(ends[link[0]]!, blocks[0]!.id, link)));
    before = blocks[0]!.id;
    if (blocks.length > 1) {
      before = `${layer}.merge`;
      nodes.push(node(before, 'merge', { layer, layers: [layer], x: blocks[0]!.x + 70, label: '+' }));
      edges.push(...blocks.map(({ id }) => edge(id, before)));
    }
    ends[layer] = before;
  });
  nodes.push(node('output', 'output', { label: 'output 10 classes', x: 150 * (layers.length + 1) }));
  edges.push(edge(before, 'output'));
  return { nodes, edges };
}

/** L1 with B1 and B2, then L2 with B3, L3 with B4, L4 with B5. */
export function sample(links: [string, string][] = []): GraphState {
  return {
    revision: 1,
    name: 'lenet',
    summary: '4 layers, 5 blocks, 0 links',
    problem: null,
    ...drawing([['Conv', 'Conv'], ['ReLU'], ['Conv'], ['Lin']], links),
    legend: [{ family: 'convolution', colour: '#0072B2' }],
    trained: false,
    reason: null,
    can_undo: false,
    can_redo: false
  };
}
