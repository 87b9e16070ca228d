import { expect, test } from 'vitest';

import { bendOf, coursesOf } from '../../src/graph/curves';
import { edge, node, sample } from './sample';

const nodesOf = (state = sample()) => new Map(state.nodes.map(one => [one.id, one]));

test('flow leaves at the right edge, level, and arrives at the left one', () => {
  const { edges } = sample();
  const nodes = nodesOf();
  for (const [id, { start, end, controls }] of coursesOf(edges, nodes)) {
    const [source, target] = id.split('→').map(name => nodes.get(name)!);
    expect(start).toEqual({ x: source!.x + source!.width / 2, y: source!.y });
    expect(end).toEqual({ x: target!.x - target!.width / 2, y: target!.y });
    expect(controls.map(({ y }) => y)).toEqual([start.y, end.y]);
  }
});

test('a link passes above everything that it skips, and two over the same layers do not meet', () => {
  const state = sample([
    ['L1', 'L4'],
    ['L1', 'L3'],
    ['input', 'L4']
  ]);
  const nodes = nodesOf(state);
  const courses = coursesOf(state.edges, nodes);
  const heights = state.edges
    .filter(({ kind }) => kind === 'link')
    .map(({ id, source, target }) => {
      const [left, right] = [nodes.get(source)!.x, nodes.get(target)!.x];
      const y = courses.get(id)!.controls[0]!.y;
      const skipped = [...nodes.values()].filter(({ x }) => x >= left && x <= right);
      expect(skipped.every(one => y < one.y - one.height / 2)).toBe(true);
      return y;
    });
  expect(new Set(heights).size).toBe(3);
});

test('cytoscape finds the controls where they are: along the line between the nodes, and beside it', () => {
  const nodes = new Map(
    [node('a', 'block', { x: 10, y: 40 }), node('b', 'block', { x: 350, y: -60 })].map(n => [n.id, n])
  );
  const [a, b] = [nodes.get('a')!, nodes.get('b')!];
  for (const one of [edge('a', 'b'), edge('a', 'b', ['L1', 'L3'])]) {
    const course = coursesOf([one], nodes).get(one.id)!;
    const { weights, distances } = bendOf(course, a, b);
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    const beside = { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
    const [along, off] = [weights, distances].map(text => text.split(' ').map(Number));
    course.controls.forEach(({ x, y }, index) => {
      expect(a.x + (b.x - a.x) * along![index]! + beside.x * off![index]!).toBeCloseTo(x, 1);
      expect(a.y + (b.y - a.y) * along![index]! + beside.y * off![index]!).toBeCloseTo(y, 1);
    });
  }
});
