import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Panel, Widget } from '@lumino/widgets';
import { afterEach, expect, test, vi } from 'vitest';

import { KeptView, MIME, pictures } from '../src/pictures';

const WIDGET = 'application/vnd.jupyter.widget-view+json';
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" aria-label="The network lenet"><script>boom()</script></svg>';
const model = {
  data: { [WIDGET]: { model_id: 'x' }, 'image/svg+xml': SVG }
} as unknown as IRenderMime.IMimeModel;

class Live extends Widget {
  renderModel = vi.fn(async () => undefined);
}

/** A cell's output area, as far as a renderer sees it. */
class Area extends Panel {
  live = new Live();
  createRenderer = vi.fn(() => this.live);
  rendermime: { mimeTypes: string[]; createRenderer: unknown };

  constructor(mimeTypes = [MIME, WIDGET]) {
    super();
    this.rendermime = { mimeTypes, createRenderer: this.createRenderer };
  }
}

const picture = (view: KeptView): HTMLImageElement => view.node.querySelector('img')!;

afterEach(() => document.body.replaceChildren());

test('it comes before the renderer of widgets, and takes only views that have a picture', () => {
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
  const view = new KeptView();
  await view.renderModel(model);
  area.addWidget(view);
  Widget.attach(area, document.body);
  expect(area.createRenderer).toHaveBeenCalledExactlyOnceWith(WIDGET);
  expect(area.live.renderModel).toHaveBeenCalledWith(model);
  expect(view.widgets).toEqual([area.live]);
  await view.renderModel(model);
  expect(view.widgets).toEqual([area.live]);
  area.dispose();
});

test.each([[null], [new Area(['text/plain'])]])(
  'where nothing draws widgets, there is the picture',
  async area => {
    const view = new KeptView();
    area?.addWidget(view);
    Widget.attach(area ?? view, document.body);
    await view.renderModel(model);
    expect(view.widgets).toEqual([]);
    expect(picture(view).alt).toBe('The network lenet');
    view.dispose();
  }
);

test('nothing in the picture can run', async () => {
  const view = new KeptView();
  await view.renderModel(model);
  expect(view.node.querySelector('script, svg')).toBeNull();
  expect(decodeURIComponent(picture(view).src)).toBe(`data:image/svg+xml,${SVG}`);
});

test('a view that is moved in the page stays as it is; another output is drawn', async () => {
  const area = new Area();
  const view = new KeptView();
  await view.renderModel(model);
  area.addWidget(view);
  for (let move = 0; move < 3; move++) {
    Widget.attach(area, document.body);
    Widget.detach(area);
  }
  expect(area.live.renderModel).toHaveBeenCalledExactlyOnceWith(model);
  const other = { ...model };
  await view.renderModel(other);
  expect(area.live.renderModel).toHaveBeenLastCalledWith(other);
  expect(area.live.renderModel).toHaveBeenCalledTimes(2);
  area.dispose();
});
