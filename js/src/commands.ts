/** The entries for users: a new notebook or the examples, from the launcher, the command palette or the menus. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { bundledExamples, copyExamples } from './examples';
import { icon } from './icon';
import { newNotebook } from './notebook';
import { PLUGIN } from './package';
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

/** The parts of JupyterLab that a command uses. */
interface Lab {
  app: JupyterFrontEnd;
  registry: ISettingRegistry | null;
  /** Where new files belong. */
  folder: string;
}

/** A row for each: the command itself, its place in the palette and its card in the launcher come from here. */
const ROWS: readonly {
  id: string;
  label: string;
  help: string;
  run(lab: Lab): Promise<unknown>;
}[] = [
  {
    id: 'oneshot-lab:new-notebook',
    label: 'New One-Shot notebook',
    help: 'Create a notebook with a search session and its network editor',
    run: async ({ app, registry, folder }) => {
      const { contents, kernelspecs } = app.serviceManager;
      await kernelspecs.ready;
      const content = newNotebook(await readSettings(registry, PLUGIN), kernelspecs.specs);
      const { path } = await contents.newUntitled({ path: folder, type: 'notebook' });
      await contents.save(path, { type: 'notebook', format: 'json', content });
      return open(app, path);
    }
  },
  {
    id: 'oneshot-lab:open-examples',
    label: 'Open the example notebooks',
    help: 'Copy the examples into the current folder, except those that are there already',
    run: async ({ app, folder }) => {
      const path = await copyExamples(app.serviceManager.contents, folder, bundledExamples());
      if (app.commands.hasCommand('filebrowser:go-to-path')) {
        await app.commands.execute('filebrowser:go-to-path', { path });
      }
      return open(app, path);
    }
  }
];

function open(app: JupyterFrontEnd, path: string): Promise<unknown> {
  return app.commands.execute('docmanager:open', { path, factory: 'Notebook' });
}

export function addCommands(app: JupyterFrontEnd, { registry, browser, palette, launcher }: Services): void {
  for (const { id: command, label, help: caption, run } of ROWS) {
    app.commands.addCommand(command, {
      label,
      caption,
      // The palette has no room for icons, as JupyterLab's own commands show.
      icon: ({ isPalette }) => (isPalette ? undefined : icon),
      execute: async ({ cwd }) => {
        const folder = typeof cwd === 'string' ? cwd : (browser?.model.path ?? '');
        try {
          return await run({ app, registry, folder });
        } catch (error) {
          return showErrorMessage(label, error as Error);
        }
      }
    });
    palette?.addItem({ command, category: CATEGORY, args: { isPalette: true } });
    launcher?.add({ command, category: CATEGORY });
  }
}
