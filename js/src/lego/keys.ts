/** Which key does what. The help shows the same table. */

import { keyName } from '../common/keys';

export type Command =
  | 'previous'
  | 'next'
  | 'outward'
  | 'inward'
  | 'first'
  | 'last'
  | 'extend-previous'
  | 'extend-next'
  | 'toggle'
  | 'select-all'
  | 'clear'
  | 'move-up'
  | 'move-down'
  | 'move-out'
  | 'move-in'
  | 'edit'
  | 'add-component'
  | 'add-block'
  | 'add-layer'
  | 'duplicate'
  | 'remove'
  | 'merge'
  | 'fix'
  | 'undo'
  | 'redo'
  | 'help';

const COMMANDS: Record<string, Command> = {
  ArrowUp: 'previous',
  ArrowDown: 'next',
  ArrowLeft: 'outward',
  ArrowRight: 'inward',
  Home: 'first',
  End: 'last',
  'Shift+ArrowUp': 'extend-previous',
  'Shift+ArrowDown': 'extend-next',
  ' ': 'toggle',
  'Ctrl+a': 'select-all',
  Escape: 'clear',
  'Alt+ArrowUp': 'move-up',
  'Alt+ArrowDown': 'move-down',
  'Alt+ArrowLeft': 'move-out',
  'Alt+ArrowRight': 'move-in',
  Enter: 'edit',
  F2: 'edit',
  a: 'add-component',
  b: 'add-block',
  l: 'add-layer',
  d: 'duplicate',
  Delete: 'remove',
  Backspace: 'remove',
  m: 'merge',
  f: 'fix',
  'Ctrl+z': 'undo',
  'Ctrl+Shift+z': 'redo',
  'Ctrl+y': 'redo',
  '?': 'help'
};

/** Keys as people read them, and what they do. */
export const HELP: readonly (readonly [string, string])[] = [
  ['↑ ↓ Home End', 'walk through the network'],
  ['← →', 'out to the parent, in to the first child; collapse and expand a layer'],
  ['Shift + ↑ ↓, Space', 'select more; so do Shift and Ctrl with a click'],
  ['Alt + ↑ ↓', 'move, also over into the next layer or block'],
  ['Alt + ←', 'move out: a component becomes a block, a block a layer'],
  ['Alt + →', 'move in: join the block or layer before'],
  ['Enter', 'edit the parameters; Enter keeps them, Escape takes them back'],
  ['a', 'add a component after this one'],
  ['b', 'add a block: one more choice in this layer'],
  ['l', 'add a layer after this one'],
  ['d', 'duplicate'],
  ['Delete', 'remove all that is selected'],
  ['m', 'choose how the layer merges its blocks'],
  ['f', 'apply the remedy that a red note offers'],
  ['Ctrl + Z, Ctrl + Shift + Z', 'undo, redo'],
  ['Escape', 'select nothing; while dragging, let go']
];

/** The command of a key press on an item, or null. */
export function commandOf(event: KeyboardEvent): Command | null {
  return COMMANDS[keyName(event)] ?? null;
}
