import type { GraphEdge, GraphNode } from './protocol';

export interface Point {
  x: number;
  y: number;
}

/** The way of an edge: a cubic curve with its two controls, or an arc round the corners at its first and last. */
export interface Course {
  start: Point;
  controls: Point[];
  end: Point;
  middle: Point;
  /** How long a label on it may be. */
  room: number;
}

/** Control points in cytoscape's form: along the line from source to target, and beside it. */
export interface Bend {
  weights: string;
  distances: string;
}

/** Between the highest block and the first arc above it, and between two arcs. */
const LIFT = 24;
const LANE = 15;
const CORNER = 22;

export type Line = Pick<GraphEdge, 'id' | 'source' | 'target' | 'kind'>;
type Place = Pick<GraphNode, 'x' | 'y' | 'width' | 'height'>;
type Nodes = ReadonlyMap<string, Place>;

/** Gives every edge its course: flow in soft curves from side to side, links as arcs above what they skip. */
export function coursesOf(edges: readonly Line[], nodes: Nodes): Map<string, Course> {
  const courses = new Map<string, Course>();
  const lanes = lanesOf(edges, nodes);
  for (const { id, source, target, kind } of edges) {
    const [from, to] = [nodes.get(source), nodes.get(target)];
    if (from && to) {
      courses.set(id, kind === 'link' ? arc(from, to, nodes, lanes.get(id) ?? 0) : flow(from, to));
    }
  }
  return courses;
}

/** Leaves and arrives level. */
function flow(source: Place, target: Place): Course {
  const start = { x: source.x + source.width / 2, y: source.y };
  const end = { x: target.x - target.width / 2, y: target.y };
  const x = (start.x + end.x) / 2;
  const controls = [
    { x, y: start.y },
    { x, y: end.y }
  ];
  return { start, controls, end, middle: { x, y: (start.y + end.y) / 2 }, room: 0 };
}

/** Straight up, around a corner, along its lane above the blocks, and straight down. */
function arc(source: Place, target: Place, nodes: Nodes, lane: number): Course {
  const [left, right] = [Math.min(source.x, target.x), Math.max(source.x, target.x)];
  let top = Infinity;
  for (const node of nodes.values()) {
    if (node.x >= left && node.x <= right) {
      top = Math.min(top, node.y - node.height / 2);
    }
  }
  const y = top - LIFT - lane * LANE;
  const corner = Math.min(CORNER, (right - left) / 4) * Math.sign(target.x - source.x || 1);
  return {
    start: { x: source.x, y: source.y - source.height / 2 },
    controls: [source.x, source.x + 2 * corner, target.x - 2 * corner, target.x].map(x => ({ x, y })),
    end: { x: target.x, y: target.y - target.height / 2 },
    middle: { x: (left + right) / 2, y },
    room: Math.max(40, right - left - 2 * CORNER)
  };
}

/** Links over the same layers get a lane each, the shorter ones below. */
function lanesOf(edges: readonly Line[], nodes: Nodes): Map<string, number> {
  const spans = edges
    .filter(edge => edge.kind === 'link')
    .map(({ id, source, target }) => {
      const ends = [nodes.get(source)?.x ?? 0, nodes.get(target)?.x ?? 0];
      return { id, left: Math.min(...ends), right: Math.max(...ends) };
    })
    .sort((one, other) => one.right - one.left - (other.right - other.left));
  const lanes: (typeof spans)[] = [];
  const result = new Map<string, number>();
  for (const span of spans) {
    const isFree = (lane: typeof spans): boolean =>
      lane.every(other => span.right <= other.left || span.left >= other.right);
    const found = lanes.findIndex(isFree);
    const lane = found < 0 ? lanes.push([]) - 1 : found;
    lanes[lane]!.push(span);
    result.set(span.id, lane);
  }
  return result;
}

/** A course in cytoscape's terms, so that the mouse finds it where it is drawn. */
export function bendOf({ controls }: Course, source: Point, target: Point): Bend {
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  const length = Math.hypot(dx, dy) || 1;
  const at = controls.map(({ x, y }) => [x - source.x, y - source.y] as const);
  const text = (values: number[]): string => values.map(value => value.toFixed(4)).join(' ');
  return {
    weights: text(at.map(([x, y]) => (x * dx + y * dy) / length ** 2)),
    distances: text(at.map(([x, y]) => (y * dx - x * dy) / length))
  };
}
