import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { expect, test, vi } from 'vitest';

import schema from '../schema/plugin.json';
import { DEFAULTS, readSettings } from '../src/settings';

const ID = 'oneshot-lab:plugin';

function registry(load: (plugin: string) => Promise<unknown>): ISettingRegistry {
  return { load } as ISettingRegistry;
}

test('every setting has a default, a title and a description', () => {
  expect(Object.keys(schema.properties)).toEqual(Object.keys(DEFAULTS));
  for (const property of Object.values(schema.properties)) {
    expect(property).toMatchObject({ title: expect.any(String), description: expect.any(String) });
    expect(property.default).toBeDefined();
  }
});

test('what is set comes before the defaults', async () => {
  const load = vi.fn(async () => ({ composite: { template: 'vgg11', seed: 3 } }));
  expect(await readSettings(registry(load), ID)).toEqual({
    ...DEFAULTS,
    template: 'vgg11',
    seed: 3
  });
  expect(load).toHaveBeenCalledWith(ID);
});

test('without settings the defaults apply', async () => {
  expect(await readSettings(null, ID)).toEqual(DEFAULTS);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  expect(
    await readSettings(
      registry(() => Promise.reject(new Error('no schema'))),
      ID
    )
  ).toEqual(DEFAULTS);
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});
