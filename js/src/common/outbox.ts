import type { Answer, Ask, Refusal, Request } from './messages';

/** What to do when a request was answered. */
export interface Then {
  done?(): void;
  refused?(refusal: Refusal): void;
  file?(name: string, text: string): void;
  /** No answer will come: the kernel went away. */
  dropped?(): void;
}

/** An action that waits for the requests before it. */
interface Queued {
  action(): void;
  dropped(): void;
}

interface Waiting extends Then {
  request: number;
  revision: number;
  answered: boolean;
  /** Whether the answer comes with a new state. */
  changes: boolean;
}

const MOST_QUEUED = 20;
/** How long after its answer the state of a change may come; without one the change changed nothing. */
const STATE_MS = 400;
const SLOW_MS = 1500;

/**
 * Sends one request at a time. What is asked for in the meantime is worked out against the state that the last
 * request led to, so that a key held down does not count positions in a state of the past.
 */
export class Outbox {
  // Two views of one session hear each other's answers: they must not count alike.
  private number = Math.floor(Math.random() * 1e9);
  private waiting: Waiting | null = null;
  private queue: Queued[] = [];
  private timers = new Set<ReturnType<typeof setTimeout>>();
  private revision = 0;

  constructor(
    private readonly post: (message: Request) => void,
    private readonly slow: (waits: boolean) => void
  ) {}

  /**
   * Runs an action, at once or after the requests before it. False: too many wait already.
   * @param dropped - Called if it will not be run after all.
   */
  run(action: () => void, dropped: () => void = () => undefined): boolean {
    if (!this.waiting) {
      action();
      return true;
    }
    return this.queue.length < MOST_QUEUED && this.queue.push({ action, dropped }) > 0;
  }

  /** Sends a request; to be called from an action. */
  send(ask: Ask, then: Then = {}): number {
    const request = ++this.number;
    const changes = ask.kind !== 'file' && ask.kind !== 'python';
    this.waiting = { request, revision: this.revision, answered: false, changes, ...then };
    this.later(SLOW_MS, () => this.waiting?.request === request && this.slow(true));
    this.post({ ...ask, request });
    return request;
  }

  answer(answer: Answer): void {
    const waiting = this.waiting;
    if (!waiting || answer.request !== waiting.request) {
      return;
    }
    waiting.answered = true;
    if (answer.kind === 'file') {
      waiting.file?.(answer.name, answer.text);
    } else if (answer.ok) {
      waiting.done?.();
    } else {
      waiting.refused?.(answer);
    }
    const isLast =
      answer.kind === 'file' || !answer.ok || !waiting.changes || this.revision > waiting.revision;
    if (isLast) {
      this.next(waiting);
    } else {
      this.later(STATE_MS, () => this.next(waiting));
    }
  }

  /** Takes note that a state was drawn. */
  drawn(revision: number): void {
    this.revision = revision;
    if (this.waiting?.answered) {
      this.next(this.waiting);
    }
  }

  /** Forgets all that was not answered, as when the kernel went away, and tells whoever asked. */
  clear(): void {
    const dropped = [this.waiting, ...this.queue];
    this.waiting = null;
    this.queue = [];
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    this.slow(false);
    dropped.forEach(request => request?.dropped?.());
  }

  private next(finished: Waiting): void {
    if (this.waiting !== finished) {
      return;
    }
    this.waiting = null;
    this.slow(false);
    while (!this.waiting && this.queue.length) {
      this.queue.shift()?.action();
    }
  }

  private later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, ms);
    this.timers.add(timer);
  }
}
