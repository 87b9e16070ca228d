/** The line above the Lab: the kernel has ended, the search cannot be saved, or an earlier search can be resumed. */

import { element, setAttribute, setText } from '../common/dom';
import { icon } from '../common/icons';
import type { Loss } from '../common/kernel';
import { copy } from '../common/files';

/** A session in a file, and the code that brings it back. */
export interface Kept {
  name?: string;
  time?: string;
  code?: string;
}

const IMPORT = 'import oneshot_lab as osl\n';

const WHAT: Readonly<Record<Loss, string>> = {
  restarted: 'The kernel was restarted, and this search has ended.',
  died: 'The kernel has died, and this search has ended.',
  'shut down': 'The kernel was shut down, and this search has ended.',
  'out of reach': 'The kernel cannot be reached.'
};

export class Banner {
  readonly node: HTMLElement;
  private readonly what = element('strong');
  private readonly remedy = element('span');
  private readonly code = element('code', { tabindex: 0 });
  private readonly copyButton = element(
    'button',
    { type: 'button', class: 'osl-button' },
    icon('copy'),
    'Copy'
  );
  private readonly closeButton = element(
    'button',
    { type: 'button', class: 'osl-button', 'aria-label': 'Close', title: 'Close' },
    icon('close')
  );
  private readonly news = element('span', { class: 'osl-lab-copied', role: 'status' });
  private loss: Loss | null = null;
  private kept: Kept = {};
  private earlier: Kept = {};
  private problem = '';
  private isClosed = false;

  constructor() {
    const text = element('div', { class: 'osl-lab-told', role: 'status' }, this.what, ' ', this.remedy);
    const offer = element('div', { class: 'osl-lab-offer' }, this.code, this.copyButton, this.news);
    this.node = element('div', { class: 'osl-lab-line', hidden: true }, text, offer, this.closeButton);
    this.copyButton.addEventListener('click', () => void this.copy());
    this.closeButton.addEventListener('click', () => {
      this.isClosed = true;
      this.draw();
    });
  }

  /** Sets the reason why there is no kernel; null if there is one. */
  setLoss(loss: Loss | null): void {
    this.loss = loss;
    this.draw();
  }

  /** Sets the files of this search and of an earlier one. */
  setKept(kept: Kept, earlier: Kept): void {
    [this.kept, this.earlier] = [kept, earlier];
    this.draw();
  }

  /** Sets the reason why this search cannot be saved; empty if it can. */
  setProblem(problem: string): void {
    this.problem = problem;
    this.draw();
  }

  private draw(): void {
    const { loss, kept, earlier, problem } = this;
    const isOffered = !loss && !problem;
    const offered = isOffered ? earlier : !loss || loss === 'out of reach' ? {} : kept.code ? kept : earlier;
    setAttribute(this.node, 'hidden', isOffered && (this.isClosed || !earlier.code));
    setAttribute(this.node, 'data-loss', loss ?? (problem ? 'not kept' : null));
    if (loss) {
      setText(this.what, WHAT[loss]);
      setText(this.remedy, remedyFor(loss, kept, earlier));
    } else if (problem) {
      setText(this.what, 'This search cannot be saved to its file.');
      setText(this.remedy, `${problem}. Saving is retried; the search continues meanwhile.`);
    } else {
      setText(this.what, 'You can resume an earlier search.');
      setText(this.remedy, `It is saved in ${earlier.name}, of ${earlier.time}:`);
    }
    // The kernel's status changes often: keep the note about copying until there is other code to copy.
    if (this.code.textContent !== (offered.code ?? '')) {
      setText(this.code, offered.code ?? '');
      setText(this.news, '');
    }
    setAttribute(this.code.parentElement!, 'hidden', !offered.code);
    setAttribute(this.closeButton, 'hidden', !isOffered);
  }

  private async copy(): Promise<void> {
    const isCopied = await copy(`${IMPORT}${this.code.textContent}`);
    if (!isCopied) {
      getSelection()?.selectAllChildren(this.code);
    }
    setText(this.news, isCopied ? 'Copied' : 'Press Ctrl+C');
  }
}

function remedyFor(loss: Loss, kept: Kept, earlier: Kept): string {
  if (loss === 'out of reach') {
    return 'The connection is retried; running jobs continue.';
  }
  if (kept.code) {
    return `Resume from its checkpoint, ${kept.name}, of ${kept.time}, or run the cell again to start a new one:`;
  }
  const again = 'There was nothing to save yet: run the cell again';
  return earlier.code ? `${again}, or resume an earlier search, of ${earlier.time}:` : `${again}.`;
}
