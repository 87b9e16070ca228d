/** Registers the commands, in a program that has a place for them. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PLUGIN } from './package';

/** What the commands are made with. JupyterLab and Notebook share all of it with extensions; Voilà has no files. */
const NEEDED = ['@jupyterlab/filebrowser', '@jupyterlab/launcher', '@jupyterlab/settingregistry'];

export const entrance: JupyterFrontEndPlugin<void> = {
  id: PLUGIN,
  description: 'Offers new notebooks and the examples of oneshot-lab.',
  autoStart: true,
  activate: async (app: JupyterFrontEnd) => {
    if (hasAll(sharedModules())) {
      const { addCommands, findServices } = await import('./commands');
      addCommands(app, await findServices(app));
    }
  }
};

declare const __webpack_share_scopes__: { default?: Record<string, unknown> } | undefined;

/** The modules that this page's program shares with its extensions. */
function sharedModules(): Record<string, unknown> {
  return (typeof __webpack_share_scopes__ === 'undefined' ? null : __webpack_share_scopes__.default) ?? {};
}

export function hasAll(shared: Record<string, unknown>): boolean {
  return NEEDED.every(name => name in shared);
}
