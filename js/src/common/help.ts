import { element } from './dom';
import { Popup } from './popup';

/** The table of keys and what they do, on `?`. */
export class Help {
  private readonly popup: Popup;

  constructor(
    host: HTMLElement,
    /** Keys, and what they do. */
    private readonly rows: readonly (readonly [string, string])[],
    closed: () => void
  ) {
    this.popup = new Popup(host, 'help', 'Keys', closed);
    this.popup.node.tabIndex = -1;
    this.popup.node.addEventListener('keydown', event => {
      if (['Escape', '?', 'Enter'].includes(event.key)) {
        event.preventDefault();
        this.popup.close();
      }
      event.stopPropagation();
    });
  }

  toggle(opener: Element): void {
    if (this.popup.isOpen) {
      return this.popup.close();
    }
    const rows = this.rows.map(([keys, what]) =>
      element('tr', {}, element('th', { scope: 'row' }, keys), element('td', {}, what))
    );
    this.popup.open(
      opener,
      element('div', { class: 'osl-popup-title' }, 'Keys'),
      element('table', {}, element('tbody', {}, ...rows))
    );
    this.popup.node.focus();
  }

  destroy(): void {
    this.popup.destroy();
  }
}
