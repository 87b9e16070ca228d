/** The Lab in a tab of its own: a second view of the same model, beside the notebook. */

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { Panel, Widget } from '@lumino/widgets';

import { icon } from '../icon';
import { MODULE, VERSION } from '../package';
import { removeLeftovers } from './leftovers';
import { Opener } from './opener';
import { type Place, placeOf } from './place';

const LABEL = 'One-Shot Lab';

export class LabTabModel extends DOMWidgetModel {
  /** The tab, while there is one: a matter of this page, of which Python knows nothing. */
  tab: MainAreaWidget | null = null;
  private isOpening = false;

  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      _model_name: 'LabTabModel',
      _model_module: MODULE,
      _model_module_version: VERSION,
      _view_name: 'LabTabView',
      _view_module: MODULE,
      _view_module_version: VERSION,
      lab: ''
    };
  }

  /** Opens the tab, or goes to the one that is open. */
  async open(place: Place): Promise<void> {
    if (this.tab) {
      place.shell.activateById(this.tab.id);
    } else if (!this.isOpening) {
      this.isOpening = true;
      try {
        await this.make(place.notebook);
      } finally {
        this.isOpening = false;
      }
    }
  }

  private async make(notebook: Place['notebook']): Promise<void> {
    const manager = this.widget_manager;
    const lab = (await manager.get_model(this.get('lab'))) as DOMWidgetModel;
    const view = await manager.create_view<DOMWidgetView>(lab);
    // ipywidgets would undo what a tab's own layout says of its place: there is a box between the two.
    const tab = new MainAreaWidget({ content: new Panel() });
    tab.content.addWidget(view.luminoWidget);
    tab.toolbar.hide();
    tab.addClass('osl-lab-tab');
    Object.assign(tab.title, { label: LABEL, icon, caption: `${LABEL} of ${notebook.title.label}` });
    this.follow(tab, [notebook, view.luminoWidget]);
    tab.disposed.connect(() => void removeLeftovers(view));
    if (notebook.isDisposed) {
      return tab.dispose();
    }
    notebook.context.addSibling(tab, { ref: notebook.id, mode: 'tab-after', type: LABEL });
    this.tell(tab);
  }

  /** Closes the tab when one of others goes: its document would live on with it, but what it shows is a cell's. */
  private follow(tab: MainAreaWidget, others: readonly Widget[]): void {
    // Once they have left the page: a notebook would be shown in the tab's place for the moment before.
    const close = (): void => queueMicrotask(() => tab.dispose());
    others.forEach(({ disposed }) => disposed.connect(close));
    tab.disposed.connect(() => {
      others.forEach(({ disposed }) => disposed.disconnect(close));
      this.tell(null);
    });
  }

  private tell(tab: MainAreaWidget | null): void {
    this.tab = tab;
    this.trigger('tab');
  }
}

export class LabTabView extends DOMWidgetView {
  private readonly opener = new Opener({
    open: () => void (this.place && this.own.open(this.place)),
    back: () => this.own.tab?.dispose()
  });
  private place: Place | null = null;

  private get own(): LabTabModel {
    return this.model as LabTabModel;
  }

  override render(): void {
    super.render();
    this.el.append(this.opener.node);
    this.listenTo(this.model, 'tab', () => this.draw());
    // Only in the page it is in a notebook.
    void this.displayed.then(() => {
      this.place = placeOf(this.luminoWidget);
      this.draw();
    });
  }

  private draw(): void {
    const lab = this.luminoWidget.parent;
    const can = this.place && (this.own.tab ? 'back' : 'open');
    const wasAway = lab?.hasClass('osl-lab-away');
    lab?.toggleClass('osl-lab-opens', can === 'open');
    lab?.toggleClass('osl-lab-away', can === 'back');
    this.opener.show(can);
    if (wasAway && can === 'open') {
      // Its size may have changed while nothing was seen of it.
      lab?.processMessage(Widget.ResizeMessage.UnknownSize);
    }
  }
}
