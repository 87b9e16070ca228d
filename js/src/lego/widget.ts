/** Connects the editor with ipywidgets: receives traits, sends messages. */

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';

import { classTraits } from '../package';
import { LegoEditor } from './editor';
import { Connection } from '../common/connection';
import type { Answer } from '../common/messages';
import type { State } from './protocol';

export class LegoModel extends DOMWidgetModel {
  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      ...classTraits('LegoModel', 'LegoView'),
      catalogue: { kinds: [], families: [], merges: [], templates: [] },
      state: null,
      selected: []
    };
  }
}

export class LegoView extends DOMWidgetView {
  private editor: LegoEditor | null = null;
  private connection: Connection | null = null;

  override render(): void {
    super.render();
    this.editor = new LegoEditor(this.el, {
      catalogue: this.model.get('catalogue'),
      send: message => this.send(message),
      select: ids => this.connection?.tell('selected', ids)
    });
    this.listenTo(this.model, 'change:state', () => this.draw());
    this.listenTo(this.model, 'change:selected', () => this.editor?.setSelected(this.model.get('selected')));
    this.listenTo(this.model, 'msg:custom', (answer: Answer) => this.editor?.answer(answer));
    this.connection = new Connection(this, () => this.connect());
    this.connect();
    this.editor.setSelected(this.model.get('selected'));
    this.draw();
  }

  private draw(): void {
    const state = this.model.get('state') as State | null;
    if (state?.layers) {
      this.editor?.update(state);
    }
  }

  private connect(): void {
    this.editor?.setConnected(this.connection?.isAlive ?? true);
  }

  override remove(): void {
    this.editor?.destroy();
    this.editor = null;
    super.remove();
  }
}
