import type { WidgetView } from '@jupyter-widgets/base';

import { type Kernel, type Loss, kernelOf } from './kernel';

/** The connection of a view with the kernel that made it: whether the kernel is there, and the traits that both share. */
export class Connection {
  private readonly kernel: Kernel | null;

  /** `changed` is called when the kernel has gone or come back, until the view is removed. */
  constructor(
    private readonly view: WidgetView,
    changed: () => void
  ) {
    view.listenTo(view.model, 'comm_live_update', changed);
    this.kernel = kernelOf(view.model.widget_manager, changed);
    // Once: a removed view may live on, and would hold on to all that `changed` knows.
    view.once('remove', () => this.kernel?.forget());
  }

  /** Why messages do not reach the kernel, or null. */
  get loss(): Loss | null {
    // Without a comm the notebook was opened again, or the kernel has restarted, which a signal reports as well.
    return this.kernel?.loss() ?? (this.view.model.comm_live ? null : 'shut down');
  }

  get isAlive(): boolean {
    return this.loss === null;
  }

  /** Sets a trait, and sends it to the kernel if that is there. */
  tell(trait: string, value: unknown): void {
    this.view.model.set(trait, value);
    if (this.isAlive) {
      this.view.touch();
    }
  }
}

/** Passes a trait on, now and whenever it changes. */
export function follow(view: WidgetView, trait: string, take: (value: any) => void): void {
  const { model } = view;
  view.listenTo(model, `change:${trait}`, () => take(model.get(trait)));
  take(model.get(trait));
}
