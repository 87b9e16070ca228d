import { element, setText } from '../common/dom';
import { Tools } from '../common/tools';
import { COMMANDS } from './commands';
import type { Host } from './host';

/** The row above the network: the template, and the commands that have a button there. */
export class Toolbar {
  readonly node: HTMLElement;
  readonly file = element('input', {
    type: 'file',
    accept: '.json,application/json',
    hidden: true,
    'data-act': 'file',
    'aria-label': 'Network to load'
  });
  private readonly template: HTMLSelectElement;
  private readonly tools = new Tools(COMMANDS);
  /** The template that the network is. */
  private shown = '';
  private readonly own = element('option', { value: '', disabled: true });

  constructor(templates: readonly string[]) {
    this.template = element(
      'select',
      {
        class: 'osl-template',
        'data-act': 'template',
        title: 'Start from a template; undo restores this network',
        'aria-label': 'Template'
      },
      this.own,
      ...templates.map(name => element('option', { value: name }, name))
    );
    this.node = element(
      'div',
      { class: 'osl-toolbar', role: 'toolbar', 'aria-label': 'Network' },
      this.template,
      ...this.tools.at('start'),
      element('span', { class: 'osl-space' }),
      ...this.tools.at('end'),
      this.file
    );
  }

  /** Puts back what Python holds. */
  revert(): void {
    this.template.value = this.shown;
  }

  update(host: Host): void {
    const state = host.tree?.state ?? null;
    const isTemplate =
      state !== null &&
      [...this.template.options].some(option => option !== this.own && option.value === state.name);
    setText(this.own, state && !isTemplate ? state.name || 'custom network' : 'Template…');
    this.shown = isTemplate ? state.name : '';
    // Do not change a list while the user chooses from it.
    if (document.activeElement !== this.template) {
      this.revert();
    }
    this.template.disabled = host.locked;
    this.tools.update(host);
  }
}
