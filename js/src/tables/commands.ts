/** All that keys do in a table, a row each. */

import { type Command, Commands } from '../common/commands';
import type { Host } from './host';

const ROWS: readonly Command<Host>[] = [
  { id: 'previous', label: 'Previous row', keys: ['ArrowUp'], run: table => table.walk(-1) },
  { id: 'next', label: 'Next row', keys: ['ArrowDown'], run: table => table.walk(1) },
  { id: 'page-up', label: 'Page up', keys: ['PageUp'], run: table => table.walk(-table.page) },
  { id: 'page-down', label: 'Page down', keys: ['PageDown'], run: table => table.walk(table.page) },
  { id: 'first', label: 'First row', keys: ['Home'], run: table => table.walk(-Infinity) },
  { id: 'last', label: 'Last row', keys: ['End'], run: table => table.walk(Infinity) },
  {
    id: 'toggle',
    label: 'Select or deselect the row',
    keys: ['Enter', ' '],
    isEnabled: table => table.hovered !== '',
    run: table => table.toggle(table.hovered)
  }
];

export const COMMANDS = new Commands<Host>(ROWS);
