import { element, mayFocus, scrollTo } from '../common/dom';
import { Help } from '../common/help';
import type { Answer, Ask, Refusal, Request } from '../common/messages';
import { Requests, type Then } from '../common/requests';
import { COMMANDS } from './commands';
import { Drag, type Drop } from './drag';
import { listen } from './events';
import { type Planned, put } from './gestures';
import type { Asking, Host, ParameterField, Performing } from './host';
import { quieten } from './items';
import { Network } from './network';
import { Notes, repairText } from './notes';
import { Palette } from './palette';
import type { Catalogue, State } from './protocol';
import { Selection } from './selection';
import { Status } from './status';
import { Toolbar } from './toolbar';
import { type Level, Tree } from './tree';

export interface Options {
  catalogue: Catalogue;
  /** Sends a message to Python. */
  send(message: Request): void;
  /** Called with the ids of the selected items whenever they change here. */
  select?(ids: string[]): void;
  /** Called with each announcement, such as `Moved block B3 to L2`. */
  say?(text: string): void;
}

/**
 * Lets users build a network of layers, blocks and components by drag and drop or by keyboard (§5.1). It draws the
 * states that it receives and sends edits; it holds no architecture of its own.
 */
export class LegoEditor implements Host {
  readonly root: HTMLElement;
  readonly selection: Selection;
  private readonly network: Network;
  private readonly toolbar: Toolbar;
  readonly collapsed = new Set<string>();
  tree: Tree | null = null;
  private readonly scroll: HTMLElement;
  private readonly notes = new Notes();
  private readonly status = new Status(this.notes);
  private readonly requests: Requests;
  private readonly drag: Drag;
  private readonly palette: Palette;
  private readonly help: Help;
  /** A state that arrived during a drag. */
  private late: State | null = null;
  /** The level of the item that the last edit makes: it gets the focus when it appears. */
  private expected: Level | null = null;

  constructor(
    host: HTMLElement,
    private readonly options: Options
  ) {
    const { catalogue } = options;
    this.selection = new Selection(ids => options.select?.(ids));
    this.requests = new Requests({
      post: message => options.send(message),
      slow: waits => this.root.classList.toggle('osl-waiting', waits),
      say: text => this.say(text),
      reason: () => this.busy()
    });
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
    this.palette = new Palette(this.root, catalogue, () => this.focus());
    this.help = new Help(this.root, COMMANDS.help(), () => this.focus());
    listen(this.root, this);
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

  /** Handles Python's answer to a request. */
  answer(answer: Answer): void {
    this.requests.answer(answer);
  }

  /** Sets whether Python is connected; without it no edits are possible. */
  setConnected(connected: boolean): void {
    if (this.requests.setConnected(connected)) {
      this.expected = null;
      this.lock();
    }
  }

  /** Shows a selection that was made elsewhere, and scrolls to its first item. */
  setSelected(ids: readonly string[]): void {
    const isNew = ids.some(id => !this.selection.ids.has(id));
    this.selection.assign(ids);
    this.mark();
    const first = this.network.item(ids[0] ?? null);
    if (isNew && first) {
      // Items inside a collapsed layer have no element.
      const seen = first.closest('[hidden]')?.closest<HTMLElement>('.osl-item') ?? first;
      // All of it where there is room, else where it begins.
      const head = seen.querySelector<HTMLElement>('.osl-head, .osl-row') ?? seen;
      scrollTo(seen.offsetHeight <= this.scroll.clientHeight ? seen : head, this.scroll);
    }
  }

  destroy(): void {
    this.requests.clear();
    this.drag.destroy();
    this.palette.destroy();
    this.help.destroy();
    this.network.destroy();
    this.root.remove();
  }

  say(text: string): void {
    this.status.say(text);
    this.options.say?.(text);
  }

  perform(
    plan: (tree: Tree) => Planned,
    { at = null, makes = null, undone = () => undefined }: Performing = {}
  ): void {
    this.request(
      tree => {
        const planned = plan(tree);
        if (typeof planned === 'string') {
          return planned;
        }
        this.expected = makes;
        this.selection.current = planned.focus ?? this.selection.current;
        const then = { done: () => this.say(planned.done), refused: undone };
        return [{ kind: 'edit', edits: planned.edits }, then];
      },
      { at, dropped: undone }
    );
  }

  request(make: (tree: Tree) => [Ask, Then] | string, { at = null, dropped }: Asking = {}): void {
    this.requests.ask(() => {
      const made = this.tree ? make(this.tree) : 'There is no network yet';
      if (typeof made === 'string') {
        return made;
      }
      const [ask, then] = made;
      this.notes.clearRefusals();
      return [ask, { ...then, refused: refusal => this.refused(refusal, at, then) }];
    }, dropped);
  }

  permits(): boolean {
    return this.requests.permits();
  }

  private refused(refusal: Refusal, at: string | null, then: Then): void {
    this.expected = null;
    then.refused?.(refusal);
    if (at !== null) {
      this.notes.refuse(at, refusal);
    }
    this.redraw();
  }

  redraw(): void {
    if (this.tree) {
      this.update(this.late ?? this.tree.state);
    }
  }

  get locked(): boolean {
    return this.requests.reason() !== null || !this.tree;
  }

  item(id: string | null): HTMLElement | undefined {
    return this.network.item(id);
  }

  parametersOf(id: string | null): ParameterField | undefined {
    return this.network.component(id);
  }

  openPalette(opener: Element | null, title: string, pick: (kind: string, params: string) => void): void {
    this.palette.open(opener ?? this.network.node, title, pick);
  }

  toggleHelp(): void {
    this.help.toggle(this.toolbar.node.querySelector('[data-act="help"]')!);
  }

  chooseFile(): void {
    this.toolbar.file.click();
  }

  dismissNote(key: string): void {
    this.notes.dismiss(key);
    this.redraw();
  }

  revertMerge(layer: string): void {
    this.network.layer(layer)?.revert();
  }

  revertTemplate(): void {
    this.toolbar.revert();
  }

  mark(): void {
    this.network.mark(this.selection.ids, this.selection.current);
  }

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
    this.requests.drawn(state.revision);
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

  /** Focuses the item that the last edit made, and announces its repairs. */
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

  /** Why edits are disabled although Python is connected, or null. */
  private busy(): string | null {
    const state = this.tree?.state;
    const status = state?.status || 'busy';
    return state?.busy ? `${status[0]!.toUpperCase()}${status.slice(1)}: edits wait until it is done` : null;
  }

  private lock(): void {
    const { locked } = this;
    this.drag.enabled = !locked;
    this.root.classList.toggle('osl-locked', locked);
    this.status.block(this.requests.reason());
    this.network.lock(locked);
    quieten(this.root, locked);
    this.toolbar.update(this);
  }
}
