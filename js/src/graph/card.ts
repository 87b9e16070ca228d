import { element, setAttribute } from '../common/dom';
import { icon } from '../common/icons';
import type { GraphEdge, GraphNode } from './protocol';
import { describeLink } from './walk';

/** Where something is in the stage, in pixels of the screen. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const MARGIN = 6;

/** A card about the node or link under the pointer, or about the selected link, with a button that removes it. */
export class Card {
  readonly node = element('div', { class: 'osl-card', hidden: true });
  private drawn = '';

  constructor(private readonly remove: () => void) {}

  showNode(node: GraphNode, box: Box): void {
    const facts = node.problem ? [...node.facts, ['Problem', node.problem] as const] : node.facts;
    const title = node.role === 'block' ? `Block ${node.label}` : node.label;
    this.show(JSON.stringify([title, facts]), box, () => [
      element('div', { class: 'osl-card-title' }, title),
      element(
        'dl',
        {},
        ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])
      )
    ]);
  }

  showLink(edge: GraphEdge, box: Box, removable: boolean): void {
    this.show(JSON.stringify([edge.id, edge.projection, removable]), box, () => {
      const button = element(
        'button',
        {
          type: 'button',
          class: 'osl-button',
          title: 'Remove this link (Delete)',
          'aria-label': 'Remove this link'
        },
        icon('close')
      );
      button.addEventListener('click', () => this.remove());
      return [
        element('div', { class: 'osl-card-title' }, describeLink(edge)),
        ...(removable ? [button] : [])
      ];
    });
    this.node.classList.toggle('osl-card-live', removable);
  }

  hide(): void {
    setAttribute(this.node, 'hidden', true);
  }

  private show(key: string, box: Box, make: () => Node[]): void {
    if (key !== this.drawn) {
      this.drawn = key;
      this.node.replaceChildren(...make());
    }
    this.node.classList.remove('osl-card-live');
    const { clientWidth = 0, clientHeight = 0 } = this.node.parentElement ?? {};
    const isOut = box.right < 0 || box.bottom < 0 || box.left > clientWidth || box.top > clientHeight;
    setAttribute(this.node, 'hidden', isOut);
    if (!isOut) {
      this.place(box);
    }
  }

  /** Places the card below, otherwise above, otherwise beside its subject, never over it. */
  private place(box: Box): void {
    const { clientWidth: width = 0, clientHeight: height = 0 } = this.node.parentElement ?? {};
    const { offsetWidth: wide, offsetHeight: high } = this.node;
    const within = (value: number, size: number, room: number): number =>
      Math.max(MARGIN, Math.min(value, room - size - MARGIN));
    const gap = 10;
    let [left, top] = [box.left, box.bottom + gap];
    if (top + high + MARGIN > height && box.top - gap - high >= MARGIN) {
      // A block's name stands above it.
      top = box.top - gap - 8 - high;
    } else if (top + high + MARGIN > height) {
      left = box.right + 2 * gap + wide < width ? box.right + 2 * gap : box.left - gap - wide;
      top = box.top;
    }
    this.node.style.left = `${within(left, wide, width)}px`;
    this.node.style.top = `${within(top, high, height)}px`;
  }
}
