/** The line above the Lab: that the kernel has gone, that nothing is kept, or that an earlier search can be gone on with. */

import { element, setAttribute, setText } from '../common/dom';
import { icon } from '../common/icons';
import type { Loss } from '../common/kernel';
import { copy } from '../lego/files';

/** A session in a file, and the code that brings it back. */
export interface Kept {
  name?: string;
  time?: string;
  code?: string;
}

const IMPORT = 'import oneshot_lab as osl\n';

const WHAT: Readonly<Record<Loss, string>> = {
  restarted: 'The kernel has restarted, and this search with it.',
  died: 'The kernel has died, and this search with it.',
  'shut down': 'The kernel that this search ran in is gone.',
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

  /** Says why the kernel is not there; null: it is. */
  setLoss(loss: Loss | null): void {
    this.loss = loss;
    this.draw();
  }

  /** Takes where this search was kept last, and where an earlier one is. */
  setKept(kept: Kept, earlier: Kept): void {
    [this.kept, this.earlier] = [kept, earlier];
    this.draw();
  }

  /** Takes why this search cannot be kept; empty: it can. */
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
      setText(this.what, 'This search cannot be kept in its file.');
      setText(this.remedy, `${problem}. It is tried again; what runs goes on meanwhile.`);
    } else {
      setText(this.what, 'An earlier search can be gone on with.');
      setText(this.remedy, `It is kept in ${earlier.name}, of ${earlier.time}:`);
    }
    // The kernel tells of itself all the time: what was copied is told until there is something else to copy.
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
    return 'It is tried again, and what runs there goes on meanwhile.';
  }
  if (kept.code) {
    return `Go on from its checkpoint, ${kept.name}, of ${kept.time}; or run the cell again for a new one:`;
  }
  const again = 'Nothing had been done in it that could be kept: run the cell again';
  return earlier.code ? `${again}, or go on from an earlier search, of ${earlier.time}:` : `${again}.`;
}
