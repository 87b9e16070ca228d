/** The commands of the Graph View, one row each, and the help texts for gestures of the mouse. */

import { type Command, Commands, undoAndRedo } from '../common/commands';
import { choose, history, letGo, remove, selectAll, startLink } from './choosing';
import type { Host } from './host';
import { type Direction, end, step } from './walk';

const ACROSS = 'move from layer to layer';
const WITHIN = 'move within a layer, then to the links that start there';

const walk =
  (direction: Direction) =>
  (host: Host): void =>
    host.stand(step(host.scene, host.current, direction));

const LOOKING: readonly Command<Host>[] = [
  {
    id: 'fit',
    label: 'Show the whole network',
    keys: ['f'],
    help: 'show the whole network',
    tool: { icon: 'fit', text: 'Fit' },
    run: host => host.viewport.fit()
  },
  {
    id: 'zoom-in',
    label: 'Zoom in',
    keys: ['+', '='],
    help: 'zoom in',
    tool: { icon: 'plus' },
    run: host => host.viewport.zoom(1)
  },
  {
    id: 'zoom-out',
    label: 'Zoom out',
    keys: ['-'],
    help: 'zoom out',
    tool: { icon: 'minus' },
    run: host => host.viewport.zoom(-1)
  },
  {
    id: 'collapse',
    label: 'Draw runs of equal layers as one',
    keys: ['c'],
    help: 'draw runs of equal layers as one, or separately again',
    tool: { icon: 'stack', text: 'Collapse' },
    // Python computes layouts even while it accepts no edits.
    isEnabled: host => host.requests.connected,
    isOn: host => host.collapsed,
    run: host => host.collapse()
  }
];

const WALKING: readonly Command<Host>[] = [
  { id: 'left', label: 'Left', keys: ['ArrowLeft'], help: ACROSS, run: walk('left') },
  { id: 'right', label: 'Right', keys: ['ArrowRight'], help: ACROSS, run: walk('right') },
  {
    id: 'first',
    label: 'First',
    keys: ['Home'],
    help: ACROSS,
    run: host => host.stand(end(host.scene, 'first'))
  },
  {
    id: 'last',
    label: 'Last',
    keys: ['End'],
    help: ACROSS,
    run: host => host.stand(end(host.scene, 'last'))
  },
  { id: 'up', label: 'Up', keys: ['ArrowUp'], help: WITHIN, run: walk('up') },
  { id: 'down', label: 'Down', keys: ['ArrowDown'], help: WITHIN, run: walk('down') },
  {
    id: 'select',
    label: 'Select',
    keys: ['Enter', ' '],
    help: 'select',
    run: host => choose(host, host.current)
  },
  {
    id: 'toggle',
    label: 'Add to the selection',
    keys: ['Ctrl+Enter', 'Ctrl+ ', 'Shift+Enter'],
    help: 'add this item to the selection, or remove it',
    run: host => choose(host, host.current, { also: true })
  },
  { id: 'select-all', label: 'Select all', keys: ['Ctrl+a'], help: 'select all blocks', run: selectAll },
  {
    id: 'escape',
    label: 'Cancel',
    keys: ['Escape'],
    help: 'cancel a link, or clear the selection',
    anywhere: true,
    run: letGo
  }
];

const EDITING: readonly Command<Host>[] = [
  {
    id: 'link',
    label: 'Draw a link: click where it starts, then where it ends',
    keys: ['l'],
    help: 'start a link here; move to a later layer and press Enter to draw it',
    tool: { icon: 'link', text: 'Link' },
    isEnabled: host => !host.locked,
    isOn: host => host.linking.active,
    run: startLink
  },
  {
    id: 'remove',
    label: 'Remove',
    keys: ['Delete', 'Backspace'],
    help: 'remove the selected link, or the selected blocks',
    run: remove
  },
  ...undoAndRedo<Host>((host, what) => !host.locked && Boolean(host.state?.[`can_${what}`]), history),
  {
    id: 'help',
    label: 'Keyboard shortcuts',
    keys: ['?'],
    help: 'show or hide this list',
    tool: { icon: 'help' },
    anywhere: true,
    run: host => host.toggleHelp()
  }
];

export const COMMANDS = new Commands<Host>([...LOOKING, ...EDITING, ...WALKING]);

/** Gestures of the mouse, for the help. */
export const GESTURES: readonly (readonly [string, string])[] = [
  ['Ctrl or Shift + click, Shift + drag', 'extend the selection'],
  ['Drag from a block’s right edge', 'draw a link to the layer where you release'],
  ['Ctrl + wheel', 'zoom; after a click into the view, the wheel alone zooms']
];
