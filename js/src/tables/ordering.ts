import { element, setAttribute, setText } from '../common/dom';
import type { Order } from './protocol';

/** The choice of what the rows are ranked by, and a remark beside it. It is not seen where there is no choice. */
export class Ordering {
  readonly node: HTMLElement;
  private readonly select = element('select');
  private readonly note = element('span', { class: 'osl-news' });
  private orders: readonly Order[] = [];

  constructor(choose: (order: string) => void) {
    this.node = element(
      'div',
      { class: 'osl-ordering', hidden: true },
      element('label', {}, 'rank by ', this.select),
      this.note
    );
    this.select.addEventListener('change', () => choose(this.select.value));
    // Keys for the choice are neither the table's nor the notebook's.
    this.node.addEventListener('keydown', event => event.stopPropagation());
  }

  draw(orders: readonly Order[], chosen: string, note: string): void {
    if (orders !== this.orders) {
      this.orders = orders;
      const options = orders.map(([name, words]) => element('option', { value: name }, words));
      this.select.replaceChildren(...options);
    }
    this.select.value = chosen;
    setText(this.note, note);
    setAttribute(this.note, 'title', note || null);
    setAttribute(this.node, 'hidden', orders.length === 0);
  }
}
