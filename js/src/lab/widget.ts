/** Connects the line above the Lab with ipywidgets. */

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';

import { Connection } from '../common/connection';
import { messagesOf } from '../common/kernel';
import { classTraits } from '../package';
import { Asked } from './asked';
import { Banner } from './banner';
import { Controls } from './controls';
import { Focus } from './focus';
import { keepKeys } from './keys';
import '../../style/lab.css';

export class LabBannerModel extends DOMWidgetModel {
  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      ...classTraits('LabBannerModel', 'LabBannerView'),
      kept: {},
      earlier: {},
      problem: ''
    };
  }
}

export class LabBannerView extends DOMWidgetView {
  private readonly banner = new Banner();
  private controls: Controls | null = null;
  private focused: Focus | null = null;
  private asked: Asked | null = null;
  private freeKeys: (() => void) | null = null;
  private connection: Connection | null = null;

  override render(): void {
    super.render();
    this.el.append(this.banner.node);
    this.listenTo(this.model, 'change:kept change:earlier change:problem', () => this.draw());
    this.connection = new Connection(this, () => this.connect());
    this.draw();
    // Only in the page it is in its Lab.
    void this.displayed.then(() => {
      const lab = this.el.closest<HTMLElement>('.osl-lab');
      this.controls = lab && new Controls(lab);
      this.focused = lab && new Focus(lab);
      this.freeKeys = lab && keepKeys(lab);
      const messages = messagesOf(this.model.widget_manager);
      this.asked = lab && messages && new Asked(lab, messages);
      this.connect();
    });
  }

  private draw(): void {
    this.banner.setKept(this.model.get('kept'), this.model.get('earlier'));
    this.banner.setProblem(this.model.get('problem'));
  }

  private connect(): void {
    const loss = this.connection?.loss ?? null;
    this.banner.setLoss(loss);
    this.controls?.enable(loss === null);
    if (loss) {
      this.asked?.clear();
    }
  }

  override remove(): void {
    this.controls?.destroy();
    this.focused?.destroy();
    this.asked?.destroy();
    this.freeKeys?.();
    this.connection = this.controls = this.focused = this.asked = this.freeKeys = null;
    super.remove();
  }
}
