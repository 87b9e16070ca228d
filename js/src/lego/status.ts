import { element, setAttribute, setText } from '../common/dom';
import { count, exactly } from '../common/format';
import type { Notes } from './notes';
import type { State } from './protocol';

const SPOKEN = 4;

/** The status of the network: why edits are disabled, what does not fit, its size, and the last event. */
export class Status {
  readonly banner = element('div', { class: 'osl-banner', role: 'status', hidden: true });
  readonly problem = element('div', { class: 'osl-whole-problem', hidden: true });
  readonly foot: HTMLElement;
  private readonly size = element('span', { class: 'osl-size' });
  private readonly news = element('span', { class: 'osl-news' });
  private readonly live = element('div', {
    class: 'osl-live',
    'aria-live': 'polite',
    role: 'log',
    'aria-label': 'What happened'
  });
  private drawnProblem = '';

  constructor(private readonly notes: Notes) {
    this.foot = element('div', { class: 'osl-foot' }, this.size, this.news, this.live);
  }

  update(state: State | null): void {
    if (!state) {
      return;
    }
    const parts = [`${state.input} → ${state.output ?? '?'}`];
    if (state.parameters !== null) {
      parts.push(`${count(state.parameters)} parameters`);
    }
    if (state.macs !== null) {
      parts.push(`${count(state.macs)} multiply-adds`);
    }
    setText(this.size, parts.join(' · '));
    setAttribute(
      this.size,
      'title',
      state.parameters === null
        ? null
        : `${exactly(state.parameters)} trainable parameters, all blocks together`
    );
    this.drawProblem(state);
  }

  /** Sets the reason why edits are disabled; null if they are enabled. */
  block(reason: string | null): void {
    setAttribute(this.banner, 'hidden', reason === null);
    setText(this.banner, reason ?? '');
  }

  /** Shows and announces what happened. */
  say(text: string): void {
    setText(this.news, text);
    setAttribute(this.news, 'title', text);
    this.live.append(element('div', {}, text));
    while (this.live.childElementCount > SPOKEN) {
      this.live.firstElementChild?.remove();
    }
  }

  private drawProblem({ problem }: State): void {
    const key = JSON.stringify(problem);
    if (key === this.drawnProblem) {
      return;
    }
    this.drawnProblem = key;
    setAttribute(this.problem, 'hidden', problem === null);
    if (problem) {
      const note = this.notes.problem(problem, '', 'The search waits: ');
      if (problem.item) {
        note.append(
          element(
            'button',
            { type: 'button', class: 'osl-button', 'data-act': 'show', 'data-show': problem.item },
            `Show ${problem.item}`
          )
        );
      }
      this.problem.replaceChildren(note);
    }
  }
}
