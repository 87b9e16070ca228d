/** The glue between the editor and ipywidgets: traits in, messages out. */

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';

import { MODULE, VERSION } from '../package';
import { LegoEditor } from './editor';
import { type Kernel, kernelOf } from '../common/kernel';
import type { Answer } from '../common/messages';
import type { State } from './protocol';

export class LegoModel extends DOMWidgetModel {
  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      _model_name: 'LegoModel',
      _model_module: MODULE,
      _model_module_version: VERSION,
      _view_name: 'LegoView',
      _view_module: MODULE,
      _view_module_version: VERSION,
      catalogue: { kinds: [], families: [], merges: [], templates: [] },
      state: null,
      selected: []
    };
  }
}

export class LegoView extends DOMWidgetView {
  private editor: LegoEditor | null = null;
  private kernel: Kernel | null = null;

  override render(): void {
    super.render();
    this.editor = new LegoEditor(this.el, {
      catalogue: this.model.get('catalogue'),
      send: message => this.send(message),
      select: ids => this.select(ids)
    });
    this.listenTo(this.model, 'change:state', () => this.draw());
    this.listenTo(this.model, 'change:selected', () => this.editor?.setSelected(this.model.get('selected')));
    this.listenTo(this.model, 'msg:custom', (answer: Answer) => this.editor?.answer(answer));
    this.listenTo(this.model, 'comm_live_update', () => this.connect());
    this.kernel = kernelOf(this.model.widget_manager, () => this.connect());
    this.connect();
    this.editor.setSelected(this.model.get('selected'));
    this.draw();
  }

  private get isConnected(): boolean {
    return this.model.comm_live && (this.kernel?.isAlive() ?? true);
  }

  private draw(): void {
    const state = this.model.get('state') as State | null;
    if (state?.layers) {
      this.editor?.update(state);
    }
  }

  private select(ids: string[]): void {
    this.model.set('selected', ids);
    if (this.isConnected) {
      this.touch();
    }
  }

  private connect(): void {
    this.editor?.setConnected(this.isConnected);
  }

  override remove(): void {
    this.kernel?.forget();
    this.editor?.destroy();
    this.editor = null;
    super.remove();
  }
}
