import { element } from '../common/dom';
import type { Point } from './shape';

/** Distance of the card from its dot, in pixels. */
const GAP = 14;

/** A card beside the hovered candidate with its numbers, which screen readers announce too. */
export class Card {
  readonly node = element('div', { class: 'osl-map-card', role: 'status', hidden: true });

  /**
   * @param facts - Lines of text, the first one stands out; empty: there is nothing to tell.
   * @param at - Where the dot is drawn.
   * @param size - Of the figure, which the card stays inside of.
   */
  show(facts: string, at: Point, size: Point): void {
    const { node } = this;
    node.hidden = !facts;
    if (!facts) {
      return;
    }
    node.replaceChildren(...facts.split('\n').map(line => element('div', {}, line)));
    const [width, height] = [node.offsetWidth, node.offsetHeight];
    const left = at[0] + GAP + width <= size[0] ? at[0] + GAP : at[0] - GAP - width;
    node.style.left = `${Math.max(0, left)}px`;
    node.style.top = `${Math.min(Math.max(0, at[1] - height / 2), Math.max(0, size[1] - height))}px`;
  }
}
