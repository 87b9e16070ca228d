import { beforeEach, expect, it } from 'vitest';

import { MapDots } from '../../src/map/dots';

let traits: Record<string, unknown>;

const dots = (count: number, changed: Record<string, unknown> = {}): MapDots => {
  const view = new MapDots();
  Object.assign(traits, changed);
  view.model = {
    get: (name: string) => traits[name],
    mark_data: Array.from({ length: count }, (_, index) => ({ x: index, y: 2 }))
  } as unknown as MapDots['model'];
  view.draw();
  return view;
};

beforeEach(() => {
  traits = {
    ...{ marker: 'circle', default_size: 50, colors: ['red'], fill: true, stroke: null, stroke_width: 1 },
    ...{ opacities: [1], dash: '' }
  };
});

it('draws one shape for each dot, in its place', () => {
  const { el } = dots(2);
  expect([...el.children].map(dot => dot.getAttribute('transform'))).toEqual([
    'translate(5.0,2.0)',
    'translate(15.0,2.0)'
  ]);
});

it.each([
  ['circle', 'circle', 'r', '4.0'],
  ['square', 'rect', 'width', String(Math.sqrt(50))],
  ['diamond', 'polygon', 'points', '0,-5.0 5.0,0 0,5.0 -5.0,0']
])('draws the marker %s', (marker, tag, name, value) => {
  const dot = dots(1, { marker }).el.firstElementChild!;
  expect(dot.tagName).toBe(tag);
  expect(dot.getAttribute(name)).toBe(value);
});

it('gives dots without an evaluation a colour each, and takes it away again', () => {
  const view = dots(2, { fill: false, colors: ['red', 'blue'] });
  const fills = (): (string | null)[] => [...view.el.children].map(dot => dot.getAttribute('fill'));
  expect(fills()).toEqual([null, null]);
  traits.fill = true;
  view.update_fill();
  expect(fills()).toEqual(['red', 'blue']);
  traits.fill = false;
  view.update_fill();
  expect(fills()).toEqual([null, null]);
});

it('dashes an outline', () => {
  expect((dots(1).el as unknown as SVGElement).style.strokeDasharray).toBe('none');
  expect((dots(1, { dash: '1.5 2' }).el as unknown as SVGElement).style.strokeDasharray).toBe('1.5 2');
});
