/**
 * A view in a notebook's output: live if there is a kernel and the notebook is trusted, otherwise the saved still
 * picture.
 *
 * The output holds no view of ipywidgets' kind beside it: programs that make a page of a notebook would take that,
 * which is empty without scripts and a kernel, before the picture.
 */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Panel, type Widget } from '@lumino/widgets';

import { picture } from './common/picture';

/** The mime type of a view with a still picture; its data identify the widget in ipywidgets' form. */
export const MIME = 'application/vnd.oneshot-lab.view+json';
const WIDGET = 'application/vnd.jupyter.widget-view+json';
const PICTURE = 'image/svg+xml';

/** Before the pictures' own renderer. */
const RANK = -20;

/**
 * Milliseconds after which a missing view is looked for again. A kernel reports its widgets when the page is loaded; if
 * it is slow, ipywidgets never tries again.
 */
const LOOK_AGAIN_MS = [2000, 5000, 15000];

export const pictures: JupyterFrontEndPlugin<void> = {
  id: 'oneshot-lab:pictures',
  description: 'Shows a view in a notebook, or its still picture where there is no kernel or no trust.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_, registry: IRenderMimeRegistry) => {
    // Safe, as JupyterLab calls what it may show of a notebook that is not trusted: then it is the picture alone.
    registry.addFactory(
      { safe: true, mimeTypes: [MIME], createRenderer: () => new KeptView(registry) },
      RANK
    );
  }
};

/** Reports when a kernel has connected: a notebook's or a console's panel. */
interface Session {
  statusChanged: {
    connect(slot: () => void, thisArg: object): boolean;
    disconnect(slot: () => void, thisArg: object): boolean;
  };
}

/** The live view with the picture under it; a style sheet hides the picture where the view has something to show. */
export class KeptView extends Panel implements IRenderMime.IRenderer {
  private model: IRenderMime.IMimeModel | null = null;
  private live: IRenderMime.IRenderer | null = null;
  /** What the live view was drawn from, and what made it: it stays as it is when it is moved in the page. */
  private drawn: IRenderMime.IMimeModel | null = null;
  private factory: IRenderMime.IRendererFactory | undefined;
  private session: Session | null = null;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private still: HTMLElement | null = null;

  /** @param registry - Renders outputs outside of a notebook, as in Voilà. */
  constructor(private readonly registry: IRenderMimeRegistry) {
    super();
    this.addClass('osl-kept');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.model = model;
    this.tries = 0;
    const still = picture(String(model.data[PICTURE] ?? ''), 'osl-kept-picture');
    if (!model.trusted) {
      still.title = 'A still picture: this notebook is not trusted';
    }
    this.still?.remove();
    this.node.append((this.still = still));
    await this.renderLive();
  }

  protected override onAfterAttach(): void {
    this.session = sessionOf(this);
    this.session?.statusChanged.connect(this.look, this);
    this.look();
  }

  protected override onBeforeDetach(): void {
    this.session?.statusChanged.disconnect(this.look, this);
    this.session = null;
  }

  private look(): void {
    void this.renderLive();
  }

  /**
   * Draws the view once the surrounding renderer can. ipywidgets replaces its waiting factory once the kernel is there,
   * but does not find views inside other renderers itself.
   */
  private async renderLive(): Promise<void> {
    const { model } = this;
    if (!model?.trusted) {
      this.clear();
      return;
    }
    const registry = this.isAttached ? (registryOf(this) ?? this.registry) : null;
    const factory = registry?.getFactory(WIDGET);
    if (!registry || !factory || (model === this.drawn && factory === this.factory)) {
      return;
    }
    this.clear();
    this.drawn = model;
    this.factory = factory;
    const live = (this.live = registry.createRenderer(WIDGET));
    this.insertWidget(0, live);
    const { [MIME]: view, 'text/plain': text } = model.data;
    await live.renderModel(
      registry.createModel({ trusted: true, data: { [WIDGET]: view, 'text/plain': text } as never })
    );
    this.lookAgain(live);
  }

  /** Draws the view again after a while if it is still empty. */
  private lookAgain(live: IRenderMime.IRenderer): void {
    const wait = LOOK_AGAIN_MS[this.tries];
    if (wait !== undefined && live === this.live && isEmpty(live)) {
      this.timer = setTimeout(() => {
        if (live === this.live && isEmpty(live)) {
          this.tries++;
          this.drawn = null;
          this.look();
        }
      }, wait);
    }
  }

  private clear(): void {
    clearTimeout(this.timer);
    this.live?.dispose();
    this.live = this.drawn = null;
  }

  override dispose(): void {
    clearTimeout(this.timer);
    super.dispose();
  }
}

function isEmpty(live: IRenderMime.IRenderer): boolean {
  return !live.isHidden && [...live.children()].length === 0;
}

/** What renders outputs where a widget is: its nearest parent that has a registry, mostly a cell's output area. */
function registryOf(widget: Widget): IRenderMimeRegistry | null {
  return nearest<IRenderMimeRegistry>(widget, 'rendermime');
}

function sessionOf(widget: Widget): Session | null {
  return nearest<Session>(widget, 'sessionContext');
}

function nearest<T>(widget: Widget, property: string): T | null {
  for (let parent = widget.parent; parent; parent = parent.parent) {
    const found = (parent as unknown as Record<string, T | undefined>)[property];
    if (found) {
      return found;
    }
  }
  return null;
}
