import { type Child, element } from './dom';

/**
 * A panel beside the element that opened it. It is in the browser's top layer, so that a scrolling output does not cut
 * it off, and inside the editor's element, so that the editor handles its keys.
 */
export class Popup {
  readonly node: HTMLElement;
  private opener: Element | null = null;

  constructor(
    host: HTMLElement,
    name: string,
    label: string,
    private readonly closed: () => void = () => undefined
  ) {
    this.node = element('div', {
      class: `osl-popup osl-${name}`,
      role: 'dialog',
      'aria-label': label,
      popover: 'manual',
      hidden: true
    });
    host.append(this.node);
  }

  get isOpen(): boolean {
    return this.opener !== null;
  }

  open(opener: Element, ...children: Child[]): void {
    this.node.replaceChildren(...children.filter(child => child !== null));
    this.node.hidden = false;
    this.node.showPopover?.();
    this.opener = opener;
    this.place(opener.getBoundingClientRect());
    document.addEventListener('pointerdown', this.closeOutside, true);
  }

  /** Closes the panel and calls `closed`, which restores the focus. */
  close(): void {
    if (this.hide()) {
      this.closed();
    }
  }

  private hide(): boolean {
    const wasOpen = this.isOpen;
    if (wasOpen) {
      document.removeEventListener('pointerdown', this.closeOutside, true);
      this.opener = null;
      this.node.hidePopover?.();
      this.node.hidden = true;
    }
    return wasOpen;
  }

  destroy(): void {
    document.removeEventListener('pointerdown', this.closeOutside, true);
    this.node.remove();
  }

  private readonly closeOutside = (event: Event): void => {
    if (!event.composedPath().includes(this.node)) {
      // The press brings the focus where it goes. Were it put back first, the page might scroll away under the press.
      this.hide();
    }
  };

  /** Places the panel below the opener if there is room, otherwise above it, always inside the window. */
  private place(anchor: DOMRect): void {
    const { width, height } = this.node.getBoundingClientRect();
    const margin = 8;
    const below = anchor.bottom + 4;
    const fits = below + height + margin <= window.innerHeight;
    const top = fits
      ? below
      : Math.max(margin, Math.min(anchor.top - height - 4, window.innerHeight - height - margin));
    const left = Math.max(margin, Math.min(anchor.left, window.innerWidth - width - margin));
    this.node.style.top = `${top}px`;
    this.node.style.left = `${left}px`;
  }
}
