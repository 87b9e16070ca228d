/** The user's settings, see schema/plugin.json. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';

/** The arguments of the session in a new notebook. */
export interface Settings {
  template: string;
  data: string;
  width: number;
  seed: number;
}

declare function require(path: '../schema/plugin.json'): {
  properties: { [Name in keyof Settings]: { default: Settings[Name] } };
};

const { properties } = require('../schema/plugin.json');

export const DEFAULTS: Readonly<Settings> = {
  template: properties.template.default,
  data: properties.data.default,
  width: properties.width.default,
  seed: properties.seed.default
};

/** The settings as they are now. Where they cannot be read, a new notebook still starts with the defaults. */
export async function readSettings(registry: ISettingRegistry | null, plugin: string): Promise<Settings> {
  try {
    return { ...DEFAULTS, ...(await registry?.load(plugin))?.composite };
  } catch (error) {
    console.warn('oneshot-lab: the settings cannot be read, so the defaults apply.', error);
    return DEFAULTS;
  }
}
