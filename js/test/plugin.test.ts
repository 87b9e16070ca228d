import { expect, test } from 'vitest';

import manifest from '../package.json';
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
