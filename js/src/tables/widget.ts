/** Connects a table with ipywidgets: receives traits, sends the hovered and selected rows. */

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';

import { Connection } from '../common/connection';
import type { Answer } from '../common/messages';
import { classTraits } from '../package';
import { Copying } from './copying';
import { Ordering } from './ordering';
import { Table } from './table';
import '../../style/tables.css';

export class TableModel extends DOMWidgetModel {
  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      ...classTraits('TableModel', 'TableView'),
      columns: [],
      rows: [],
      label: '',
      empty: '',
      copying: '',
      most: 1,
      hovered: '',
      selected: [],
      order: '',
      orders: [],
      note: ''
    };
  }
}

export class TableView extends DOMWidgetView {
  private table: Table | null = null;
  private copying: Copying | null = null;
  private ordering: Ordering | null = null;
  private connection: Connection | null = null;

  override render(): void {
    super.render();
    const { model } = this;
    this.table = new Table(this.el, {
      label: model.get('label'),
      most: model.get('most'),
      hover: key => this.connection?.tell('hovered', key),
      select: keys => this.connection?.tell('selected', keys)
    });
    if (model.get('copying')) {
      this.copying = new Copying(model.get('copying'), message => this.send(message));
      this.table.root.prepend(this.copying.node);
    }
    this.ordering = new Ordering(order => this.connection?.tell('order', order));
    this.table.root.prepend(this.ordering.node);
    this.listenTo(model, 'change:order change:orders change:note', () => this.order());
    this.listenTo(model, 'change:order', () => this.table?.unsort());
    this.listenTo(model, 'change:columns change:rows change:empty', () => this.draw());
    this.listenTo(model, 'change:hovered', () => this.table?.setHovered(model.get('hovered')));
    this.listenTo(model, 'change:selected', () => this.table?.setSelected(model.get('selected')));
    this.listenTo(model, 'msg:custom', (answer: Answer) => this.copying?.answer(answer));
    this.connection = new Connection(this, () => this.connect());
    this.order();
    this.draw();
    // Scroll to the existing selection once there is one.
    void this.displayed.then(() => {
      this.table?.setSelected(model.get('selected'));
      this.table?.setHovered(model.get('hovered'));
    });
  }

  private draw(): void {
    const [columns, rows, empty] = ['columns', 'rows', 'empty'].map(name => this.model.get(name));
    this.table?.update({ columns, rows, empty });
    this.connect();
  }

  private order(): void {
    const [orders, order, note] = ['orders', 'order', 'note'].map(name => this.model.get(name));
    this.ordering?.draw(orders, order, note);
  }

  private connect(): void {
    this.copying?.enable((this.connection?.isAlive ?? true) && this.model.get('rows').length > 0);
  }

  override remove(): void {
    this.table?.destroy();
    this.connection = this.table = this.copying = this.ordering = null;
    super.remove();
  }
}
