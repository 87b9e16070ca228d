/** Advice on blocks: a line below the blocks of their layer, and a mark on each block. */

import { element, setAttribute } from '../common/dom';
import { icon } from '../common/icons';
import { COMMANDS } from './commands';
import type { Advice } from './protocol';

/** The lines of one layer. They stand below its blocks, so that those stay where they are when a line goes. */
export class AdviceLines {
  readonly node = element('div', { class: 'osl-advice', hidden: true });
  private drawn = '';

  /** Draws the lines, if they are other than before: a button keeps the focus. */
  update(advice: readonly Advice[]): void {
    const key = JSON.stringify(advice);
    if (key !== this.drawn) {
      this.drawn = key;
      this.node.replaceChildren(...advice.map(line));
    }
  }

  /** Shows them, or not: those of a collapsed layer are inside it. */
  show(shown: boolean): void {
    setAttribute(this.node, 'hidden', !shown || !this.node.childElementCount);
  }
}

function line({ key, what, why, remedy, has_edits }: Advice): HTMLElement {
  const text = element(
    'span',
    {},
    element('b', {}, what),
    element('span', { class: 'osl-why' }, `: ${why}.`)
  );
  const action = has_edits
    ? element(
        'button',
        {
          type: 'button',
          class: 'osl-button osl-remedy',
          'data-act': 'follow',
          'data-key': key,
          title: `${COMMANDS.titled('follow', remedy)}; undo reverts it`
        },
        remedy
      )
    : element('span', { class: 'osl-aside' }, `${remedy}.`);
  return element('div', { class: 'osl-note', title: `${what}: ${why}` }, icon('bulb'), text, action);
}

/** The mark of a block that some advice is on. */
export class AdviceMark {
  readonly node = element('span', { class: 'osl-mark', hidden: true }, icon('bulb'));

  update(advice: readonly Advice[]): void {
    setAttribute(this.node, 'hidden', !advice.length);
    setAttribute(this.node, 'title', advice.map(({ what, why }) => `${what}: ${why}`).join('\n') || null);
  }
}
