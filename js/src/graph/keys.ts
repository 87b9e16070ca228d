/** Which key does what. The help shows the same table. */

import { keyName } from '../common/keys';

export type Command =
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'first'
  | 'last'
  | 'select'
  | 'toggle'
  | 'select-all'
  | 'escape'
  | 'link'
  | 'remove'
  | 'fit'
  | 'zoom-in'
  | 'zoom-out'
  | 'collapse'
  | 'undo'
  | 'redo'
  | 'help';

const COMMANDS: Record<string, Command> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
  Enter: 'select',
  ' ': 'select',
  'Ctrl+Enter': 'toggle',
  'Ctrl+ ': 'toggle',
  'Shift+Enter': 'toggle',
  'Ctrl+a': 'select-all',
  Escape: 'escape',
  l: 'link',
  Delete: 'remove',
  Backspace: 'remove',
  f: 'fit',
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  c: 'collapse',
  'Ctrl+z': 'undo',
  'Ctrl+Shift+z': 'redo',
  'Ctrl+y': 'redo',
  '?': 'help'
};

/** Keys as people read them, and what they do. */
export const HELP: readonly (readonly [string, string])[] = [
  ['← →', 'walk from layer to layer; so do Home and End'],
  ['↑ ↓', 'walk within a layer, then along the links that start there'],
  ['Enter, Space', 'select; with Ctrl as well as what is selected'],
  ['Ctrl or Shift + click, Shift + drag', 'select more'],
  ['l', 'start a link here; then walk to a later layer, and Enter draws it'],
  ['drag from a block’s right edge', 'draw a link to where you let go'],
  ['Delete', 'remove the selected link, or the selected blocks'],
  ['f', 'fit the whole network in'],
  ['+ −, Ctrl + wheel', 'zoom; once you have clicked here, the wheel alone'],
  ['c', 'draw runs of equal layers as one, or apart again'],
  ['Ctrl + Z, Ctrl + Shift + Z', 'undo, redo'],
  ['Escape', 'leave a link undrawn, or select nothing']
];

export function commandOf(event: KeyboardEvent): Command | null {
  return COMMANDS[keyName(event)] ?? null;
}
