import { element, setAttribute, setText } from '../common/dom';
import { type IconName, icon } from '../common/icons';
import type { Command } from './keys';
import type { GraphState } from './protocol';

/** The row above the network: the viewport, links, undo and redo; and which colour is which family. */
export class Toolbar {
  readonly node: HTMLElement;
  private readonly link = tool(
    'link',
    'Link',
    'Draw a link: click where it starts, then where it ends (l)',
    'link'
  );
  private readonly collapse = tool('collapse', 'Collapse', 'Draw runs of equal layers as one (c)', 'stack');
  private readonly undo = tool('undo', 'Undo', 'Undo (Ctrl+Z)', 'undo');
  private readonly redo = tool('redo', 'Redo', 'Redo (Ctrl+Shift+Z)', 'redo');
  private readonly legend = element('ul', { class: 'osl-legend', 'aria-label': 'Colours' });
  private readonly region = element('li', { class: 'osl-legend-region', hidden: true });
  private drawn = '';

  constructor(run: (command: Command) => void) {
    this.node = element(
      'div',
      { class: 'osl-toolbar', role: 'toolbar', 'aria-label': 'Graph' },
      tool('fit', 'Fit', 'Fit the whole network in (f)', 'fit'),
      tool('zoom-in', '', 'Zoom in (+)', 'plus'),
      tool('zoom-out', '', 'Zoom out (−)', 'minus'),
      this.collapse,
      this.link,
      this.undo,
      this.redo,
      tool('help', '', 'What the keys do (?)', 'help'),
      element('span', { class: 'osl-space' }),
      this.legend
    );
    this.node.addEventListener('click', event => {
      const button = (event.target as Element).closest<HTMLElement>('[data-act]');
      if (button) {
        run(button.dataset.act as Command);
      }
    });
  }

  update(
    state: GraphState | null,
    now: { locked: boolean; connected: boolean; collapsed: boolean; linking: boolean }
  ): void {
    this.undo.disabled = now.locked || !state?.can_undo;
    this.redo.disabled = now.locked || !state?.can_redo;
    this.link.disabled = now.locked;
    // Python lays out, also while it takes no edits.
    this.collapse.disabled = !now.connected;
    setAttribute(this.link, 'aria-pressed', String(now.linking));
    setAttribute(this.collapse, 'aria-pressed', String(now.collapsed));
    this.drawLegend(state?.legend ?? []);
  }

  /** Says in the legend what the region is, whose blocks are highlighted. */
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

function tool(act: Command, text: string, title: string, name: IconName): HTMLButtonElement {
  return element(
    'button',
    { type: 'button', class: 'osl-button osl-tool', 'data-act': act, title, 'aria-label': title },
    icon(name),
    text ? element('span', { class: 'osl-tool-text' }, text) : null
  );
}
