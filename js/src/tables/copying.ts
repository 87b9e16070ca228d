import { element, mayFocus, setAttribute, setText } from '../common/dom';
import { icon } from '../common/icons';
import type { Answer, Request } from '../common/messages';
import { Requests } from '../common/requests';
import { copy } from '../common/files';

/** A button that asks Python for a text and puts it on the clipboard; where that is not allowed, it offers it to be copied by hand. */
export class Copying {
  readonly node: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly news = element('span', { class: 'osl-news', role: 'status' });
  private readonly text = element('textarea', {
    readonly: true,
    rows: 8,
    spellcheck: 'false',
    'aria-label': 'Text to copy'
  });
  private readonly offer: HTMLElement;
  private readonly requests: Requests;
  private waiting = false;
  private usable = false;

  constructor(label: string, send: (message: Request) => void) {
    this.requests = new Requests({ post: send, say: text => this.ended(text) });
    this.button = element('button', { type: 'button', class: 'osl-button osl-tool' }, icon('copy'), label);
    const close = element(
      'button',
      { type: 'button', class: 'osl-button', 'aria-label': 'Close' },
      icon('close')
    );
    this.offer = element('div', { class: 'osl-copy-offer', hidden: true }, this.text, close);
    this.node = element(
      'div',
      { class: 'osl-copying' },
      element('div', { class: 'osl-toolbar', role: 'toolbar', 'aria-label': label }, this.button, this.news),
      this.offer
    );
    this.button.addEventListener('click', () => this.ask());
    close.addEventListener('click', () => this.close());
    this.node.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !this.offer.hidden) {
        this.close();
      }
      // Neither keys for the text nor for the buttons are JupyterLab's.
      event.stopPropagation();
    });
  }

  /** Sets whether there is something to copy, and whether Python is connected. */
  enable(usable: boolean): void {
    this.usable = usable;
    if (!usable) {
      this.requests.clear();
    }
    this.lock();
  }

  /** Handles Python's answer. */
  answer(answer: Answer): void {
    this.requests.answer(answer);
  }

  private async take(text: string, note: string): Promise<void> {
    this.ended('');
    if (await copy(text)) {
      return this.say(note);
    }
    this.text.value = text;
    this.offer.hidden = false;
    // The answer may be late: who works elsewhere by now keeps the keyboard.
    if (mayFocus(this.node)) {
      this.text.focus();
      this.text.select();
    }
    this.say('Press Ctrl+C: the browser does not allow copying');
  }

  private ask(): void {
    this.close();
    this.waiting = true;
    this.lock();
    this.say('asking Python…');
    this.requests.ask(
      () => [
        { kind: 'copy' },
        { result: given => void (given.kind === 'copied' && this.take(given.text, given.note)) }
      ],
      () => this.ended('Not done: Python no longer answers')
    );
  }

  /** The request has come to an end. */
  private ended(text: string): void {
    this.waiting = false;
    this.lock();
    this.say(text);
  }

  private close(): void {
    if (!this.offer.hidden) {
      this.offer.hidden = true;
      this.say('');
      this.button.focus();
    }
  }

  private lock(): void {
    setAttribute(this.button, 'disabled', !this.usable || this.waiting);
  }

  private say(text: string): void {
    setText(this.news, text);
    setAttribute(this.news, 'title', text || null);
  }
}
