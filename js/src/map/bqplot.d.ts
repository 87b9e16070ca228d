/** The parts of bqplot's browser part that are used; JupyterLab shares it, and it has no types. */
declare module 'bqplot' {
  import type { WidgetModel, WidgetView } from '@jupyter-widgets/base';

  interface Scale {
    scale(value: number): number;
    offset: number;
  }

  export class Scatter extends WidgetView {
    model: WidgetModel & { mark_data: readonly { x: number; y: number }[] };
    scales: Record<'x' | 'y', Scale>;
    set_ranges(): void;
    draw(): void;
    update_position(): void;
    update_colors(): void;
    update_fill(): void;
    update_stroke(): void;
    update_stroke_width(): void;
    update_opacities(): void;
    update_default_size(): void;
    compute_view_padding(): void;
    apply_styles(): void;
  }
}
