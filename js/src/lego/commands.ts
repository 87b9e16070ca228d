/** The commands of the Lego editor, one row each. */

import { type Command, Commands, undoAndRedo } from '../common/commands';
import * as edit from './editing';
import { copyPython, save } from './exchange';
import type { Host } from './host';
import { collapse, inward, outward, select, show, walk } from './walking';

const WALK = 'move through the network';
const EXTEND = 'extend the selection up to this item, like Shift with a click';
const MOVE = 'move the item, also into the next layer or block';

const isFree = (host: Host): boolean => !host.locked;

const WALKING: readonly Command<Host>[] = [
  { id: 'previous', label: 'Previous', keys: ['ArrowUp'], help: WALK, run: host => walk(host, -1) },
  { id: 'next', label: 'Next', keys: ['ArrowDown'], help: WALK, run: host => walk(host, 1) },
  { id: 'first', label: 'First', keys: ['Home'], help: WALK, run: host => walk(host, -Infinity) },
  { id: 'last', label: 'Last', keys: ['End'], help: WALK, run: host => walk(host, Infinity) },
  {
    id: 'outward',
    label: 'Out',
    keys: ['ArrowLeft'],
    help: 'go to the parent; collapse a layer',
    run: outward
  },
  {
    id: 'inward',
    label: 'In',
    keys: ['ArrowRight'],
    help: 'expand a layer; go to the first child',
    run: inward
  },
  {
    id: 'collapse',
    label: 'Collapse or expand',
    keys: [],
    run: (host, { id }) => id !== null && collapse(host, id)
  },
  { id: 'show', label: 'Show', keys: [], run: (host, { button }) => show(host, button?.dataset.show ?? '') },
  {
    id: 'extend-previous',
    label: 'Select up to the previous one',
    keys: ['Shift+ArrowUp'],
    help: EXTEND,
    run: host => walk(host, -1, { extend: true })
  },
  {
    id: 'extend-next',
    label: 'Select up to the next one',
    keys: ['Shift+ArrowDown'],
    help: EXTEND,
    run: host => walk(host, 1, { extend: true })
  },
  {
    id: 'toggle',
    label: 'Add to the selection',
    keys: [' '],
    help: 'add this item to the selection, or remove it, like Ctrl with a click',
    run: host => select(host, id => host.selection.toggle(id))
  },
  {
    id: 'select-all',
    label: 'Select all',
    keys: ['Ctrl+a'],
    help: 'select all siblings of this item',
    run: host => select(host, () => host.tree && host.selection.all(host.tree))
  },
  {
    id: 'clear',
    label: 'Clear the selection',
    keys: ['Escape'],
    help: 'clear the selection, or cancel a drag',
    run: host => select(host, () => host.selection.clear())
  }
];

const EDITING: readonly Command<Host>[] = [
  { id: 'move-up', label: 'Move up', keys: ['Alt+ArrowUp'], help: MOVE, run: host => edit.move(host, 'up') },
  {
    id: 'move-down',
    label: 'Move down',
    keys: ['Alt+ArrowDown'],
    help: MOVE,
    run: host => edit.move(host, 'down')
  },
  {
    id: 'move-out',
    label: 'Move out',
    keys: ['Alt+ArrowLeft'],
    help: 'move out: a component becomes a block, a block becomes a layer',
    run: host => edit.move(host, 'out')
  },
  {
    id: 'move-in',
    label: 'Move in',
    keys: ['Alt+ArrowRight'],
    help: 'move in: join the previous block or layer',
    run: host => edit.move(host, 'in')
  },
  {
    id: 'edit',
    label: 'Edit the parameters',
    keys: ['Enter', 'F2'],
    help: 'edit the parameters; Enter applies them, Escape cancels',
    run: edit.editParameters
  },
  {
    id: 'add-component',
    label: 'Add a component',
    keys: ['a'],
    help: 'add a component after this one',
    edits: true,
    run: (host, { id }) => edit.add(host, 'component', id)
  },
  {
    id: 'add-block',
    label: 'Add a block',
    keys: ['b'],
    help: 'add a block: one more choice in this layer',
    edits: true,
    run: (host, { id }) => edit.add(host, 'block', id)
  },
  {
    id: 'add-layer',
    label: 'Add a layer',
    keys: ['l'],
    help: 'add a layer after this one',
    anywhere: true,
    edits: true,
    run: (host, { id, button }) =>
      button ? edit.addLayerAt(host, id, button) : edit.add(host, 'layer', host.selection.current)
  },
  {
    id: 'duplicate',
    label: 'Duplicate',
    keys: ['d'],
    help: 'duplicate',
    edits: true,
    run: (host, { id }) => edit.duplicateItem(host, id)
  },
  {
    id: 'remove',
    label: 'Remove',
    keys: ['Delete', 'Backspace'],
    help: 'remove the selected items',
    edits: true,
    run: (host, { id, button }) => edit.removeItems(host, button && id)
  },
  {
    id: 'unlink',
    label: 'Remove the link',
    keys: [],
    edits: true,
    run: (host, { button }) => button && edit.unlink(host, button.dataset)
  },
  {
    id: 'merge',
    label: 'Choose the merge',
    keys: ['m'],
    help: 'choose how the layer merges its blocks',
    run: edit.focusMerge
  },
  {
    id: 'fix',
    label: 'Apply the fix',
    keys: ['f'],
    help: 'apply the fix that a red note offers',
    edits: true,
    run: (host, { id, button }) => edit.fix(host, button ? (button.dataset.fix ?? '') : (id ?? ''))
  },
  {
    id: 'follow',
    label: 'Follow the advice',
    keys: ['v'],
    help: 'follow the advice on this block or layer',
    edits: true,
    run: (host, { id, button }) => edit.follow(host, { key: button?.dataset.key, id })
  },
  {
    id: 'dismiss',
    label: 'Dismiss this note',
    keys: [],
    run: (host, { button }) => host.dismissNote(button?.dataset.key ?? '')
  }
];

const TOOLS: readonly Command<Host>[] = [
  ...undoAndRedo<Host>(
    (host, what) => isFree(host) && Boolean(host.tree?.state[`can_${what}`]),
    edit.history
  ),
  {
    id: 'save',
    label: 'Save as a .json file',
    keys: [],
    tool: { icon: 'save', text: 'Save', end: true },
    isEnabled: isFree,
    run: save
  },
  {
    id: 'load',
    label: 'Load a .json file',
    keys: [],
    tool: { icon: 'load', text: 'Load', end: true },
    isEnabled: isFree,
    run: host => host.chooseFile()
  },
  {
    id: 'python',
    label: 'Copy as Python',
    keys: [],
    tool: { icon: 'code', text: 'Python', end: true },
    isEnabled: isFree,
    run: copyPython
  },
  {
    id: 'help',
    label: 'Keyboard shortcuts',
    keys: ['?'],
    help: 'show or hide this list',
    tool: { icon: 'help', text: 'Keys', end: true },
    anywhere: true,
    run: host => host.toggleHelp()
  }
];

export const COMMANDS = new Commands<Host>([...WALKING, ...EDITING, ...TOOLS]);
