import type { Mark } from './marks';
import { type GraphEdge, type GraphNode, INPUT } from './protocol';
import type { Scene } from './scene';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** A layer's blocks from top to bottom, then the links that start there. */
type Column = (GraphNode | GraphEdge)[];

/** Where the arrows lead to from a node or link. */
export function step(scene: Scene, from: string | null, direction: Direction): string | null {
  const columns = columnsOf(scene);
  const at = columns.findIndex(column => column.some(({ id }) => id === from));
  if (at < 0) {
    return nearestColumn(columns, scene.nodes.get(from ?? ''))?.[0]?.id ?? null;
  }
  const column = columns[at]!;
  const place = column.findIndex(({ id }) => id === from);
  if (direction === 'up' || direction === 'down') {
    return (column[place + (direction === 'down' ? 1 : -1)] ?? column[place])!.id;
  }
  const next = columns[at + (direction === 'right' ? 1 : -1)];
  const y = heightOf(column[place]!, scene);
  return next ? nearest(next.filter(isNode), y).id : from;
}

/** The first or last thing that the arrows lead to. */
export function end(scene: Scene, which: 'first' | 'last'): string | null {
  return columnsOf(scene).at(which === 'first' ? 0 : -1)?.[0]?.id ?? null;
}

function columnsOf(scene: Scene): Column[] {
  const stops = [...scene.nodes.values()].filter(({ role }) => role !== 'join' && role !== 'merge');
  const byLayer = new Map<string, GraphNode[]>();
  for (const node of stops) {
    const key = node.layer === null ? node.role : `layer ${node.layer}`;
    byLayer.set(key, [...(byLayer.get(key) ?? []), node]);
  }
  const links = [...scene.edges.values()].filter(edge => edge.link);
  return [...byLayer.values()]
    .sort((one, other) => one[0]!.x - other[0]!.x)
    .map(nodes => {
      nodes.sort((one, other) => one.y - other.y);
      const { role, layers } = nodes[0]!;
      const starts = links.filter(({ link }) =>
        role === 'input' ? link![0] === INPUT : layers.includes(link![0])
      );
      return [...nodes, ...starts];
    });
}

function isNode(stop: GraphNode | GraphEdge): stop is GraphNode {
  return 'role' in stop;
}

function heightOf(stop: GraphNode | GraphEdge, scene: Scene): number {
  return isNode(stop) ? stop.y : (scene.nodes.get(stop.source)?.y ?? 0);
}

function nearest(nodes: GraphNode[], y: number): GraphNode {
  return nodes.reduce((best, node) => (Math.abs(node.y - y) < Math.abs(best.y - y) ? node : best));
}

function nearestColumn(columns: Column[], from: GraphNode | undefined): Column | undefined {
  const distance = (column: Column): number => Math.abs((column[0] as GraphNode).x - from!.x);
  return from
    ? [...columns].sort((one, other) => distance(one) - distance(other))[0]
    : columns.find(column => isNode(column[0]!) && column[0].role === 'block');
}

/** A node or link in words, for screen readers. */
export function describe(item: GraphNode | GraphEdge, marks: ReadonlySet<Mark>): string {
  const parts = isNode(item) ? describeNode(item) : [describeLink(item)];
  if (marks.has('hover')) {
    parts.push('highlighted');
  }
  if (marks.has('region')) {
    parts.push('in the region');
  }
  if (marks.has('selected')) {
    parts.push('selected');
  }
  return parts.join('; ');
}

function describeNode(node: GraphNode): string[] {
  if (node.role !== 'block') {
    const names = { input: 'Input', output: 'Output', merge: 'Merge', join: 'Join' };
    const label = node.label.replace(/^(input|output) /, '');
    return [`${names[node.role]}${node.layer ? ` of layer ${node.layer}` : ''}: ${label}`];
  }
  const layers =
    node.times > 1 ? `layers ${node.layers[0]} to ${node.layers.at(-1)}` : `layer ${node.layer ?? ''}`;
  const rows = node.rows.map(({ kind, params }) => `${kind} ${params}`.trim()).join(', ');
  return [
    `Block ${node.label}, ${layers}: ${rows}`,
    node.fitness === null ? '' : `fitness ${node.fitness.toFixed(2)}`,
    node.untrained ? 'untrained' : '',
    node.problem ?? ''
  ].filter(Boolean);
}

/** `Link from L2 to L4, through 1×1, 64→128`. */
export function describeLink({ link, projection }: GraphEdge): string {
  const [source, target] = link ?? ['', ''];
  return `Link from ${source} to ${target}${projection ? `, through ${projection}` : ''}`;
}
