import type { IconName } from './icons';
import { keyName } from './keys';

/** The place where a command was given. */
export interface Given {
  /** Id of its item: the button's, or the one with the keyboard; null for none. */
  id: string | null;
  /** The pressed button, which may hold more in its `data-` attributes; null for a key. */
  button: HTMLElement | null;
}

/**
 * One command of an editor. Its keys, its buttons, its place in the toolbar and its line in the help are all defined
 * here; `Host` is the part of the editor that it uses.
 */
export interface Command<Host> {
  /** Also the `data-act` of its buttons. */
  id: string;
  /** The label of its button. */
  label: string;
  /** As `keyName` writes them. */
  keys: readonly string[];
  /** The help text, if it differs from the label. Commands with the same text share a line. */
  help?: string;
  /** Its button in the toolbar; `end` puts it at the far end. */
  tool?: { icon: IconName; text?: string; end?: boolean };
  /** Whether its keys work wherever the focus is in the view; the others need an item, or the drawing itself. */
  anywhere?: boolean;
  /** Whether it changes the network. */
  edits?: boolean;
  /** Whether it is available now; by default always. */
  isEnabled?(host: Host): boolean;
  /** Whether it is on, for a button that stays pressed. */
  isOn?(host: Host): boolean;
  run(host: Host, given: Given): void;
}

const SYMBOLS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
  ' ': 'Space',
  '-': '−'
};

/** The name of a key for users: `Ctrl + Shift + Z`. */
export function keyText(name: string): string {
  const parts = name === '+' ? [name] : name.split('+');
  const isAlone = parts.length === 1;
  return parts
    .map(part => SYMBOLS[part] ?? (part.length === 1 && !isAlone ? part.toUpperCase() : part))
    .join(' + ');
}

/** The commands of one kind of editor. */
export class Commands<Host> {
  private readonly byId: ReadonlyMap<string, Command<Host>>;
  private readonly byKey: ReadonlyMap<string, Command<Host>>;

  constructor(readonly rows: readonly Command<Host>[]) {
    this.byId = new Map(rows.map(row => [row.id, row]));
    this.byKey = new Map(rows.flatMap(row => row.keys.map(key => [key, row] as const)));
  }

  of(id: string): Command<Host> | undefined {
    return this.byId.get(id);
  }

  /** The command of a key press. */
  ofKey(event: KeyboardEvent): Command<Host> | undefined {
    return this.byKey.get(keyName(event));
  }

  /** A button's label with its key: `Undo (Ctrl + Z)`. */
  titled(id: string, words = this.of(id)?.label ?? ''): string {
    const key = this.of(id)?.keys[0];
    return key === undefined ? words : `${words} (${keyText(key)})`;
  }

  /** The lines of the help: keys, and what they do. */
  help(): [string, string][] {
    const lines = new Map<string, string[]>();
    for (const { keys, help, label } of this.rows) {
      const words = help ?? label;
      if (keys.length) {
        lines.set(words, [...(lines.get(words) ?? []), ...keys.map(keyText)]);
      }
    }
    return [...lines].map(([words, keys]) => [keys.join(', '), words]);
  }
}

/** Undo and redo, which every editor of a network has, with the same keys. */
export function undoAndRedo<Host>(
  can: (host: Host, what: 'undo' | 'redo') => boolean,
  run: (host: Host, what: 'undo' | 'redo') => void
): Command<Host>[] {
  const row = (what: 'undo' | 'redo', label: string, keys: readonly string[]): Command<Host> => ({
    id: what,
    label,
    keys,
    help: what,
    tool: { icon: what, text: label },
    anywhere: true,
    isEnabled: host => can(host, what),
    run: host => run(host, what)
  });
  return [row('undo', 'Undo', ['Ctrl+z']), row('redo', 'Redo', ['Ctrl+Shift+z', 'Ctrl+y'])];
}
