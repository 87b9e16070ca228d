import type { JupyterFrontEnd } from '@jupyterlab/application';
import { expect, test } from 'vitest';

import manifest from '../package.json';
import schema from '../schema/plugin.json';
import { addCommands, findServices } from '../src/commands';
import { entrance, hasAll } from '../src/entrance';
import { icon } from '../src/icon';
import plugins from '../src/plugin';

test('each plugin is called after the package, so that JupyterLab can disable it and find its settings', () => {
  for (const plugin of plugins) {
    expect(plugin.id.split(':')[0]).toBe(manifest.name);
  }
});

test('no two plugins share an id, and each starts by itself', () => {
  const ids = plugins.map(plugin => plugin.id);
  expect(ids).toContain(`${manifest.name}:plugin`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(plugins.every(plugin => plugin.autoStart)).toBe(true);
});

test('the settings are those of the commands, have our icon and bind no keys', () => {
  expect(entrance.id).toBe(`${manifest.name}:plugin`);
  expect(schema['jupyter.lab.setting-icon']).toBe(icon.name);
  expect(schema['jupyter.lab.shortcuts']).toEqual([]);
});

test('the commands of the menus are there without a launcher, a palette, settings and a file browser', async () => {
  const added: string[] = [];
  const app = {
    commands: { addCommand: (id: string) => added.push(id) },
    serviceManager: {},
    resolveOptionalService: async () => null
  } as unknown as JupyterFrontEnd;
  addCommands(app, await findServices(app));
  for (const id of added) {
    expect(JSON.stringify(schema['jupyter.lab.menus'])).toContain(`"${id}"`);
  }
  expect(added).toHaveLength(2);
});

test('a program without files and a launcher has no commands, and the rest', async () => {
  expect(hasAll({ '@jupyterlab/rendermime': {} })).toBe(false);
  const app = {
    get commands() {
      throw new Error('not to be touched');
    }
  };
  await entrance.activate(app as unknown as JupyterFrontEnd);
});
