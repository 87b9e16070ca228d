import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Signal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';
import { afterEach, expect, test, vi } from 'vitest';

import { KeptView, MIME, pictures } from '../src/pictures';

const WIDGET = 'application/vnd.jupyter.widget-view+json';
const VIEW = { model_id: 'x' };
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" aria-label="The network lenet"/>';

const output = (trusted: boolean): IRenderMime.IMimeModel =>
  ({ trusted, data: { [MIME]: VIEW, 'text/plain': 'GraphView(…)', 'image/svg+xml': SVG } }) as never;

class Live extends Panel {
  /** Whether there is a view behind it. */
  static isThere = true;
  renderModel = vi.fn(async (_: { data: object }) => {
    if (Live.isThere) {
      this.addWidget(new Widget());
    }
  });
}

/** What renders outputs, as ipywidgets leaves it: with another factory once there is a kernel. */
class Registry {
  made: Live[] = [];
  factory: object | undefined = {};
  getFactory = (type: string) => (type === WIDGET ? this.factory : undefined);
  createModel = (model: object) => model;
  createRenderer = () => this.made[this.made.push(new Live()) - 1]!;

  get last(): Live {
    return this.made[this.made.length - 1]!;
  }
}

/** A cell's output area in a notebook, as far as a renderer sees them. */
class Area extends Panel {
  rendermime = new Registry();
  notebook = Object.assign(new Panel(), { sessionContext: { statusChanged: new Signal<object, void>({}) } });

  constructor() {
    super();
    this.notebook.addWidget(this);
  }

  attach(view: KeptView): void {
    this.addWidget(view);
    Widget.attach(this.notebook, document.body);
  }
}

const kept = (registry = new Registry()): KeptView => new KeptView(registry as never);
const still = (view: KeptView): HTMLImageElement => view.node.querySelector('img.osl-kept-picture')!;

afterEach(() => {
  document.body.replaceChildren();
  Live.isThere = true;
  vi.useRealTimers();
});

test('it comes before the renderers of widgets and pictures, and takes only views that have a picture', () => {
  const addFactory = vi.fn();
  void pictures.activate(null as never, { addFactory } as unknown as IRenderMimeRegistry);
  const [factory, rank] = addFactory.mock.calls[0] as [IRenderMime.IRendererFactory, number];
  // That of ipywidgets has -10.
  expect(rank).toBeLessThan(-10);
  expect(factory.mimeTypes).toEqual([MIME]);
  expect(factory.createRenderer({} as never)).toBeInstanceOf(KeptView);
});

test('in a notebook, the view is drawn by what draws widgets there, once', async () => {
  const area = new Area();
  const view = kept();
  const model = output(true);
  await view.renderModel(model);
  area.attach(view);
  const { made, last } = area.rendermime;
  expect(made).toHaveLength(1);
  expect(last.renderModel).toHaveBeenCalledExactlyOnceWith({
    trusted: true,
    data: { [WIDGET]: VIEW, 'text/plain': 'GraphView(…)' }
  });
  await view.renderModel(model);
  expect(view.widgets).toEqual([last]);
  expect(last.renderModel).toHaveBeenCalledOnce();
});

test('in a notebook that is not trusted there is the picture alone, until it is trusted', async () => {
  const area = new Area();
  const view = kept();
  await view.renderModel(output(false));
  area.attach(view);
  area.notebook.sessionContext.statusChanged.emit();
  expect(area.rendermime.made).toEqual([]);
  expect(still(view).alt).toBe('The network lenet');
  expect(still(view).title).toContain('not trusted');

  await view.renderModel(output(true));
  expect(view.widgets).toEqual(area.rendermime.made);
  expect(view.widgets).toHaveLength(1);
  expect(still(view).title).toBe('');

  await view.renderModel(output(false));
  expect(view.widgets).toEqual([]);
});

test('a kernel that is reached later draws the view then', async () => {
  const area = new Area();
  const view = kept();
  await view.renderModel(output(true));
  area.attach(view);
  const waiting = area.rendermime.last;
  const { statusChanged } = area.notebook.sessionContext;
  statusChanged.emit();
  expect(view.widgets).toEqual([waiting]);

  area.rendermime.factory = {};
  statusChanged.emit();
  expect(area.rendermime.made).toHaveLength(2);
  expect(waiting.isDisposed).toBe(true);
  expect(view.widgets).toEqual([area.rendermime.last]);
  expect(area.rendermime.last.renderModel).toHaveBeenCalledOnce();

  // What is gone listens no more.
  Widget.detach(area.notebook);
  area.rendermime.factory = {};
  statusChanged.emit();
  expect(area.rendermime.made).toHaveLength(2);
});

test('without a notebook around it, as in Voilà, the page itself draws it', async () => {
  const registry = new Registry();
  const view = kept(registry);
  await view.renderModel(output(true));
  expect(view.widgets).toEqual([]);
  Widget.attach(view, document.body);
  expect(view.widgets).toEqual(registry.made);
  expect(view.widgets).toHaveLength(1);
  view.dispose();
});

test('where nothing draws widgets, there is the picture', async () => {
  const registry = new Registry();
  registry.factory = undefined;
  const view = kept(registry);
  Widget.attach(view, document.body);
  await view.renderModel(output(true));
  expect(view.widgets).toEqual([]);
  expect(still(view).alt).toBe('The network lenet');
  view.dispose();
});

test('a view that is moved in the page stays as it is; another output is drawn', async () => {
  const area = new Area();
  const view = kept();
  await view.renderModel(output(true));
  for (let move = 0; move < 3; move++) {
    area.attach(view);
    Widget.detach(area.notebook);
  }
  const { made, last } = area.rendermime;
  expect(made).toHaveLength(1);
  expect(last.renderModel).toHaveBeenCalledOnce();
  Widget.attach(area.notebook, document.body);
  const other = output(true);
  await view.renderModel(other);
  expect(made).toHaveLength(2);
  expect(last.isDisposed).toBe(true);
  expect(view.widgets).toEqual([area.rendermime.last]);
});

test('a view that the kernel tells of late is looked for again, some times', async () => {
  vi.useFakeTimers();
  Live.isThere = false;
  const area = new Area();
  const view = kept();
  await view.renderModel(output(true));
  area.attach(view);
  const { made } = area.rendermime;
  await vi.runAllTimersAsync();
  expect(made).toHaveLength(4);
  expect(view.widgets).toEqual([made[3]]);

  await view.renderModel(output(true));
  Live.isThere = true;
  await vi.runAllTimersAsync();
  expect(made).toHaveLength(6);
  expect(view.widgets).toEqual([made[5]]);

  // What was closed stays so.
  Live.isThere = false;
  const closed = new Area();
  const gone = kept();
  await gone.renderModel(output(true));
  closed.attach(gone);
  await vi.advanceTimersByTimeAsync(0);
  closed.rendermime.last.hide();
  await vi.runAllTimersAsync();
  expect(closed.rendermime.made).toHaveLength(1);
});
