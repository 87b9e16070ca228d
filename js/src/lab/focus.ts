/**
 * Keeps the keyboard's place in the Lab. A browser removes the focus from a control that is disabled, such as a button
 * after its press; then Tab starts at the top of the page, and the notebook loses the focus.
 */
export class Focus {
  private readonly observer: MutationObserver;
  /** The control that had the focus until it was disabled, and the element that has it since. */
  private lost: HTMLButtonElement | null = null;
  private keeper: HTMLElement | null = null;

  constructor(root: HTMLElement) {
    // Called within the same task, before the browser checks the focus.
    this.observer = new MutationObserver(records =>
      records.forEach(({ target }) => this.look(target as HTMLButtonElement))
    );
    this.observer.observe(root, { subtree: true, attributes: true, attributeFilter: ['disabled'] });
  }

  destroy(): void {
    this.observer.disconnect();
    this.lost = this.keeper = null;
  }

  private look(control: HTMLButtonElement): void {
    if (control.disabled && document.activeElement === control) {
      // Focus its row rather than its neighbour, so that a second press does nothing unwanted.
      this.keep(control, control.parentElement!);
    } else if (!control.disabled && control === this.lost) {
      if (document.activeElement === this.keeper) {
        control.focus({ preventScroll: true });
      }
      this.lost = this.keeper = null;
    }
  }

  private keep(control: HTMLButtonElement, row: HTMLElement): void {
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    [this.lost, this.keeper] = [control, row];
  }
}
