import { Help } from '../common/help';
import type { GraphEditor } from './editor';
import { type Command, HELP } from './keys';
import type { GraphNode } from './protocol';
import { type Direction, describeLink, end, step } from './walk';

/** What buttons, keys and clicks do. */
export class Commands {
  private help: Help | null = null;
  private readonly table: Record<Command, () => void> = {
    left: () => this.walk('left'),
    right: () => this.walk('right'),
    up: () => this.walk('up'),
    down: () => this.walk('down'),
    first: () => this.editor.stand(end(this.editor.scene, 'first')),
    last: () => this.editor.stand(end(this.editor.scene, 'last')),
    select: () => this.choose(this.editor.current, false),
    toggle: () => this.choose(this.editor.current, true),
    'select-all': () =>
      this.editor.select([...this.editor.scene.nodes.values()].flatMap(node => node.blocks)),
    escape: () => this.escape(),
    link: () => this.link(),
    remove: () => this.remove(),
    fit: () => this.editor.viewport.fit(),
    'zoom-in': () => this.editor.viewport.zoom(1),
    'zoom-out': () => this.editor.viewport.zoom(-1),
    collapse: () => this.editor.collapse(),
    undo: () => this.history('undo'),
    redo: () => this.history('redo'),
    help: () => this.help?.toggle(this.editor.toolbar.node.querySelector('[data-act="help"]')!)
  };

  constructor(private readonly editor: GraphEditor) {}

  /** To be called when the view is in the page. */
  mount(): void {
    this.help = new Help(this.editor.root, HELP, () => this.editor.stage.focus({ preventScroll: true }));
  }

  run(command: Command): void {
    this.table[command]();
  }

  destroy(): void {
    this.help?.destroy();
  }

  /** Takes a node or link, as a click or Enter does: for a link in the making, or to select it. */
  choose(id: string | null, also: boolean): void {
    const { editor } = this;
    const item = editor.item(id);
    if (editor.linking.active) {
      if (item && 'role' in item) {
        this.takeEnd(item);
      }
    } else if (!item) {
      if (!also) {
        editor.select([]);
      }
    } else if ('role' in item) {
      this.select(item, also);
    } else if (item.link) {
      editor.selectLink(item.id);
      editor.say(`${describeLink(item)} selected: Delete removes it`);
    }
    editor.tell();
  }

  /** Ends a link, or starts it. */
  takeEnd(node: GraphNode): void {
    const { linking } = this.editor;
    if (!linking.from) {
      linking.begin(node);
      this.editor.say(`Link from ${node.layer ?? node.role}: now to a later layer (Escape leaves it)`);
    } else if (node !== linking.from) {
      this.draw(node);
    }
  }

  private draw(to: GraphNode): void {
    const edit = this.editor.linking.end(to);
    if (typeof edit === 'string') {
      this.editor.say(edit);
    } else if (edit.edit === 'AddLink') {
      this.editor.requests.edit([edit], `Linked ${edit.source} to ${edit.target}`);
    }
  }

  private select(node: GraphNode, also: boolean): void {
    const { editor } = this;
    if (!also) {
      return editor.select(node.blocks);
    }
    const isIn = node.blocks.every(block => editor.selected.has(block));
    const others = [...editor.selected].filter(block => !node.blocks.includes(block));
    editor.select(isIn ? others : [...others, ...node.blocks]);
  }

  private walk(direction: Direction): void {
    this.editor.stand(step(this.editor.scene, this.editor.current, direction));
  }

  /** The link key: starts at the node where the keyboard is, else the next click does. Again: it leaves the link. */
  private link(): void {
    const { editor } = this;
    const reason = editor.requests.reason();
    if (reason) {
      return editor.say(reason);
    }
    if (editor.linking.active) {
      return this.escape();
    }
    const item = editor.pointer.keyboard ? editor.item(editor.current) : undefined;
    if (item && 'role' in item) {
      editor.linking.begin();
      this.takeEnd(item);
    } else {
      editor.linking.begin();
      editor.say('Click the layer where the link starts, then a later one (Escape leaves it)');
    }
  }

  private escape(): void {
    if (this.editor.linking.active) {
      this.editor.linking.cancel();
      this.editor.say('The link was left undrawn');
    } else {
      this.editor.select([]);
    }
  }

  private remove(): void {
    const { editor } = this;
    const item = editor.item(editor.link);
    if (item && 'link' in item && item.link) {
      const [source, target] = item.link;
      editor.requests.edit(
        [{ edit: 'RemoveLink', source, target }],
        `Removed the link from ${source} to ${target}`
      );
    } else if (editor.selected.size) {
      const blocks = [...editor.selected];
      const what = blocks.length > 4 ? `${blocks.length} blocks` : blocks.join(', ');
      editor.requests.edit(
        blocks.map(block => ({ edit: 'RemoveBlock', block })),
        `Removed ${what}: Ctrl+Z brings ${blocks.length > 1 ? 'them' : 'it'} back`
      );
    } else {
      editor.say('Select a link or blocks first: Delete removes them');
    }
  }

  private history(kind: 'undo' | 'redo'): void {
    // Looked up when it is its turn: what is asked for before it may have to be answered first.
    const isThere = (): boolean | undefined =>
      kind === 'undo' ? this.editor.state?.can_undo : this.editor.state?.can_redo;
    this.editor.requests.send(
      revision => (isThere() ? { kind, revision } : `Nothing to ${kind}`),
      kind === 'undo' ? 'Undone' : 'Redone'
    );
  }
}
