/**
 * A view in a notebook that was saved and opened again: where its kernel is gone, there is nothing behind the view, and
 * the still picture that was saved beside it is shown instead.
 */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Panel, type Widget } from '@lumino/widgets';

/** In the output of a view that has a picture of itself, beside `WIDGET` and `PICTURE`. */
export const MIME = 'application/vnd.oneshot-lab.view+json';
const WIDGET = 'application/vnd.jupyter.widget-view+json';
const PICTURE = 'image/svg+xml';

/** Before ipywidgets' own renderer, which has no more than an error to show for a view without a kernel. */
const RANK = -20;

export const pictures: JupyterFrontEndPlugin<void> = {
  id: 'oneshot-lab:pictures',
  description: 'Shows the still picture of a view whose kernel is gone.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_, registry: IRenderMimeRegistry) => {
    registry.addFactory({ safe: true, mimeTypes: [MIME], createRenderer: () => new KeptView() }, RANK);
  }
};

/** The live view with the picture under it; a style sheet hides the picture where the view has something to show. */
export class KeptView extends Panel implements IRenderMime.IRenderer {
  private model: IRenderMime.IMimeModel | null = null;
  private live: IRenderMime.IRenderer | null = null;
  /** What the live view was drawn from: it stays as it is when it is moved in the page. */
  private drawn: IRenderMime.IMimeModel | null = null;
  private readonly picture = document.createElement('img');

  constructor() {
    super();
    this.addClass('osl-kept');
    this.picture.className = 'osl-kept-picture';
    this.node.append(this.picture);
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.model = model;
    this.drawn = null;
    const svg = String(model.data[PICTURE] ?? '');
    // As an image, nothing in it can run.
    this.picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    this.picture.alt =
      new DOMParser().parseFromString(svg, PICTURE).documentElement.getAttribute('aria-label') ?? '';
    await this.renderLive();
  }

  protected override onAfterAttach(): void {
    void this.renderLive();
  }

  /** Draws the view itself, as soon as it is known in which notebook: that knows how. */
  private async renderLive(): Promise<void> {
    const registry = registryOf(this);
    if (!this.model || !registry || this.model === this.drawn) {
      return;
    }
    this.drawn = this.model;
    if (!this.live) {
      this.live = registry.createRenderer(WIDGET);
      this.insertWidget(0, this.live);
    }
    await this.live.renderModel(this.model);
  }
}

/** What renders outputs where a widget is: its nearest parent that has a registry, mostly a cell's output area. */
function registryOf(widget: Widget): IRenderMimeRegistry | null {
  for (let parent = widget.parent; parent; parent = parent.parent) {
    const { rendermime } = parent as { rendermime?: IRenderMimeRegistry };
    if (rendermime) {
      return rendermime.mimeTypes.includes(WIDGET) ? rendermime : null;
    }
  }
  return null;
}
