/** The glue between the line above the Lab and ipywidgets. */

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';

import { type Kernel, kernelOf, messagesOf } from '../common/kernel';
import { MODULE, VERSION } from '../package';
import { Asked } from './asked';
import { Banner } from './banner';
import { Controls } from './controls';
import { Focus } from './focus';
import { keepKeys } from './keys';

export class LabBannerModel extends DOMWidgetModel {
  override defaults(): ReturnType<DOMWidgetModel['defaults']> {
    return {
      ...super.defaults(),
      _model_name: 'LabBannerModel',
      _model_module: MODULE,
      _model_module_version: VERSION,
      _view_name: 'LabBannerView',
      _view_module: MODULE,
      _view_module_version: VERSION,
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
  private kernel: Kernel | null = null;

  override render(): void {
    super.render();
    this.el.append(this.banner.node);
    this.listenTo(this.model, 'change:kept change:earlier change:problem', () => this.draw());
    this.listenTo(this.model, 'comm_live_update', () => this.connect());
    this.kernel = kernelOf(this.model.widget_manager, () => this.connect());
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
    // Without a comm the notebook was opened again, or the kernel has restarted, which is told by a signal as well.
    const loss = this.kernel?.loss() ?? (this.model.comm_live ? null : 'shut down');
    this.banner.setLoss(loss);
    this.controls?.enable(loss === null);
    if (loss) {
      this.asked?.clear();
    }
  }

  override remove(): void {
    this.kernel?.forget();
    this.controls?.destroy();
    this.focused?.destroy();
    this.asked?.destroy();
    this.freeKeys?.();
    this.kernel = this.controls = this.focused = this.asked = this.freeKeys = null;
    super.remove();
  }
}
