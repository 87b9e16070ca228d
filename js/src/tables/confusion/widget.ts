/** The glue between a confusion matrix and ipywidgets. */

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';

import { classTraits } from '../../package';
import { Matrix } from './matrix';
import '../../../style/confusion.css';

export class ConfusionModel extends DOMWidgetModel {
  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      ...classTraits('ConfusionModel', 'ConfusionView'),
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
