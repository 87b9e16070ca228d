import type { GraphEdge, GraphNode } from './protocol';

interface Point {
  x: number;
  y: number;
}

/** How cytoscape takes control points: along the line from source to target, and beside it. */
export interface Bend {
  weights: string;
  distances: string;
}

/** Between the highest block and the first arc above it, and between two arcs. */
const LIFT = 24;
const LANE = 15;
const CORNER = 22;

/** Gives every edge its course: flow in soft curves from side to side, links as arcs above what they skip. */
export function bends(edges: readonly GraphEdge[], nodes: ReadonlyMap<string, GraphNode>): Map<string, Bend> {
  const result = new Map<string, Bend>();
  const lanes = laneOf(edges, nodes);
  for (const edge of edges) {
    const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)];
    if (source && target) {
      const points =
        edge.kind === 'link' ? arc(source, target, nodes, lanes.get(edge.id) ?? 0) : flow(source, target);
      result.set(edge.id, bend(source, target, points));
    }
  }
  return result;
}

/** Leaves and arrives level. */
function flow(source: GraphNode, target: GraphNode): Point[] {
  const middle = (source.x + source.width / 2 + target.x - target.width / 2) / 2;
  return [
    { x: middle, y: source.y },
    { x: middle, y: target.y }
  ];
}

/** Straight up, round a corner, along, and straight down: as far above the blocks as its lane says. */
function arc(
  source: GraphNode,
  target: GraphNode,
  nodes: ReadonlyMap<string, GraphNode>,
  lane: number
): Point[] {
  const [left, right] = [Math.min(source.x, target.x), Math.max(source.x, target.x)];
  let top = Infinity;
  for (const node of nodes.values()) {
    if (node.x >= left && node.x <= right) {
      top = Math.min(top, node.y - node.height / 2);
    }
  }
  const y = top - LIFT - lane * LANE;
  const corner = Math.min(CORNER, (right - left) / 4) * Math.sign(target.x - source.x || 1);
  return [source.x, source.x + 2 * corner, target.x - 2 * corner, target.x].map(x => ({ x, y }));
}

/** Links over the same layers get a lane each, the shorter ones below. */
function laneOf(edges: readonly GraphEdge[], nodes: ReadonlyMap<string, GraphNode>): Map<string, number> {
  const spans = edges
    .filter(edge => edge.kind === 'link')
    .flatMap(({ id, source, target }) => {
      const ends = [nodes.get(source)?.x, nodes.get(target)?.x];
      return ends.includes(undefined) ? [] : [{ id, ends: (ends as number[]).sort((a, b) => a - b) }];
    })
    .sort((a, b) => a.ends[1]! - a.ends[0]! - (b.ends[1]! - b.ends[0]!));
  const lanes: number[][][] = [];
  const result = new Map<string, number>();
  for (const { id, ends } of spans) {
    const isFree = (lane: number[][]): boolean =>
      lane.every(other => ends[1]! <= other[0]! || ends[0]! >= other[1]!);
    let lane = lanes.findIndex(isFree);
    if (lane < 0) {
      lane = lanes.push([]) - 1;
    }
    lanes[lane]!.push(ends);
    result.set(id, lane);
  }
  return result;
}

function bend(source: Point, target: Point, points: readonly Point[]): Bend {
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  const length = Math.hypot(dx, dy) || 1;
  const at = points.map(({ x, y }) => [x - source.x, y - source.y] as const);
  const text = (values: number[]): string => values.map(value => value.toFixed(4)).join(' ');
  return {
    weights: text(at.map(([x, y]) => (x * dx + y * dy) / length ** 2)),
    distances: text(at.map(([x, y]) => (y * dx - x * dy) / length))
  };
}
