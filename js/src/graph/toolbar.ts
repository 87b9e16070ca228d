import { element, setAttribute, setText } from '../common/dom';
import { Tools } from '../common/tools';
import { COMMANDS } from './commands';
import type { Host } from './host';
import type { GraphState } from './protocol';

/** The row above the network: the commands that have a button there; and which colour is which family. */
export class Toolbar {
  readonly node: HTMLElement;
  private readonly tools = new Tools(COMMANDS);
  private readonly legend = element('ul', { class: 'osl-legend', 'aria-label': 'Colours' });
  private readonly region = element('li', { class: 'osl-legend-region', hidden: true });
  private drawn = '';

  constructor(host: Host) {
    this.node = element(
      'div',
      { class: 'osl-toolbar', role: 'toolbar', 'aria-label': 'Graph' },
      ...this.tools.at('start'),
      element('span', { class: 'osl-space' }),
      this.legend
    );
    this.node.addEventListener('click', event => {
      const button = (event.target as Element).closest<HTMLElement>('[data-act]');
      if (button) {
        COMMANDS.of(button.dataset.act!)?.run(host, { id: host.current, button });
      }
    });
  }

  update(host: Host): void {
    this.tools.update(host);
    this.drawLegend(host.state?.legend ?? []);
  }

  /** Shows in the legend the region whose blocks are highlighted. */
  showRegion(region: string): void {
    const name = element('span', {}, region);
    this.region.replaceChildren(element('span', { class: 'osl-swatch', 'aria-hidden': 'true' }), name);
    setAttribute(this.region, 'title', region || null);
    setAttribute(this.region, 'hidden', !region);
  }

  private drawLegend(legend: GraphState['legend']): void {
    const key = JSON.stringify(legend);
    if (key === this.drawn) {
      return;
    }
    this.drawn = key;
    this.legend.replaceChildren(
      ...legend.map(({ family, colour }) => {
        const swatch = element('span', { class: 'osl-swatch', 'aria-hidden': 'true' });
        swatch.style.background = colour;
        const name = element('span', {});
        setText(name, family);
        return element('li', {}, swatch, name);
      }),
      this.region
    );
  }
}
