/** The glue between a table and ipywidgets: traits in, what is pointed at and selected out. */

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';

import { type Kernel, kernelOf } from '../common/kernel';
import { MODULE, VERSION } from '../package';
import { Copying } from './copying';
import type { CopyAnswer } from './protocol';
import { Table } from './table';

export class TableModel extends DOMWidgetModel {
  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      _model_name: 'TableModel',
      _model_module: MODULE,
      _model_module_version: VERSION,
      _view_name: 'TableView',
      _view_module: MODULE,
      _view_module_version: VERSION,
      columns: [],
      rows: [],
      label: '',
      empty: '',
      copying: '',
      most: 1,
      hovered: '',
      selected: []
    };
  }
}

export class TableView extends DOMWidgetView {
  private table: Table | null = null;
  private copying: Copying | null = null;
  private kernel: Kernel | null = null;

  override render(): void {
    super.render();
    const { model } = this;
    this.table = new Table(this.el, {
      label: model.get('label'),
      most: model.get('most'),
      hover: key => this.tell('hovered', key),
      select: keys => this.tell('selected', keys)
    });
    if (model.get('copying')) {
      this.copying = new Copying(model.get('copying'), message => this.send(message));
      this.table.root.prepend(this.copying.node);
    }
    this.listenTo(model, 'change:columns change:rows change:empty', () => this.draw());
    this.listenTo(model, 'change:hovered', () => this.table?.setHovered(model.get('hovered')));
    this.listenTo(model, 'change:selected', () => this.table?.setSelected(model.get('selected')));
    this.listenTo(model, 'msg:custom', (answer: CopyAnswer) => void this.copying?.answer(answer));
    this.listenTo(model, 'comm_live_update', () => this.connect());
    this.kernel = kernelOf(model.widget_manager, () => this.connect());
    this.draw();
    // What is selected already is brought into sight once there is one.
    void this.displayed.then(() => {
      this.table?.setSelected(model.get('selected'));
      this.table?.setHovered(model.get('hovered'));
    });
  }

  private get isConnected(): boolean {
    return this.model.comm_live && (this.kernel?.isAlive() ?? true);
  }

  private draw(): void {
    const [columns, rows, empty] = ['columns', 'rows', 'empty'].map(name => this.model.get(name));
    this.table?.update({ columns, rows, empty });
    this.connect();
  }

  private tell(trait: string, value: unknown): void {
    this.model.set(trait, value);
    if (this.isConnected) {
      this.touch();
    }
  }

  private connect(): void {
    this.copying?.enable(this.isConnected && this.model.get('rows').length > 0);
  }

  override remove(): void {
    this.kernel?.forget();
    this.table?.destroy();
    this.kernel = this.table = this.copying = null;
    super.remove();
  }
}
