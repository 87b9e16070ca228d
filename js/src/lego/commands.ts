import { copy, download, read } from './files';
import { type Direction, type Slot, duplicate, layerSlot, remove, slotFor, step } from './gestures';
import { Help } from '../common/help';
import { type Command, HELP } from './keys';
import type { LegoEditor } from './editor';
import { Palette } from './palette';
import type { Edit } from '../common/messages';
import type { Catalogue } from './protocol';
import { type Level, type Place, nameOf, problemOf } from './tree';

/** What buttons and keys do. */
export class Commands {
  private readonly palette: Palette;
  private readonly help: Help;
  private readonly table: Record<Command, () => void> = {
    previous: () => this.walk(-1),
    next: () => this.walk(1),
    first: () => this.walk(-Infinity),
    last: () => this.walk(Infinity),
    outward: () => this.outward(),
    inward: () => this.inward(),
    'extend-previous': () => this.walk(-1, true),
    'extend-next': () => this.walk(1, true),
    toggle: () => this.select(id => this.editor.selection.toggle(id)),
    'select-all': () => this.select(() => this.editor.tree && this.editor.selection.all(this.editor.tree)),
    clear: () => this.select(() => this.editor.selection.clear()),
    'move-up': () => this.move('up'),
    'move-down': () => this.move('down'),
    'move-out': () => this.move('out'),
    'move-in': () => this.move('in'),
    edit: () => this.edit(),
    'add-component': () => this.add('component'),
    'add-block': () => this.add('block'),
    'add-layer': () => this.add('layer'),
    duplicate: () => this.duplicate(),
    remove: () => this.remove(),
    merge: () => this.focusMerge(),
    fix: () => this.fix(this.editor.selection.current ?? ''),
    undo: () => this.history('undo'),
    redo: () => this.history('redo'),
    help: () => this.help.toggle(this.editor.toolbar.node.querySelector('[data-act="help"]')!)
  };

  constructor(
    private readonly editor: LegoEditor,
    catalogue: Catalogue
  ) {
    this.palette = new Palette(editor.root, catalogue, () => editor.focus());
    this.help = new Help(editor.root, HELP, () => editor.focus());
  }

  run(command: Command): void {
    this.table[command]();
  }

  destroy(): void {
    this.palette.destroy();
    this.help.destroy();
  }

  private get current(): Place | undefined {
    return this.editor.tree?.find(this.editor.selection.current);
  }

  private visible(): Place[] {
    return this.editor.tree?.visible(this.editor.collapsed) ?? [];
  }

  private walk(by: number, extend = false): void {
    const { selection } = this.editor;
    const visible = this.visible();
    const at = visible.findIndex(({ id }) => id === selection.current);
    const next = visible[Math.min(Math.max(at + by, 0), visible.length - 1)];
    if (next) {
      this.goTo(next.id, extend);
    }
  }

  /** Walks to an item and selects it, alone or with those between. */
  goTo(id: string, extend = false): void {
    if (extend) {
      this.editor.selection.extendTo(id, this.visible());
    } else {
      this.editor.selection.only(id);
    }
    this.editor.focus();
  }

  /** Brings an item to light, wherever it is. */
  show(id: string): void {
    const place = this.editor.tree?.find(id);
    if (place && this.editor.collapsed.delete(place.layer.id)) {
      this.editor.redraw();
    }
    this.goTo(id);
  }

  private outward(): void {
    const place = this.current;
    if (place?.level === 'layer') {
      this.collapse(place.id, true);
    } else if (place?.parent) {
      this.goTo(place.parent);
    }
  }

  private inward(): void {
    const place = this.current;
    const isCollapsed = place && this.editor.collapsed.has(place.id);
    if (place && isCollapsed) {
      this.collapse(place.id, false);
    } else if (place && place.level !== 'component') {
      const child = place.level === 'layer' ? place.layer.blocks[0] : place.block?.components[0];
      this.goTo(child?.id ?? place.id);
    }
  }

  collapse(id: string, collapsed = !this.editor.collapsed.has(id)): void {
    this.editor.collapsed[collapsed ? 'add' : 'delete'](id);
    const { current } = this.editor.selection;
    if (collapsed && this.editor.tree?.find(current)?.layer.id === id) {
      this.editor.selection.only(id);
    }
    this.editor.redraw();
  }

  private select(change: (id: string) => void): void {
    const { current } = this.editor.selection;
    if (current !== null) {
      change(current);
      this.editor.mark();
      const { size } = this.editor.selection.ids;
      this.editor.say(size ? `${size} selected` : 'Nothing is selected');
    }
  }

  private move(direction: Direction): void {
    const id = this.editor.selection.current;
    if (id !== null) {
      this.editor.perform(tree => step(tree, id, direction), { at: id });
    }
  }

  private edit(): void {
    const place = this.current;
    if (place?.level === 'layer') {
      return this.collapse(place.id);
    }
    const component = place?.component ?? place?.block?.components[0];
    const field = this.editor.network.component(component?.id ?? null)?.field;
    if (field?.hidden) {
      this.editor.say(`${component?.kind} takes no parameters`);
    } else {
      field?.focus();
      field?.select();
    }
  }

  /** Sends what was typed into a component's parameters. */
  commit(id: string): void {
    const view = this.editor.network.component(id);
    const params = view?.take();
    if (view && params !== null && params !== undefined) {
      const name = nameOf(this.editor.tree!.find(id)!);
      const edits: Edit[] = [{ edit: 'SetParams', component: id, params }];
      this.editor.request(
        (_, revision) => [
          { kind: 'edit', revision, edits },
          {
            done: () => (
              view.answered(true),
              this.editor.say(`Parameters of ${name}: ${params || 'filled in'}`)
            ),
            refused: () => view.answered(false)
          }
        ],
        { at: id, dropped: () => view.keep() }
      );
    }
  }

  /** Puts a component's parameters back to what Python holds. */
  revert(id: string): void {
    this.editor.network.component(id)?.revert();
  }

  add(level: Level, id = this.editor.selection.current): void {
    if (this.editor.tree) {
      const slot = slotFor(this.editor.tree, id, level);
      const node = this.editor.network.item(id);
      const head = node?.querySelector('.osl-head, .osl-row');
      this.openPalette(slot, head ?? this.editor.network.node, () => slotFor(this.editor.tree!, id, level));
    }
  }

  addLayerAt(index: number | null, opener: Element): void {
    this.openPalette(layerSlot(index), opener, () => layerSlot(index));
  }

  /** Opens the palette; the slot is worked out anew once a kind was picked, for the state may have changed. */
  private openPalette(slot: Slot, opener: Element, again: () => Slot): void {
    if (!this.editor.permits()) {
      return;
    }
    this.palette.open(opener, slot.title, (kind, params) =>
      this.editor.perform(
        () => ({ edits: [again().add(kind, params)], done: `Added ${kind}: ${slot.title}` }),
        {
          at: this.editor.selection.current,
          makes: 'component'
        }
      )
    );
  }

  duplicate(id = this.editor.selection.current): void {
    const place = this.editor.tree?.find(id);
    if (place) {
      this.editor.perform(tree => duplicate(tree, place.id), { at: place.id, makes: place.level });
    }
  }

  /** Removes an item, or all that is selected; where nothing is selected, the item that the keyboard is at. */
  remove(id?: string): void {
    const { ids, current } = this.editor.selection;
    const gone = id !== undefined ? [id] : ids.size ? [...ids] : current !== null ? [current] : [];
    this.editor.perform(tree => remove(tree, gone), { at: id ?? current });
  }

  private focusMerge(): void {
    const layer = this.current?.layer.id ?? null;
    this.editor.network.item(layer)?.querySelector<HTMLElement>('.osl-merge')?.focus();
  }

  setMerge(layer: string, merge: string): void {
    const done = `${layer} merges its blocks by ${merge}`;
    const undone = (): void => this.editor.network.layer(layer)?.revert();
    this.editor.perform(() => ({ edits: [{ edit: 'SetMerge', layer, merge }], done }), { at: layer, undone });
  }

  unlink(source: string, target: string): void {
    const done = `Removed the link from ${source} to ${target}`;
    this.editor.perform(() => ({ edits: [{ edit: 'RemoveLink', source, target }], done }), { at: target });
  }

  /** Sends the remedy of an item's problem; of the whole network's where the id is empty. */
  fix(id: string): void {
    this.editor.perform(
      tree => {
        const place = tree.find(id);
        const problem = (place && problemOf(place)) ?? tree.state.problem;
        return problem?.fix?.length
          ? { edits: problem.fix, done: `Done: ${problem.remedy ?? 'the remedy'}` }
          : 'There is nothing to put right here';
      },
      { at: id || null }
    );
  }

  history(kind: 'undo' | 'redo'): void {
    this.editor.request((tree, revision) => {
      if (!(kind === 'undo' ? tree.state.can_undo : tree.state.can_redo)) {
        this.editor.say(`There is nothing to ${kind}`);
        return null;
      }
      return [{ kind, revision }, { done: () => this.editor.say(kind === 'undo' ? 'Undone' : 'Redone') }];
    });
  }

  template(name: string): void {
    const undone = (): void => this.editor.toolbar.revert();
    this.editor.request(
      (_, revision) => [
        { kind: 'template', revision, name },
        { done: () => this.editor.say(`Template ${name}`), refused: undone }
      ],
      { dropped: undone }
    );
  }

  save(): void {
    this.editor.request(() => [
      { kind: 'file' },
      { file: (name, text) => (download(name, text), this.editor.say(`Saved ${name}`)) }
    ]);
  }

  copyPython(): void {
    const offer = async (name: string, text: string): Promise<void> => {
      const copied = await copy(text);
      if (!copied) {
        download(name, text);
      }
      this.editor.say(copied ? 'Copied as Python' : `The browser does not allow copying: saved ${name}`);
    };
    this.editor.request(() => [{ kind: 'python' }, { file: (name, text) => void offer(name, text) }]);
  }

  async load(file: File): Promise<void> {
    try {
      const text = await read(file);
      this.editor.request((_, revision) => [
        { kind: 'load', revision, text },
        { done: () => this.editor.say(`Loaded ${file.name}`) }
      ]);
    } catch (error) {
      this.editor.say(error instanceof Error ? error.message : String(error));
    }
  }
}
