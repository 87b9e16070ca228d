import { setAttribute } from '../common/dom';
import type { Messages, Sent } from '../common/kernel';

/** The mark stays for at least so long: a shorter one would only flicker. */
const MARK_STAYS_MS = 120;

/**
 * Shows on a button that it was pressed, until the kernel has taken that: a cell that runs may keep it from it for long,
 * and what the button does shows only then.
 */
export class Asked {
  /** The button that is pressed now. */
  private pressed: HTMLElement | null = null;
  /** Pressed buttons, by the message that told of it. */
  private readonly waiting = new Map<string, HTMLElement>();
  private readonly timers = new Map<HTMLElement, ReturnType<typeof setTimeout>>();
  private readonly heard = (_: unknown, { msg, direction }: Sent): void => {
    if (direction === 'send' && this.pressed && msg.header.msg_type === 'comm_msg') {
      this.show(msg.header.msg_id, this.pressed);
    } else if (msg.header.msg_type === 'status' && msg.content.execution_state === 'idle') {
      this.take(msg.parent_header.msg_id ?? '');
    }
  };

  constructor(
    private readonly root: HTMLElement,
    private readonly messages: Messages
  ) {
    // The message of a press is sent before its event bubbles up to here.
    root.addEventListener('click', this.down, true);
    root.addEventListener('click', this.up);
    messages.connect(this.heard);
  }

  /** Takes all marks away: nothing will be answered any more. */
  clear(): void {
    new Set([...this.waiting.values(), ...this.timers.keys()]).forEach(button => this.mark(button, false));
    this.waiting.clear();
    this.timers.forEach(clearTimeout);
    this.timers.clear();
  }

  destroy(): void {
    this.clear();
    this.root.removeEventListener('click', this.down, true);
    this.root.removeEventListener('click', this.up);
    this.messages.disconnect(this.heard);
  }

  private readonly down = (event: Event): void => {
    this.pressed = (event.target as Element).closest('button');
  };

  private readonly up = (): void => {
    this.pressed = null;
  };

  private show(message: string, button: HTMLElement): void {
    clearTimeout(this.timers.get(button));
    const timer = setTimeout(() => {
      this.timers.delete(button);
      this.settle(button);
    }, MARK_STAYS_MS);
    this.timers.set(button, timer);
    this.waiting.set(message, button);
    this.mark(button, true);
  }

  private take(message: string): void {
    const button = this.waiting.get(message);
    if (this.waiting.delete(message)) {
      this.settle(button!);
    }
  }

  private settle(button: HTMLElement): void {
    if (!this.timers.has(button) && ![...this.waiting.values()].includes(button)) {
      this.mark(button, false);
    }
  }

  private mark(button: HTMLElement, asked: boolean): void {
    button.classList.toggle('osl-asked', asked);
    setAttribute(button, 'aria-busy', asked && 'true');
  }
}
