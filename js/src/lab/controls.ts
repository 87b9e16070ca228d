/** Disables the Lab's controls, which are ipywidgets' and look usable without a kernel. */

const CONTROLS = [
  ...['.jupyter-button', '.widget-toggle-buttons', '.widget-dropdown', '.widget-text', '.widget-slider'],
  ...['.widget-checkbox', '.bqplot']
].join(', ');

export class Controls {
  private readonly observer: MutationObserver;
  private enabled = true;

  constructor(private readonly root: HTMLElement) {
    // Views come one by one, also after the kernel has gone.
    this.observer = new MutationObserver(() => this.each(control => control.toggleAttribute('inert', true)));
  }

  /** Disables the controls for mouse and keyboard, or enables them again. */
  enable(enabled: boolean): void {
    // Called whenever the kernel becomes busy or idle, and the Lab has thousands of elements to search.
    if (enabled === this.enabled) {
      return;
    }
    this.enabled = enabled;
    this.observer.disconnect();
    this.root.classList.toggle('osl-lab-lost', !enabled);
    this.each(control => control.toggleAttribute('inert', !enabled));
    if (!enabled) {
      this.observer.observe(this.root, { childList: true, subtree: true });
    }
  }

  destroy(): void {
    this.observer.disconnect();
  }

  private each(act: (control: Element) => void): void {
    this.root.querySelectorAll(CONTROLS).forEach(act);
  }
}
