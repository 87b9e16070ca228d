/** Draws the network on a canvas over cytoscape's, sharp at every zoom: 300 blocks take a few milliseconds. */

import { drawGround, drawName, drawNode, drawRings } from './blocks';
import type { Course, Point } from './curves';
import { drawFlow, drawLinks, drawRubber } from './lines';
import type { Mark } from './marks';
import { Pen } from './pen';
import type { GraphEdge, GraphNode } from './protocol';
import type { Theme } from './theme';

/** What names, outlines and stacks take around a node. */
const AROUND = 24;

export interface View {
  zoom: number;
  pan: Point;
  width: number;
  height: number;
  /** Pixels of the device in one of the page. */
  ratio: number;
}

export interface Picture {
  nodes: Iterable<GraphNode>;
  edges: Iterable<GraphEdge>;
  courses: ReadonlyMap<string, Course>;
  marksOf(id: string): ReadonlySet<Mark>;
  theme: Theme;
  /** Whether the keyboard is here. */
  focused: boolean;
  /** A line from a node to where the pointer is, or to another node. */
  rubber: { from: GraphNode; to: Point } | null;
}

export function paint(context: CanvasRenderingContext2D, view: View, picture: Picture): void {
  const { zoom, pan, width, height, ratio } = view;
  const { courses, marksOf, theme, focused, rubber } = picture;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width * ratio, height * ratio);
  context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * pan.x, ratio * pan.y);
  const pen = new Pen(context, theme, zoom);
  const edges = [...picture.edges];
  const isSeen = (node: GraphNode): boolean =>
    Math.abs((node.x * zoom + pan.x) * 2 - width) < (node.width + 2 * AROUND) * zoom + width &&
    Math.abs((node.y * zoom + pan.y) * 2 - height) < (node.height + 2 * AROUND) * zoom + height;
  const seen = [...picture.nodes].filter(isSeen).map(node => [node, marksOf(node.id)] as const);
  seen.forEach(([node, marks]) => drawGround(pen, node, marks));
  drawFlow(pen, edges, courses, marksOf);
  drawLinks(pen, edges, courses, marksOf);
  seen.forEach(([node, marks]) => {
    drawNode(pen, node, marks);
    drawRings(pen, node, marks, focused);
  });
  // Over all outlines: where it is narrow, those come near to the names of the blocks below.
  seen.forEach(([node, marks]) => drawName(pen, node, marks));
  if (rubber) {
    drawRubber(pen, rubber.from, rubber.to);
  }
}
