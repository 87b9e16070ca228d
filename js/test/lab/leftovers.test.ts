import { WidgetModel, type WidgetView } from '@jupyter-widgets/base';
import { beforeEach, expect, test, vi } from 'vitest';

import { removeLeftovers } from '../../src/lab/leftovers';

let removed: string[];

/** A model with such traits, which no comm has made. */
function model(attributes: object = {}): WidgetModel {
  return Object.assign(Object.create(WidgetModel.prototype), { attributes, views: {} });
}

function view(name: string, of: WidgetModel, parent?: WidgetView): WidgetView {
  const made = { model: of, options: { parent }, remove: () => removed.push(name) } as unknown as WidgetView;
  of.views![name] = Promise.resolve(made);
  return made;
}

beforeEach(() => {
  removed = [];
});

test('all that is left within a view is removed, however deep, and what another view shows of the same stays', async () => {
  const scale = model();
  const mark = model({ scales: { x: scale }, data: [1, 2], name: 'dots', none: null });
  const lab = model({ children: [mark] });
  mark.attributes.figure = lab;
  const [first, second] = [view('first', lab), view('second', lab)];
  delete lab.views!.first;
  view('scale', scale, view('mark', mark, first));
  view('other scale', scale, view('other mark', mark, second));
  await removeLeftovers(first);
  expect(removed.sort()).toEqual(['mark', 'scale']);
});

test('what is removed with it in its own time is not removed twice', async () => {
  vi.useFakeTimers();
  const lab = model();
  const first = view('first', lab);
  const done = removeLeftovers(first);
  delete lab.views!.first;
  vi.runAllTimers();
  await done;
  expect(removed).toEqual([]);
  vi.useRealTimers();
});
