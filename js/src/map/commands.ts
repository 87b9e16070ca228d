/** All that keys do on the map, a row each. */

import { type Command, Commands } from '../common/commands';
import type { Keyed } from './host';

const ROWS: readonly Command<Keyed>[] = [
  { id: 'left', label: 'Next dot on the left', keys: ['ArrowLeft'], run: map => map.walk('ArrowLeft') },
  { id: 'right', label: 'Next dot on the right', keys: ['ArrowRight'], run: map => map.walk('ArrowRight') },
  { id: 'up', label: 'Next dot above', keys: ['ArrowUp'], run: map => map.walk('ArrowUp') },
  { id: 'down', label: 'Next dot below', keys: ['ArrowDown'], run: map => map.walk('ArrowDown') },
  { id: 'pin', label: 'Pin the dot', keys: ['Enter', ' '], run: map => map.pin() },
  { id: 'leave', label: 'Cancel the drawing', keys: ['Escape'], run: map => map.leave() },
  { id: 'zoom-in', label: 'Zoom in', keys: ['+'], run: map => map.zoom(1) },
  { id: 'zoom-out', label: 'Zoom out', keys: ['-'], run: map => map.zoom(-1) },
  { id: 'fit', label: 'Show the whole map', keys: ['0'], run: map => map.fit() }
];

export const COMMANDS = new Commands<Keyed>(ROWS);
