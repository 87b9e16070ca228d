import { element, setAttribute, setText } from '../common/dom';
import { Popup } from '../common/popup';
import type { Catalogue, Kind } from './protocol';

/** Called with the chosen kind and the parameters typed after it. */
export type Picked = (kind: string, params: string) => void;

/**
 * The kinds of component (Figure 1F), grouped by family, with type-to-filter. Text after a space is used as parameters:
 * `conv 6, 16, 5`.
 */
export class Palette {
  private readonly popup: Popup;
  private readonly title = element('div', { class: 'osl-popup-title' });
  private readonly filter: HTMLInputElement;
  private readonly list = element('div', {
    class: 'osl-kinds',
    role: 'listbox',
    id: 'osl-kinds',
    'aria-label': 'Kinds of component'
  });
  private readonly hint = element('div', { class: 'osl-popup-hint' });
  private readonly options = new Map<Kind, HTMLElement>();
  private shown: Kind[] = [];
  private chosen = 0;
  private pick: Picked = () => undefined;

  constructor(host: HTMLElement, catalogue: Catalogue, closed: () => void) {
    this.popup = new Popup(host, 'palette', 'Add a component', closed);
    const name = `osl-kinds-${Math.random().toString(36).slice(2)}`;
    this.list.id = name;
    this.filter = element('input', {
      class: 'osl-filter',
      type: 'text',
      role: 'combobox',
      spellcheck: 'false',
      autocomplete: 'off',
      placeholder: 'Type to filter; add parameters after a space',
      'aria-label': 'Filter the kinds of component',
      'aria-expanded': 'true',
      'aria-controls': name
    });
    for (const family of catalogue.families) {
      const kinds = catalogue.kinds.filter(kind => kind.family === family.name);
      if (kinds.length) {
        this.list.append(this.group(family.name, kinds, `${name}-`));
      }
    }
    this.filter.addEventListener('input', () => this.refresh());
    this.filter.addEventListener('keydown', event => this.key(event));
    this.list.addEventListener('click', event => this.click(event));
    // A press must not move the focus out of the filter.
    this.list.addEventListener('mousedown', event => event.preventDefault());
  }

  get isOpen(): boolean {
    return this.popup.isOpen;
  }

  open(opener: Element, title: string, pick: Picked): void {
    this.pick = pick;
    this.filter.value = '';
    setText(this.title, title);
    this.refresh();
    this.popup.open(opener, this.title, this.filter, this.list, this.hint);
    this.filter.focus({ preventScroll: true });
  }

  close(): void {
    this.popup.close();
  }

  destroy(): void {
    this.popup.destroy();
  }

  private group(family: string, kinds: Kind[], prefix: string): HTMLElement {
    const group = element(
      'div',
      { class: 'osl-family', role: 'group', 'aria-label': family },
      element('div', { class: 'osl-family-name', 'aria-hidden': 'true' }, family)
    );
    for (const kind of kinds) {
      const option = element(
        'div',
        {
          class: 'osl-option',
          role: 'option',
          id: prefix + kind.name,
          'data-kind': kind.name,
          title: kind.hint
        },
        element('span', { class: 'osl-kind' }, kind.name)
      );
      option.style.setProperty('--osl-family', kind.colour);
      this.options.set(kind, option);
      group.append(option);
    }
    return group;
  }

  private refresh(): void {
    const word = this.filter.value.trimStart().split(/\s/, 1)[0]!.toLowerCase();
    const matches = ({ name, label, family }: Kind): boolean =>
      [name, label, family].some(text => text.toLowerCase().includes(word));
    this.shown = [...this.options.keys()].filter(matches);
    // A name that begins with the word comes before one that has it inside, such as `Linear` before the normalisations.
    const first = this.shown.findIndex(({ name }) => name.toLowerCase().startsWith(word));
    this.chosen = Math.max(first, 0);
    for (const [kind, option] of this.options) {
      setAttribute(option, 'hidden', !this.shown.includes(kind));
    }
    for (const group of this.list.children) {
      setAttribute(group, 'hidden', !group.querySelector('.osl-option:not([hidden])'));
    }
    this.mark();
  }

  private mark(): void {
    const kind = this.shown[this.chosen];
    for (const [other, option] of this.options) {
      setAttribute(option, 'aria-selected', String(other === kind));
    }
    const option = kind && this.options.get(kind);
    setAttribute(this.filter, 'aria-activedescendant', option ? option.id : null);
    option?.scrollIntoView?.({ block: 'nearest' });
    setText(this.hint, kind ? kind.hint || 'no parameters' : 'No component matches; shorten the search.');
  }

  private key(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 };
    const step = steps[event.key];
    if (event.key === 'Enter') {
      this.take(this.shown[this.chosen]);
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      this.close();
    } else if (step !== undefined && this.shown.length) {
      const last = this.shown.length - 1;
      const wraps = Math.abs(step) === 1;
      const next = this.chosen + step;
      this.chosen = wraps ? (next + last + 1) % (last + 1) : Math.min(Math.max(next, 0), last);
      this.mark();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private click(event: Event): void {
    const name = (event.target as Element).closest<HTMLElement>('.osl-option')?.dataset.kind;
    this.take(this.shown.find(kind => kind.name === name));
  }

  private take(kind: Kind | undefined): void {
    if (kind) {
      const params = this.filter.value.trimStart().split(/\s+/).slice(1).join(' ');
      this.close();
      this.pick(kind.name, params.trim());
    }
  }
}
