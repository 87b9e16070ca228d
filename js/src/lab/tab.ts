/** The Lab in a separate tab: a second view of the same model, beside the notebook. */

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
import { Widget } from '@lumino/widgets';

import { classTraits } from '../package';
import type { Tab } from './area';
import { removeLeftovers } from './leftovers';
import { Opener } from './opener';
import { type Place, placeOf } from './place';

const LABEL = 'One-Shot Lab';

/** The open tab of each cell: when the cell runs again, the tab shows its new Lab. */
const openTabs = new WeakMap<Widget, LabTabModel>();

export class LabTabModel extends DOMWidgetModel {
  /** The tab, while there is one: a matter of this page, of which Python knows nothing. */
  tab: Tab | null = null;
  private isOpening = false;
  /** Removes the contents of the tab, and keeps the tab. */
  private leave: () => void = () => undefined;

  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      ...classTraits('LabTabModel', 'LabTabView'),
      lab: ''
    };
  }

  /** Opens the tab, or goes to the one that is open. */
  async open(place: Place): Promise<void> {
    if (this.tab) {
      place.shell.activateById(this.tab.id);
    } else {
      await this.openOnce(() => this.make(place));
    }
  }

  /** Shows this Lab in the tab that the cell has open for an earlier one, if there is one. */
  async succeed(place: Place): Promise<void> {
    if (openTabs.get(place.cell)?.tab && !this.tab) {
      await this.openOnce(async () => {
        const view = await this.makeView();
        // Which may be closed by now, or show a Lab that came in between.
        const before = openTabs.get(place.cell);
        const tab = before?.tab;
        if (!tab) {
          return view.luminoWidget.dispose();
        }
        before.leave();
        this.enter(tab, view, place);
      });
    }
  }

  /** Opens what has not been opened; a second press meanwhile opens nothing. */
  private async openOnce(opening: () => Promise<void>): Promise<void> {
    if (!this.isOpening) {
      this.isOpening = true;
      try {
        await opening();
      } finally {
        this.isOpening = false;
      }
    }
  }

  private async make(place: Place): Promise<void> {
    const { notebook } = place;
    const { makeTab } = await import('./area');
    const view = await this.makeView();
    const tab = makeTab(LABEL, notebook.title.label);
    this.enter(tab, view, place);
    if (notebook.isDisposed) {
      return tab.dispose();
    }
    notebook.context.addSibling(tab, { ref: notebook.id, mode: 'tab-after', type: LABEL });
  }

  private async makeView(): Promise<DOMWidgetView> {
    const lab = (await this.widget_manager.get_model(this.get('lab'))) as DOMWidgetModel;
    return this.widget_manager.create_view<DOMWidgetView>(lab);
  }

  private enter(tab: Tab, view: DOMWidgetView, { cell, notebook }: Place): void {
    const { luminoWidget } = view;
    tab.content.addWidget(luminoWidget);
    // Its document would live on with the tab, but what it shows is a cell's. Once they have left the page: a notebook
    // would be shown in the tab's place for the moment before.
    const close = (): void => queueMicrotask(() => tab.dispose());
    const others = [notebook, luminoWidget];
    others.forEach(({ disposed }) => disposed.connect(close));
    const left = (): void => {
      others.forEach(({ disposed }) => disposed.disconnect(close));
      this.tell(null);
    };
    tab.disposed.connect(left);
    this.leave = () => {
      tab.disposed.disconnect(left);
      left();
      luminoWidget.dispose();
    };
    openTabs.set(cell, this);
    this.tell(tab);
  }

  private tell(tab: Tab | null): void {
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
      void (this.place && this.own.succeed(this.place));
    });
  }

  override remove(): void {
    const lab = this.options.parent as DOMWidgetView | undefined;
    super.remove();
    if (lab) {
      void removeLeftovers(lab);
    }
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
