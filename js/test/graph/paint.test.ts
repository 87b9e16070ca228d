import { expect, test } from 'vitest';

import { coursesOf } from '../../src/graph/curves';
import type { Mark } from '../../src/graph/marks';
import { type Picture, type View, paint } from '../../src/graph/paint';
import type { Theme } from '../../src/graph/theme';
import { edge, node } from './sample';

const THEME: Theme = {
  ...{ paper: 'paper', soft: 'soft', text: 'text', quiet: 'quiet', line: 'line' },
  ...{ brand: 'brand', error: 'error', green: 'green', font: 'Inter', tint: 0.2 }
};
const VIEW: View = { zoom: 1, pan: { x: 200, y: 200 }, width: 800, height: 400, ratio: 1 };

/** A canvas that takes note of what is drawn: text as it is, outlines by colour, width and dashes. */
function canvas() {
  const [texts, strokes] = [[] as string[], [] as string[]];
  const state: Record<string, any> = { dashes: [] };
  const context = new Proxy(state, {
    get: (_, name) => {
      if (name === 'fillText') {
        return (text: string) => void texts.push(text);
      }
      if (name === 'stroke') {
        return () => void strokes.push([state.strokeStyle, state.lineWidth, ...state.dashes].join(' '));
      }
      if (name === 'setLineDash') {
        return (dashes: number[]) => void (state.dashes = dashes);
      }
      if (name === 'measureText') {
        return (text: string) => ({ width: 6 * text.length });
      }
      return name in state ? state[name as string] : () => undefined;
    }
  });
  return { context: context as unknown as CanvasRenderingContext2D, texts, strokes };
}

function draw(picture: Partial<Picture>, view: Partial<View> = {}) {
  const { context, texts, strokes } = canvas();
  const nodes = [...(picture.nodes ?? [])];
  const edges = [...(picture.edges ?? [])];
  paint(
    context,
    { ...VIEW, ...view },
    {
      nodes,
      edges,
      courses: coursesOf(edges, new Map(nodes.map(one => [one.id, one]))),
      marksOf: () => new Set<Mark>(),
      ...{ theme: THEME, focused: false, rubber: null },
      ...picture
    }
  );
  return { texts, strokes };
}

const conv = { kind: 'Conv', params: '6 5×5', family: 'convolution', colour: '#0072B2' };

test('a block tells its name, its score and its components, as plain text', () => {
  const rows = [conv, { ...conv, kind: '<b>&', params: '"x"' }];
  const { texts } = draw({
    nodes: [node('B1', 'block', { rows, fitness: 0.425, colour: 'teal', height: 53 })]
  });
  expect(texts).toEqual(['Conv', '6 5×5', '<b>&', '"x"', 'B1', '0.42']);
});

test('runs, untrained blocks and problems can be told apart from the others', () => {
  const run = draw({ nodes: [node('B1', 'block', { times: 4, fitness: 0.5 })] });
  expect(run.texts).toEqual(['B1', '×4']);
  const untrained = draw({ nodes: [node('B1', 'block', { untrained: true, fitness: 0.5 })] });
  expect(untrained.texts).toEqual(['B1 · untrained']);
  expect(untrained.strokes.some(stroke => /^line .* 4 3$/.test(stroke))).toBe(true);
  const wrong = draw({ nodes: [node('B1', 'block', { problem: 'too small' })] });
  expect(wrong.strokes.some(stroke => stroke.startsWith('error'))).toBe(true);
});

test('hover, region and selection differ in more than their colour, and show all at once', () => {
  const of = (...marks: Mark[]): string[] => {
    const quiet = draw({ nodes: [node('B1', 'block')] }).strokes;
    return draw({ nodes: [node('B1', 'block')], marksOf: () => new Set(marks) }).strokes.filter(
      stroke => !quiet.includes(stroke)
    );
  };
  const [hover, region, selected] = [of('hover'), of('region'), of('selected')];
  const withoutColour = [hover, region, selected].map(strokes => strokes.join().replace(/[a-z]+ /g, ''));
  expect(new Set(withoutColour).size).toBe(3);
  expect(of('hover', 'region', 'selected')).toEqual([...hover, ...selected, ...region]);
});

test('from afar, text that could not be read is left out, and so is what is out of sight', () => {
  const nodes = [node('B1', 'block', { rows: [conv] }), node('B2', 'block', { rows: [conv], x: 2000 })];
  expect(draw({ nodes }).texts).toEqual(['Conv', '6 5×5', 'B1']);
  expect(draw({ nodes }, { zoom: 0.3 }).texts).toEqual([]);
});

test('from afar, a block says in a word what tells it from its siblings, while there is room', () => {
  const rows = [conv, { ...conv, kind: 'BN', params: '6' }, { ...conv, kind: 'ReLU', params: '' }];
  const nodes = [
    node('B1', 'block', { rows, height: 73 }),
    node('B2', 'block', { rows: rows.slice(2), x: 150 }),
    node('B3', 'block', { rows: rows.slice(1).reverse(), x: 300, height: 53 })
  ];
  expect(draw({ nodes }, { zoom: 0.3 }).texts).toEqual(['5×5', 'ReLU']);
  expect(draw({ nodes }, { zoom: 0.1 }).texts).toEqual([]);
});

test('too long a text is cut, not drawn over the edge', () => {
  const rows = [{ ...conv, params: '1024 11×11 s3 p5 and more' }];
  const { texts } = draw({ nodes: [node('B1', 'block', { rows })] });
  expect(texts[1]).toMatch(/^1024.*…$/);
});

test('links are dashed and labelled, flow is neither; a selected link is solid', () => {
  const nodes = [node('B1', 'block'), node('B2', 'block', { x: 150 }), node('B3', 'block', { x: 300 })];
  const link = { ...edge('B1', 'B3', ['L1', 'L3']), projection: '1×1, 6→16' };
  const edges = [edge('B1', 'B2'), link];
  const dashed = (strokes: string[]): string[] => strokes.filter(stroke => stroke.split(' ').length > 2);
  const plain = draw({ nodes, edges });
  expect(plain.texts).toContain('1×1, 6→16');
  expect(dashed(plain.strokes)).toEqual(['quiet 2 7 4']);
  const marksOf = (id: string) => new Set<Mark>(id === link.id ? ['selected'] : []);
  const chosen = draw({ nodes, edges, marksOf });
  expect(dashed(chosen.strokes)).toEqual([]);
  expect(chosen.strokes).toContain('brand 3');
});

test('the corners around where the keyboard is show while it is used', () => {
  const nodes = [node('B1', 'block')];
  const marksOf = () => new Set<Mark>(['current']);
  const [focused, idle] = [true, false].map(value => draw({ nodes, marksOf, focused: value }).strokes);
  expect(focused!.length).toBe(idle!.length + 1);
});
