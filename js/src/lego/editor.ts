import { Commands } from './commands';
import { element, mayFocus, scrollTo } from '../common/dom';
import { Drag, type Drop } from './drag';
import { listen } from './events';
import { quieten } from './items';
import { type Planned, put } from './gestures';
import { Network } from './network';
import { Notes, repairText } from './notes';
import { Outbox, type Then } from '../common/outbox';
import { type Answer, type Ask, type Request, refusalText } from '../common/messages';
import type { Catalogue, State } from './protocol';
import { Selection } from './selection';
import { Status } from './status';
import { Toolbar } from './toolbar';
import { type Level, Tree } from './tree';

export interface Options {
  catalogue: Catalogue;
  /** Sends a message to Python. */
  send(message: Request): void;
  /** Told the ids of the selected items whenever they change here. */
  select?(ids: string[]): void;
  /** Told what the editor announces, such as `Moved block B3 to L2`. */
  say?(text: string): void;
}

/**
 * Lets people build a network of layers, blocks and components by drag and drop or by keyboard (§5.1). It draws
 * the states that it is given and sends edits; it holds no architecture of its own.
 */
export class LegoEditor {
  readonly root: HTMLElement;
  readonly selection: Selection;
  readonly network: Network;
  readonly toolbar: Toolbar;
  readonly collapsed = new Set<string>();
  tree: Tree | null = null;
  private readonly scroll: HTMLElement;
  private readonly notes = new Notes();
  private readonly status = new Status(this.notes);
  private readonly outbox: Outbox;
  private readonly drag: Drag;
  private readonly commands: Commands;
  private connected = true;
  /** A state that came during a drag. */
  private late: State | null = null;
  /** The level of the item that the last edit makes: it gets the focus when it appears. */
  private expected: Level | null = null;

  constructor(
    host: HTMLElement,
    private readonly options: Options
  ) {
    const { catalogue } = options;
    this.selection = new Selection(ids => options.select?.(ids));
    this.outbox = new Outbox(
      message => options.send(message),
      waits => this.root.classList.toggle('osl-waiting', waits)
    );
    this.drag = new Drag({
      started: () => this.root.classList.add('osl-dragging'),
      ended: drop => this.dropped(drop)
    });
    const kinds = new Map(catalogue.kinds.map(kind => [kind.name, kind]));
    this.network = new Network({ kinds, merges: catalogue.merges, drag: this.drag, notes: this.notes });
    this.toolbar = new Toolbar(catalogue.templates);
    const { banner, problem, foot } = this.status;
    this.scroll = element('div', { class: 'osl-scroll' }, this.network.node);
    // The banner comes and goes below the network, so that nothing jumps under the pointer.
    this.root = element('div', { class: 'osl-lego' }, this.toolbar.node, problem, this.scroll, banner, foot);
    host.append(this.root);
    this.commands = new Commands(this, catalogue);
    listen(this, this.commands);
    this.lock();
  }

  /** Draws a state; during a drag, at its end. */
  update(state: State): void {
    if (this.drag.active) {
      this.late = state;
    } else {
      this.draw(state);
    }
  }

  /** Takes Python's answer to a request. */
  answer(answer: Answer): void {
    this.outbox.answer(answer);
  }

  /** Says whether Python is there; without it no edits are taken. */
  setConnected(connected: boolean): void {
    if (connected === this.connected) {
      return;
    }
    this.connected = connected;
    if (!connected) {
      this.expected = null;
      this.outbox.clear();
    }
    this.lock();
  }

  /** Shows a selection that was made elsewhere, and brings its first item into sight. */
  setSelected(ids: readonly string[]): void {
    const isNew = ids.some(id => !this.selection.ids.has(id));
    this.selection.assign(ids);
    this.mark();
    const first = this.network.item(ids[0] ?? null);
    if (isNew && first) {
      // What is inside of a collapsed layer has no place of its own.
      const seen = first.closest('[hidden]')?.closest<HTMLElement>('.osl-item') ?? first;
      // All of it where there is room, else where it begins.
      const head = seen.querySelector<HTMLElement>('.osl-head, .osl-row') ?? seen;
      scrollTo(seen.offsetHeight <= this.scroll.clientHeight ? seen : head, this.scroll);
    }
  }

  destroy(): void {
    this.outbox.clear();
    this.drag.destroy();
    this.commands.destroy();
    this.network.destroy();
    this.root.remove();
  }

  say(text: string): void {
    this.status.say(text);
    this.options.say?.(text);
  }

  /**
   * Works out a gesture once the requests before it are through, and sends it.
   * @param at - The item that shows a refusal.
   * @param makes - The level of the item that the gesture makes.
   * @param undone - Called if nothing comes of it.
   */
  perform(
    plan: (tree: Tree) => Planned,
    {
      at = null,
      makes = null,
      undone = () => undefined
    }: { at?: string | null; makes?: Level | null; undone?: () => void } = {}
  ): void {
    this.request(
      (tree, revision) => {
        const planned = plan(tree);
        if (typeof planned === 'string') {
          this.say(planned);
          return null;
        }
        this.expected = makes;
        this.selection.current = planned.focus ?? this.selection.current;
        const then = { done: () => this.say(planned.done), refused: undone };
        return [{ kind: 'edit', revision, edits: planned.edits }, then];
      },
      { at, dropped: undone }
    );
  }

  /**
   * Sends a request once those before it are through.
   * @param at - The item that shows a refusal.
   * @param dropped - Called if Python never gets to answer it: it takes none now, or went away.
   */
  request(
    make: (tree: Tree, revision: number) => [Ask, Then] | null,
    { at = null, dropped = () => undefined }: { at?: string | null; dropped?: () => void } = {}
  ): void {
    if (!this.permits()) {
      return dropped();
    }
    const taken = this.outbox.run(() => {
      const made = this.tree && make(this.tree, this.tree.state.revision);
      if (made) {
        const [ask, then] = made;
        this.notes.clearRefusals();
        this.outbox.send(ask, { ...then, dropped, refused: refusal => this.refused(refusal, at, then) });
      }
    }, dropped);
    if (!taken) {
      dropped();
      this.say('Python has not answered the edits before this one yet: it was left out');
    }
  }

  /** Whether edits are taken now; where they are not, it says why. */
  permits(): boolean {
    const reason = this.reason();
    if (reason) {
      this.say(reason);
    }
    return reason === null;
  }

  private refused(refusal: Parameters<NonNullable<Then['refused']>>[0], at: string | null, then: Then): void {
    this.expected = null;
    then.refused?.(refusal);
    if (at !== null) {
      this.notes.refuse(at, refusal);
    }
    this.say(refusalText(refusal));
    this.redraw();
  }

  redraw(): void {
    if (this.tree) {
      this.update(this.late ?? this.tree.state);
    }
  }

  dismiss(key: string): void {
    this.notes.dismiss(key);
    this.redraw();
  }

  /** Shows where the keyboard is and what is selected. */
  mark(): void {
    this.network.mark(this.selection.ids, this.selection.current);
  }

  /** Moves the keyboard to an item. */
  focus(id: string | null = this.selection.current): void {
    const node = this.network.item(id);
    if (node) {
      this.selection.current = id;
      this.mark();
      node.focus({ preventScroll: true });
      node.querySelector('.osl-head, .osl-row')?.scrollIntoView?.({ block: 'nearest' });
    }
  }

  private draw(state: State): void {
    const before = this.tree;
    const now = (this.tree = new Tree(state));
    const active = document.activeElement;
    const hadFocus = this.root.contains(active);
    const range =
      active instanceof HTMLInputElement ? ([active.selectionStart, active.selectionEnd] as const) : null;
    this.selection.follow(before, now);
    this.selection.current ??= state.layers[0]?.id ?? null;
    this.notes.follow(now.places.flatMap(({ component }) => component ?? []));
    this.network.draw(state, this.collapsed);
    this.status.update(state);
    this.lock();
    this.mark();
    if (hadFocus && document.activeElement !== active) {
      this.refocus(active as HTMLElement, range);
    }
    this.welcome(before, now);
    this.outbox.drawn(state.revision);
  }

  /** Gives the focus back that a moved or removed element lost. */
  private refocus(active: HTMLElement, range: readonly [number | null, number | null] | null): void {
    if (!this.root.contains(active) || active.closest('[hidden]')) {
      return this.focus();
    }
    active.focus({ preventScroll: true });
    if (range && active instanceof HTMLInputElement) {
      active.setSelectionRange(...range);
    }
  }

  /** Focuses what the last edit made, and tells what was repaired along with it. */
  private welcome(before: Tree | null, now: Tree): void {
    const made =
      before && this.expected ? now.ofLevel(this.expected).find(({ id }) => !before.find(id)) : undefined;
    if (made) {
      this.expected = null;
      this.selection.only(made.id);
      this.mark();
      // The answer may be late: who works elsewhere by now keeps the keyboard.
      if (mayFocus(this.root)) {
        this.focus();
      }
    }
    const known = new Set(
      before?.places.flatMap(
        ({ id, component }) => component?.repairs.map(repair => id + repairText(repair)) ?? []
      )
    );
    const repairs = now.places.flatMap(({ id, component }) =>
      (component?.repairs ?? [])
        .filter(repair => !known.has(id + repairText(repair)))
        .map(repair => `${id} ${repairText(repair)}: ${repair.reason}`)
    );
    if (before && repairs.length) {
      const more = repairs.length > 2 ? ` and ${repairs.length - 2} more` : '';
      this.say(`Repaired ${repairs.slice(0, 2).join('; ')}${more}`);
    }
  }

  private dropped(drop: Drop | null): void {
    this.root.classList.remove('osl-dragging');
    if (drop) {
      this.selection.current = drop.id;
      this.perform(tree => put(tree, drop.id, drop.list, drop.index), { at: drop.id });
    }
    if (this.late) {
      const state = this.late;
      this.late = null;
      this.draw(state);
    }
  }

  /** Why no edit can be taken now, or null. */
  private reason(): string | null {
    if (!this.connected) {
      return 'Python is not connected: the network can be read, not changed. Run the cell again.';
    }
    const state = this.tree?.state;
    const status = state?.status || 'busy';
    return state?.busy ? `${status[0]!.toUpperCase()}${status.slice(1)}: edits wait until it is done` : null;
  }

  private lock(): void {
    const reason = this.reason();
    const locked = reason !== null || !this.tree;
    this.drag.enabled = !locked;
    this.root.classList.toggle('osl-locked', locked);
    this.status.block(reason);
    this.network.lock(locked);
    quieten(this.root, locked);
    this.toolbar.update(this.tree?.state ?? null, locked);
  }
}
