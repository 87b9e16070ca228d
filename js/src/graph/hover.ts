/** Between two values that are passed on. */
const BETWEEN_VALUES_MS = 100;

/** Passes a value on at most ten times a second; the last one always comes through. */
export class Hover {
  private sent = '';
  private wanted = '';
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly send: (value: string) => void) {}

  set(value: string): void {
    this.wanted = value;
    if (this.timer === null) {
      this.pass();
    }
  }

  /** Records a value from elsewhere, which need not be passed on. */
  follow(value: string): void {
    this.sent = this.wanted = value;
  }

  destroy(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
  }

  private pass(): void {
    this.timer = null;
    if (this.wanted !== this.sent) {
      this.sent = this.wanted;
      this.send(this.sent);
      this.timer = setTimeout(() => this.pass(), BETWEEN_VALUES_MS);
    }
  }
}
