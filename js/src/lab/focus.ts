/**
 * Keeps the keyboard's place in the Lab. A browser takes it from a control that is disabled, such as a button that
 * cannot be pressed a second time; the page then begins again from its top, and a notebook counts as left.
 */
export class Focus {
  private readonly observer: MutationObserver;
  /** What had the keyboard until it was disabled, and what has it since. */
  private lost: HTMLButtonElement | null = null;
  private keeper: HTMLElement | null = null;

  constructor(root: HTMLElement) {
    // Told of within the same turn, before the browser looks at what is focused.
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
      // Its row rather than its neighbour, which might do something that nobody wants at a second press.
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
