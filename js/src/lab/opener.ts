import { element, setAttribute } from '../common/dom';
import { icon } from '../common/icons';

const TITLE = 'Open in a separate tab';

export interface Acts {
  /** Opens the tab, or goes to the one that is open. */
  open(): void;
  /** Closes it. */
  back(): void;
}

/** The button that opens the Lab in a separate tab, and the line that replaces the Lab meanwhile. */
export class Opener {
  readonly node = element('div', { class: 'osl-lab-opening' });
  private readonly openButton = element(
    'button',
    { type: 'button', class: 'osl-button osl-lab-open', 'aria-label': TITLE, title: TITLE, hidden: true },
    icon('open')
  );
  private readonly line: HTMLElement;

  constructor(acts: Acts) {
    const go = element('button', { type: 'button', class: 'osl-button' }, icon('open'), 'Go to the tab');
    const back = element('button', { type: 'button', class: 'osl-button' }, 'Show it here again');
    const told = element(
      'div',
      { class: 'osl-lab-told', role: 'status' },
      'The Lab is open in a separate tab.'
    );
    const offer = element('div', { class: 'osl-lab-offer' }, go, back);
    this.line = element('div', { class: 'osl-lab-elsewhere', hidden: true }, told, offer);
    this.node.append(this.openButton, this.line);
    [this.openButton, go].forEach(button => button.addEventListener('click', () => acts.open()));
    back.addEventListener('click', () => acts.back());
  }

  /** Shows the possible action: `open` if there are tabs, `back` while the tab is open, or none. */
  show(can: 'open' | 'back' | null): void {
    const held = this.line.contains(document.activeElement);
    setAttribute(this.openButton, 'hidden', can !== 'open');
    setAttribute(this.line, 'hidden', can !== 'back');
    if (held && can === 'open') {
      // What had the keyboard is hidden now.
      this.openButton.focus({ preventScroll: true });
    }
  }
}
