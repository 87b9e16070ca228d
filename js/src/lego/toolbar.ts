import { element, setAttribute, setText } from '../common/dom';
import { type IconName, icon } from '../common/icons';
import type { State } from './protocol';

/** The row above the network: template, undo and redo, files, help. */
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
  private readonly undo = tool('undo', 'Undo', 'Undo (Ctrl+Z)', 'undo');
  private readonly redo = tool('redo', 'Redo', 'Redo (Ctrl+Shift+Z)', 'redo');
  /** The template that the network is. */
  private shown = '';
  private readonly own = element('option', { value: '', disabled: true });

  constructor(templates: readonly string[]) {
    this.template = element(
      'select',
      {
        class: 'osl-template',
        'data-act': 'template',
        title: 'Start from a template; undo brings this network back',
        'aria-label': 'Template'
      },
      this.own,
      ...templates.map(name => element('option', { value: name }, name))
    );
    this.node = element(
      'div',
      { class: 'osl-toolbar', role: 'toolbar', 'aria-label': 'Network' },
      this.template,
      this.undo,
      this.redo,
      element('span', { class: 'osl-space' }),
      tool('save', 'Save', 'Save as a .json file', 'save'),
      tool('load', 'Load', 'Load a .json file', 'load'),
      tool('python', 'Python', 'Copy as Python', 'code'),
      tool('help', 'Keys', 'What the keys do (?)', 'help'),
      this.file
    );
  }

  /** Puts back what Python holds. */
  revert(): void {
    this.template.value = this.shown;
  }

  update(state: State | null, locked: boolean): void {
    const isTemplate =
      state !== null &&
      [...this.template.options].some(option => option !== this.own && option.value === state.name);
    setText(this.own, state && !isTemplate ? state.name || 'own network' : 'Template…');
    this.shown = isTemplate ? state.name : '';
    // Who is choosing is not disturbed.
    if (document.activeElement !== this.template) {
      this.revert();
    }
    this.undo.disabled = locked || !state?.can_undo;
    this.redo.disabled = locked || !state?.can_redo;
    this.template.disabled = locked;
    for (const act of ['save', 'load', 'python']) {
      setAttribute(this.node.querySelector(`[data-act="${act}"]`)!, 'disabled', locked);
    }
  }
}

function tool(act: string, text: string, title: string, name: IconName): HTMLButtonElement {
  return element(
    'button',
    { type: 'button', class: 'osl-button osl-tool', 'data-act': act, title, 'aria-label': title },
    icon(name),
    element('span', { class: 'osl-tool-text' }, text)
  );
}
