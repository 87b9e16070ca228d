import { element, mayFocus, setAttribute, setText } from '../common/dom';
import { icon } from '../common/icons';
import { refusalText } from '../common/messages';
import { copy } from '../lego/files';
import type { CopyAnswer, CopyRequest } from './protocol';

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
  // Two views of one model hear each other's answers: they must not count alike.
  private number = Math.floor(Math.random() * 1e9);
  private waiting = false;
  private usable = false;

  constructor(
    label: string,
    private readonly send: (message: CopyRequest) => void
  ) {
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

  /** Says whether there is something to copy, and Python to ask. */
  enable(usable: boolean): void {
    this.usable = usable;
    if (!usable && this.waiting) {
      this.waiting = false;
      this.say('Not done: no answer will come');
    }
    this.lock();
  }

  /** Takes Python's answer. */
  async answer(answer: CopyAnswer): Promise<void> {
    if (!this.waiting || answer.request !== this.number) {
      return;
    }
    this.waiting = false;
    this.lock();
    if (answer.kind !== 'copied') {
      return this.say(refusalText(answer));
    }
    if (await copy(answer.text)) {
      return this.say(answer.note);
    }
    this.text.value = answer.text;
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
    this.send({ kind: 'copy', request: ++this.number });
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
