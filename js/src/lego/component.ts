import { element, setAttribute, setText } from '../common/dom';
import { icon } from '../common/icons';
import { type Shared, button, itemNode, markProblem, showCount } from './items';
import type { ComponentState } from './protocol';

/** A component: its kind, its parameters in a text field, and the notes about them. */
export class ComponentView {
  readonly node: HTMLElement;
  readonly field: HTMLInputElement;
  private readonly name = element('span', { class: 'osl-kind' });
  private readonly count = element('span', { class: 'osl-count' });
  private readonly notes = element('div', { class: 'osl-notes', hidden: true });
  private params = '';
  /** The text that was sent but not answered: it stays in the field, and an older state does not replace it. */
  private sent: string | null = null;
  /** Whether the text was to be sent and could not be: it stays in the field, to be sent again. */
  private kept = false;

  constructor(
    id: string,
    private readonly shared: Shared
  ) {
    this.field = element('input', {
      class: 'osl-params',
      type: 'text',
      spellcheck: 'false',
      autocomplete: 'off',
      tabindex: -1,
      maxlength: 400
    });
    const row = element(
      'div',
      { class: 'osl-row' },
      icon('grip'),
      this.name,
      this.field,
      this.count,
      button('duplicate', `Duplicate ${id}`, 'copy'),
      button('remove', `Remove ${id}`, 'close')
    );
    this.node = itemNode('component', id, row, this.notes);
    this.field.addEventListener('input', () => this.fit());
  }

  /** Whether the field holds something that Python has not taken. */
  get dirty(): boolean {
    return this.field.value !== this.params;
  }

  update(state: ComponentState): void {
    const kind = this.shared.kinds.get(state.kind);
    setText(this.name, state.kind);
    setAttribute(this.node, 'data-family', kind?.family ?? '');
    this.node.style.setProperty('--osl-family', kind?.colour ?? '#999999');
    setAttribute(this.node, 'aria-label', `${state.kind} ${state.params || 'without parameters'}`);
    const hint = kind ? kind.hint || kind.params.join(', ') : '';
    setAttribute(this.field, 'hidden', kind !== undefined && !kind.params.length && !state.params);
    setAttribute(this.field, 'placeholder', hint);
    setAttribute(this.field, 'title', hint ? `In order: ${hint}` : null);
    setAttribute(
      this.field,
      'aria-label',
      `Parameters of ${state.kind} ${state.id}${hint ? `: ${hint}` : ''}`
    );
    showCount(this.count, state.parameters);
    markProblem(this.node, state.problem);
    this.shared.notes.draw(this.notes, state.id, state.problem, state.repairs);
    this.updateField(state);
  }

  private updateField(state: ComponentState): void {
    const changed = state.params !== this.params;
    const typing =
      this.dirty && (document.activeElement === this.field || this.shared.notes.wasRefused(state.id));
    const waits = (this.sent !== null || this.kept) && !changed;
    this.params = state.params;
    if (!typing && !waits) {
      this.sent = null;
      this.revert();
    }
  }

  /** The text to send, or null where nothing was changed. */
  take(): string | null {
    const text = this.field.value.trim();
    if (!this.dirty || text === this.sent) {
      return null;
    }
    this.sent = text;
    this.kept = false;
    return text;
  }

  /** The text did not reach Python, which accepts no edits now or has ended. */
  keep(): void {
    this.sent = null;
    this.kept = true;
  }

  /**
   * The request with the text was answered, behind the state that came of it. What Python took is shown as Python
   * writes it, also where that is what it was before; what it refused stays to be put right.
   */
  answered(taken: boolean): void {
    const typedOn = this.field.value.trim() !== this.sent;
    this.sent = null;
    if (taken && !typedOn) {
      this.revert();
    }
  }

  /** Restores Python's value. */
  revert(): void {
    this.kept = false;
    if (this.field.value !== this.params) {
      this.field.value = this.params;
    }
    this.fit();
  }

  private fit(): void {
    setAttribute(this.field, 'size', Math.min(Math.max(this.field.value.length + 1, 5), 40));
  }

  destroy(): void {
    this.node.remove();
  }
}
