/**
 * What the Graph View draws. Python works out every place (`oneshot_lab/views/graph/layout.py`): pixels at full size, y
 * downwards, a node's place being its centre.
 */

/** One component of a block. */
export interface Row {
  kind: string;
  params: string;
  family: string;
  colour: string;
}

export type Role = 'input' | 'block' | 'join' | 'merge' | 'output';

export interface GraphNode {
  id: string;
  role: Role;
  /** Null for the input and the output. */
  layer: string | null;
  /** All layers that it stands for: several where a run of equal layers is drawn as one. */
  layers: string[];
  /** All blocks that it stands for. */
  blocks: string[];
  x: number;
  y: number;
  width: number;
  height: number;
  label: string;
  rows: Row[];
  times: number;
  /** Between 0 and 1; null before there are scores. */
  fitness: number | null;
  colour: string | null;
  untrained: boolean;
  problem: string | null;
  facts: [string, string][];
}

export interface GraphEdge {
  id: string;
  source: string;
  target: string;
  kind: 'flow' | 'link';
  /** The layers that a skip connection joins. */
  link: [string, string] | null;
  projection: string | null;
}

export interface Drawing {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export interface GraphState extends Drawing {
  revision: number;
  name: string;
  /** The network's size in words. */
  summary: string;
  /** What does not fit: the search waits. */
  problem: string | null;
  legend: { family: string; colour: string }[];
  /** Whether there are scores. */
  trained: boolean;
  /** Why edits are disabled now; null if they are enabled. */
  reason: string | null;
  can_undo: boolean;
  can_redo: boolean;
}

/** One sub-network by itself, pruned to what is active; in few values, see `oneshot_lab/views/graph/candidate.py`. */
export interface Candidate {
  title: string;
  /** What there is of kind, parameters in short, and colour. */
  rows: [string, string, string][];
  /** Role, label, x, y, width, height, and the numbers of its rows. */
  nodes: [Role, string, number, number, number, number, number[]][];
  /** Numbers of the nodes that they join. */
  flow: [number, number][];
  link: [number, number][];
}

/** What blocks are highlighted as: `hover`, `region`, or both, by the block's id. */
export type Marks = Record<string, string>;

/** What links call the network's input. */
export const INPUT = 'input';
