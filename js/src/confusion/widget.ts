/** The glue between a confusion matrix and ipywidgets. */

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';

import { MODULE, VERSION } from '../package';
import { Matrix } from './matrix';

export class ConfusionModel extends DOMWidgetModel {
  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      _model_name: 'ConfusionModel',
      _model_module: MODULE,
      _model_module_version: VERSION,
      _view_name: 'ConfusionView',
      _view_module: MODULE,
      _view_module_version: VERSION,
      names: [],
      counts: [],
      label: '',
      compact: false
    };
  }
}

export class ConfusionView extends DOMWidgetView {
  private matrix: Matrix | null = null;

  override render(): void {
    super.render();
    this.matrix = new Matrix(this.el);
    // Names and counts come together: a matrix with the names of another would be wrong.
    this.listenTo(this.model, 'change', () => this.draw());
    this.draw();
  }

  private draw(): void {
    const [names, counts, label, compact] = ['names', 'counts', 'label', 'compact'].map(name =>
      this.model.get(name)
    );
    this.matrix?.update({ names, counts }, { label, compact });
  }

  override remove(): void {
    this.matrix?.destroy();
    this.matrix = null;
    super.remove();
  }
}
