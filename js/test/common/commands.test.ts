import { describe, expect, test } from 'vitest';

import { Commands, keyText } from '../../src/common/commands';
import { COMMANDS as GRAPH } from '../../src/graph/commands';
import { COMMANDS as LEGO } from '../../src/lego/commands';
import { COMMANDS as MAP } from '../../src/map/commands';
import { COMMANDS as TABLES } from '../../src/tables/commands';

const commands = new Commands<string[]>([
  { id: 'up', label: 'Up', keys: ['ArrowUp'], help: 'walk', run: done => void done.push('up') },
  { id: 'down', label: 'Down', keys: ['ArrowDown', 'j'], help: 'walk', run: done => void done.push('down') },
  { id: 'undo', label: 'Undo', keys: ['Ctrl+z'], run: done => void done.push('undo') },
  { id: 'save', label: 'Save', keys: [], run: done => void done.push('save') }
]);

test('keys are written as people read them', () => {
  expect(['Ctrl+Shift+z', 'ArrowUp', ' ', 'Alt+ArrowLeft', 'a', '+', '-', '?'].map(keyText)).toEqual([
    ...['Ctrl + Shift + Z', '↑', 'Space', 'Alt + ←', 'a', '+', '−', '?']
  ]);
});

test('the help has a line for all commands of the same words, and none for those without a key', () => {
  expect(commands.help()).toEqual([
    ['↑, ↓, j', 'walk'],
    ['Ctrl + Z', 'Undo']
  ]);
});

test('a button names the key that does the same', () => {
  expect(commands.titled('undo')).toBe('Undo (Ctrl + Z)');
  expect(commands.titled('undo', 'Take it back')).toBe('Take it back (Ctrl + Z)');
  expect(commands.titled('save')).toBe('Save');
});

test('a key press finds its command', () => {
  const press = (key: string, ctrlKey = false) =>
    commands.ofKey(new KeyboardEvent('keydown', { key, ctrlKey }));
  expect([press('j')?.id, press('z', true)?.id, press('z')?.id]).toEqual(['down', 'undo', undefined]);
});

describe.each([
  ['Lego editor', LEGO],
  ['Graph View', GRAPH],
  ['map', MAP],
  ['tables', TABLES]
] as const)('of the %s', (_, { rows }) => {
  test('no two commands share an id or a key', () => {
    for (const names of [rows.map(({ id }) => id), rows.flatMap(({ keys }) => keys)]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
