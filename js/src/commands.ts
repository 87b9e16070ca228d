/** How a person comes in: a new notebook or the examples, from the launcher, the command palette or the menus. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { ID } from './entrance';
import { bundledExamples, copyExamples } from './examples';
import { icon } from './icon';
import { newNotebook } from './notebook';
import { readSettings } from './settings';

const CATEGORY = 'One-Shot Lab';

/** What the commands use, where it is there: Notebook 7 has no launcher, and not in every page a file browser. */
export interface Services {
  registry: ISettingRegistry | null;
  browser: IDefaultFileBrowser | null;
  palette: ICommandPalette | null;
  launcher: ILauncher | null;
}

export async function findServices(app: JupyterFrontEnd): Promise<Services> {
  const [registry, browser, palette, launcher] = await Promise.all([
    app.resolveOptionalService(ISettingRegistry),
    app.resolveOptionalService(IDefaultFileBrowser),
    app.resolveOptionalService(ICommandPalette),
    app.resolveOptionalService(ILauncher)
  ]);
  return { registry, browser, palette, launcher };
}

export function addCommands(app: JupyterFrontEnd, { registry, browser, palette, launcher }: Services): void {
  const { contents, kernelspecs } = app.serviceManager;

  const add = (
    command: string,
    label: string,
    caption: string,
    act: (folder: string) => Promise<unknown>
  ) => {
    app.commands.addCommand(command, {
      label,
      caption,
      // The palette has no room for icons, as JupyterLab's own commands show.
      icon: ({ isPalette }) => (isPalette ? undefined : icon),
      execute: async ({ cwd }) => {
        try {
          return await act(typeof cwd === 'string' ? cwd : (browser?.model.path ?? ''));
        } catch (error) {
          return showErrorMessage(label, error as Error);
        }
      }
    });
    palette?.addItem({ command, category: CATEGORY, args: { isPalette: true } });
    launcher?.add({ command, category: CATEGORY });
  };

  const open = (path: string): Promise<unknown> =>
    app.commands.execute('docmanager:open', { path, factory: 'Notebook' });

  add(
    'oneshot-lab:new-notebook',
    'New One-Shot notebook',
    'Makes a notebook with a search session and the editor of its network',
    async folder => {
      await kernelspecs.ready;
      const content = newNotebook(await readSettings(registry, ID), kernelspecs.specs);
      const { path } = await contents.newUntitled({ path: folder, type: 'notebook' });
      await contents.save(path, { type: 'notebook', format: 'json', content });
      return open(path);
    }
  );

  add(
    'oneshot-lab:open-examples',
    'Open the example notebooks',
    'Copies the examples into the current folder, unless they are there already',
    async folder => {
      const path = await copyExamples(contents, folder, bundledExamples());
      if (app.commands.hasCommand('filebrowser:go-to-path')) {
        await app.commands.execute('filebrowser:go-to-path', { path });
      }
      return open(path);
    }
  );
}
