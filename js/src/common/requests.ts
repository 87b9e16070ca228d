import {
  type Answer,
  type Ask,
  type Edit,
  KINDS,
  type Refusal,
  type Request,
  type Result,
  refusalText
} from './messages';

/** What to do when a request was answered. */
export interface Then {
  done?(): void;
  refused?(refusal: Refusal): void;
  /** Called with the result of a query. */
  result?(result: Result): void;
}

export interface Hooks {
  /** Sends a message to Python. */
  post(message: Request): void;
  /** Called when Python takes long to answer, and when it has answered. */
  slow?(waits: boolean): void;
  /** Called with the outcome of a request in words. */
  say(text: string): void;
  /** Why Python accepts no request now, or null. */
  reason?(): string | null;
}

/** An action that waits for the requests before it. */
interface Queued {
  action(): void;
  dropped(): void;
}

interface Waiting extends Then {
  request: number;
  /** The revision that the request refers to. */
  revision: number;
  answered: boolean;
  /** Whether the answer comes with a new state. */
  changes: boolean;
  dropped(): void;
}

const MOST_QUEUED = 20;
/** Milliseconds to wait for the state of a change after its answer; if none comes, the change changed nothing. */
const STATE_AFTER_ANSWER_MS = 400;
/** Milliseconds after which the view shows that it waits for an answer. */
const SLOW_ANSWER_MS = 1500;

const UNCONNECTED =
  'Python is not connected: you can view the network, but not change it. Run the cell again.';

/**
 * The requests of a view to Python, one at a time. A request that is made meanwhile is computed from the state that the
 * last one led to, so that a key that is held down does not count positions in an old state.
 */
export class Requests {
  connected = true;
  // Two views of one model hear each other's answers: they must not count alike.
  private number = Math.floor(Math.random() * 1e9);
  private waiting: Waiting | null = null;
  private queue: Queued[] = [];
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private revision = 0;

  constructor(private readonly hooks: Hooks) {}

  /** Why Python accepts no request now, or null. */
  reason(): string | null {
    return this.connected ? (this.hooks.reason?.() ?? null) : UNCONNECTED;
  }

  /** Whether Python accepts requests now; if not, shows why. */
  permits(): boolean {
    const reason = this.reason();
    if (reason !== null) {
      this.hooks.say(reason);
    }
    return reason === null;
  }

  /**
   * Sends a request, at once or after the requests before it.
   * @param make - Returns the request for the state that is drawn by then, or why there is nothing to do.
   * @param dropped - Called if no answer will come: Python accepts no request now, or has ended.
   */
  ask(make: () => readonly [Ask, Then] | string, dropped: () => void = () => undefined): void {
    if (!this.permits()) {
      return dropped();
    }
    const action = (): void => {
      const made = make();
      if (typeof made === 'string') {
        this.hooks.say(made);
      } else {
        this.send(made[0], made[1], dropped);
      }
    };
    if (!this.waiting) {
      action();
    } else if (this.queue.length < MOST_QUEUED) {
      this.queue.push({ action, dropped });
    } else {
      dropped();
      this.hooks.say('Too many edits wait for Python: this one was not sent');
    }
  }

  /** Sends edits in the same way, and announces when they are done. */
  edit(edits: Edit[], done: string): void {
    this.ask(() => [{ kind: 'edit', edits }, { done: () => this.hooks.say(done) }]);
  }

  /** Takes Python's answer. */
  answer(answer: Answer): void {
    const { waiting } = this;
    if (!waiting || answer.request !== waiting.request) {
      return;
    }
    waiting.answered = true;
    if (answer.kind !== 'answer') {
      waiting.result?.(answer);
    } else if (answer.ok) {
      waiting.done?.();
    } else {
      waiting.refused?.(answer);
      this.hooks.say(refusalText(answer));
    }
    const brings = answer.kind === 'answer' && answer.ok && waiting.changes;
    if (brings && this.revision <= waiting.revision) {
      this.later(STATE_AFTER_ANSWER_MS, () => this.next(waiting));
    } else {
      this.next(waiting);
    }
  }

  /** Records that a state was drawn. */
  drawn(revision: number): void {
    this.revision = revision;
    if (this.waiting?.answered) {
      this.next(this.waiting);
    }
  }

  /** Sets whether Python is connected. Returns whether that has changed. */
  setConnected(connected: boolean): boolean {
    const isNews = connected !== this.connected;
    this.connected = connected;
    if (isNews && !connected) {
      this.clear();
    }
    return isNews;
  }

  /** Drops all unanswered requests, as after the end of the kernel, and notifies their callers. */
  clear(): void {
    const dropped = [this.waiting, ...this.queue];
    this.waiting = null;
    this.queue = [];
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    this.hooks.slow?.(false);
    dropped.forEach(request => request?.dropped());
  }

  private send(ask: Ask, then: Then, dropped: () => void): void {
    const request = ++this.number;
    const { revision } = this;
    const changes = KINDS[ask.kind] === 'change';
    this.waiting = { ...then, request, revision, answered: false, changes, dropped };
    this.later(SLOW_ANSWER_MS, () => this.waiting?.request === request && this.hooks.slow?.(true));
    this.hooks.post({ ...ask, request, ...(changes ? { revision } : {}) });
  }

  private next(finished: Waiting): void {
    if (this.waiting !== finished) {
      return;
    }
    this.waiting = null;
    this.hooks.slow?.(false);
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
