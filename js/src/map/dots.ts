import { Scatter } from 'bqplot';

import { setAttribute } from '../common/dom';

const SVG = 'http://www.w3.org/2000/svg';

/** How a marker is drawn: its element, and the attributes that give it an area in square pixels. */
interface Shape {
  tag: string;
  sized(area: number): Record<string, string | number>;
}

/** The markers of bqplot that are used. */
const SHAPES: Record<string, Shape> = {
  circle: { tag: 'circle', sized: area => ({ r: Math.sqrt(area / Math.PI).toFixed(1) }) },
  square: {
    tag: 'rect',
    sized: area => {
      const side = Math.sqrt(area);
      return { x: -side / 2, y: -side / 2, width: side, height: side };
    }
  },
  diamond: {
    tag: 'polygon',
    sized: area => {
      const reach = Math.sqrt(area / 2).toFixed(1);
      return { points: `0,-${reach} ${reach},0 0,${reach} -${reach},0` };
    }
  }
};

/**
 * The dots of the map: bqplot's scatter, drawn as one shape for each. Its own drawing makes a group, a path and a text,
 * and starts three transitions for each of them at every change, which thousands take long for.
 */
export class MapDots extends Scatter {
  override draw(): void {
    this.set_ranges();
    const { el, model } = this;
    const count = model.mark_data.length;
    while (el.childElementCount > count) {
      el.lastElementChild!.remove();
    }
    const added = document.createDocumentFragment();
    for (let index = el.childElementCount; index < count; index++) {
      const dot = document.createElementNS(SVG, this.shape.tag);
      dot.classList.add('osl-map-dot');
      added.append(dot);
    }
    el.append(added);
    this.paint();
    this.update_position();
  }

  override update_position(): void {
    const { x, y } = this.scales;
    const { mark_data } = this.model;
    [...this.el.children].forEach((dot, index) => {
      const at = mark_data[index];
      if (at) {
        const [left, top] = [x.scale(at.x) + x.offset, y.scale(at.y) + y.offset];
        setAttribute(dot, 'transform', `translate(${left.toFixed(1)},${top.toFixed(1)})`);
      }
    });
  }

  private get shape(): Shape {
    return SHAPES[this.model.get('marker')] ?? SHAPES.circle!;
  }

  private paint(): void {
    const { el, model } = this;
    const colours: string[] = model.get('colors');
    const opacities: number[] = model.get('opacities');
    const stroke: string | null = model.get('stroke');
    const isFilled: boolean = model.get('fill');
    // Common attributes are inherited.
    Object.assign(el.style, {
      stroke: stroke ?? 'none',
      strokeWidth: String(model.get('stroke_width')),
      strokeDasharray: model.get('dash') || 'none',
      fill: isFilled ? (colours[0] ?? '') : 'none',
      opacity: String(opacities[0] ?? 1)
    });
    const sizes = Object.entries(this.shape.sized(model.get('default_size')));
    [...el.children].forEach((dot, index) => {
      for (const [name, value] of sizes) {
        setAttribute(dot, name, value);
      }
      setAttribute(dot, 'fill', isFilled && colours.length > 1 ? colours[index % colours.length]! : null);
    });
  }

  override update_colors(): void {
    this.paint();
  }

  override update_fill(): void {
    this.paint();
  }

  override update_stroke(): void {
    this.paint();
  }

  override update_stroke_width(): void {
    this.paint();
  }

  override update_opacities(): void {
    this.paint();
  }

  override update_default_size(): void {
    this.paint();
  }

  /** Nothing: the scales do without padding, and asking for some lays the whole figure out again. */
  override compute_view_padding(): void {}

  /** Nothing: these are styles of selected and hovered dots, which the pointer's layer draws. */
  override apply_styles(): void {}
}
