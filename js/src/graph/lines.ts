import type { Course, Point } from './curves';
import type { Mark } from './marks';
import type { Pen } from './pen';
import type { GraphEdge, GraphNode } from './protocol';

const SIZE = 10;
const ARROW = 7;

type MarksOf = (id: string) => ReadonlySet<Mark>;

/** Draws what flows, thin and quiet: all that look alike in one stroke. */
export function drawFlow(
  pen: Pen,
  edges: readonly GraphEdge[],
  courses: ReadonlyMap<string, Course>,
  of: MarksOf
) {
  const { context, theme, scale } = pen;
  const groups = { plain: [] as Course[], dim: [] as Course[], path: [] as Course[] };
  for (const edge of edges) {
    const [course, marks] = [courses.get(edge.id), of(edge.id)];
    if (course && edge.kind === 'flow') {
      groups[marks.has('path') ? 'path' : marks.has('dim') ? 'dim' : 'plain'].push(course);
    }
  }
  const draw = (group: Course[], colour: string, width: number): void => {
    context.beginPath();
    group.forEach(course => trace(context, course));
    pen.stroke(colour, width);
  };
  context.globalAlpha = 0.35;
  draw(groups.dim, theme.line, 1.2 * scale);
  context.globalAlpha = 1;
  draw(groups.plain, theme.line, 1.2 * scale);
  draw(groups.path, theme.green, 2.4 * scale);
}

/** Draws links: heavier, dashed, with an arrow, and what brings one shape to the other. */
export function drawLinks(
  pen: Pen,
  edges: readonly GraphEdge[],
  courses: ReadonlyMap<string, Course>,
  of: MarksOf
) {
  for (const edge of edges) {
    const course = courses.get(edge.id);
    if (course && edge.kind === 'link') {
      link(pen, edge, course, of(edge.id));
    }
  }
}

function link(pen: Pen, edge: GraphEdge, course: Course, marks: ReadonlySet<Mark>): void {
  const { context, theme, scale } = pen;
  const isHeavy = marks.has('selected') || marks.has('pointer');
  const colour = marks.has('selected') ? theme.brand : marks.has('path') ? theme.green : theme.quiet;
  if (marks.has('current')) {
    context.beginPath();
    trace(context, course);
    context.globalAlpha = 0.2;
    pen.stroke(theme.brand, 11 * scale);
  }
  context.globalAlpha = marks.has('dim') ? 0.35 : 1;
  context.beginPath();
  trace(context, course);
  pen.stroke(colour, (isHeavy ? 3 : 2) * scale, marks.has('selected') ? [] : [7 * scale, 4 * scale]);
  const { x, y } = course.end;
  const size = ARROW * scale;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - size / 2, y - size);
  context.lineTo(x + size / 2, y - size);
  context.closePath();
  pen.fill(colour);
  if (edge.projection && pen.isReadable(SIZE)) {
    label(pen, edge.projection, course);
  }
  context.globalAlpha = 1;
}

function label(pen: Pen, projection: string, { middle, room }: Course): void {
  const { context, theme } = pen;
  pen.font(SIZE);
  const text = pen.cut(projection, room);
  const width = context.measureText(text).width + 8;
  context.fillStyle = theme.paper;
  context.fillRect(middle.x - width / 2, middle.y - 7, width, 14);
  pen.text(text, middle.x, middle.y, 'center', theme.quiet);
}

/** A link in the making. */
export function drawRubber(pen: Pen, from: GraphNode, to: Point): void {
  const { context, theme, scale } = pen;
  const x = from.x + from.width / 2;
  const middle = (x + to.x) / 2;
  context.beginPath();
  context.moveTo(x, from.y);
  context.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
  pen.stroke(theme.brand, 2.5 * scale, [7 * scale, 4 * scale]);
  context.beginPath();
  context.arc(to.x, to.y, 4 * scale, 0, 2 * Math.PI);
  pen.fill(theme.brand);
}

function trace(context: CanvasRenderingContext2D, { start, controls, end }: Course): void {
  context.moveTo(start.x, start.y);
  const [first, second, third, fourth] = controls as [Point, Point, Point?, Point?];
  if (!third || !fourth) {
    context.bezierCurveTo(first.x, first.y, second.x, second.y, end.x, end.y);
    return;
  }
  context.quadraticCurveTo(first.x, first.y, (first.x + second.x) / 2, first.y);
  context.lineTo((third.x + fourth.x) / 2, third.y);
  context.quadraticCurveTo(fourth.x, fourth.y, end.x, end.y);
}
