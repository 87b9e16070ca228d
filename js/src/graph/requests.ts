import { type Answer, type Ask, type Edit, type Request, refusalText } from '../common/messages';
import { Outbox } from '../common/outbox';

interface Hooks {
  /** Sends a message to Python. */
  post(message: Request): void;
  /** Told whether Python takes long to answer. */
  slow(waits: boolean): void;
  /** Told what came of a request, in words. */
  say(text: string): void;
}

/** The state that requests are worked out against, as far as they go. */
interface Seen {
  revision: number;
  reason: string | null;
}

/** What is asked of Python: one request after the other, and none while it takes none. */
export class Requests {
  private readonly outbox: Outbox;
  connected = true;
  private seen: Seen = { revision: 0, reason: null };

  constructor(private readonly hooks: Hooks) {
    this.outbox = new Outbox(
      message => hooks.post(message),
      waits => hooks.slow(waits)
    );
  }

  /** Takes note of a state that was drawn. */
  drawn(state: Seen): void {
    this.seen = state;
    this.outbox.drawn(state.revision);
  }

  answer(answer: Answer): void {
    this.outbox.answer(answer);
  }

  /** Says whether Python is there. True: that is news. */
  setConnected(connected: boolean): boolean {
    const isNews = connected !== this.connected;
    this.connected = connected;
    if (isNews && !connected) {
      this.clear();
    }
    return isNews;
  }

  /** Why no edit can be taken now, or null. */
  reason(): string | null {
    return this.connected
      ? this.seen.reason
      : 'Python is not connected: the network can be seen, not changed. Run the cell again.';
  }

  edit(edits: Edit[], done: string): void {
    this.send(revision => ({ kind: 'edit', revision, edits }), done);
  }

  /** Sends a request once those before it are through; or says what is made in its place: why there is none. */
  send(make: (revision: number) => Ask | string, done: string): void {
    const reason = this.reason();
    if (reason) {
      return this.hooks.say(reason);
    }
    const taken = this.outbox.run(() => {
      const ask = make(this.seen.revision);
      if (typeof ask === 'string') {
        return this.hooks.say(ask);
      }
      this.outbox.send(ask, {
        done: () => this.hooks.say(done),
        refused: refusal => this.hooks.say(refusalText(refusal))
      });
    });
    if (!taken) {
      this.hooks.say('Python has not answered the edits before this one yet: it was left out');
    }
  }

  clear(): void {
    this.outbox.clear();
  }
}
