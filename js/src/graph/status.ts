import { element, setAttribute, setText } from '../common/dom';
import type { GraphState } from './protocol';

const SPOKEN = 4;
const EMPTY = 'Train the supernet to see scores';

/** The line below the network: its size, or why it cannot be edited; the last event; and the current item, for screen readers. */
export class Status {
  readonly node: HTMLElement;
  private readonly about = element('span', { class: 'osl-about' });
  private readonly news = element('span', { class: 'osl-news' });
  private readonly log = element('div', {
    class: 'osl-live',
    'aria-live': 'polite',
    role: 'log',
    'aria-label': 'What happened'
  });
  private readonly here = element('div', { class: 'osl-live osl-current', 'aria-live': 'polite' });

  constructor() {
    this.node = element('div', { class: 'osl-foot' }, this.about, this.news, this.log, this.here);
  }

  /** Shows the network's size, or first the reason why it cannot be edited. */
  update(state: GraphState | null, reason: string | null): void {
    const problem = state?.problem ? `The search waits: ${state.problem}` : null;
    const parts = [state?.summary, state && !state.trained ? EMPTY : null].filter(Boolean);
    const text = reason ?? problem ?? parts.join(' · ');
    setText(this.about, state || reason ? text : 'Waiting for the network from Python…');
    setAttribute(this.about, 'title', text || null);
    this.about.classList.toggle('osl-warning', reason !== null);
    this.about.classList.toggle('osl-wrong', reason === null && problem !== null);
  }

  /** Shows and announces what happened. */
  say(text: string): void {
    setText(this.news, text);
    setAttribute(this.news, 'title', text);
    this.log.append(element('div', {}, text));
    while (this.log.childElementCount > SPOKEN) {
      this.log.firstElementChild?.remove();
    }
  }

  /** Announces the position of the keyboard to screen readers. */
  tell(text: string): void {
    setText(this.here, text);
  }
}
