/** The example notebooks, which are beside the bundle in the wheel, and how they are copied into the user's folder. */

import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { Contents } from '@jupyterlab/services';

export const FOLDER = 'oneshot-lab-examples';

/** The notebook to start with. */
export const FIRST = 'quickstart.ipynb';

export interface Example {
  name: string;
  load(): Promise<INotebookContent>;
}

declare const require: {
  /** The bundler's: every file of a folder, here as the address that it is served from. */
  context(
    folder: '../../notebooks',
    deep: false,
    names: RegExp
  ): { keys(): string[]; (name: string): string };
};

/** Every notebook in notebooks/ at the time of the build. */
export function bundledExamples(): Example[] {
  const addresses = require.context('../../notebooks', false, /\.ipynb$/);
  return addresses.keys().map(key => ({
    name: PathExt.basename(key),
    load: async () => {
      const answer = await fetch(addresses(key));
      if (!answer.ok) {
        throw new Error(
          `${key} is not where oneshot-lab was installed: ${answer.status} ${answer.statusText}`
        );
      }
      return answer.json();
    }
  }));
}

/**
 * Copies the examples into a folder of their own, and does not overwrite those that are there already.
 * @param folder - The user's current folder; if it is the examples' folder itself, that one is used.
 * @returns The path of the notebook to start with.
 */
export async function copyExamples(
  contents: Contents.IManager,
  folder: string,
  examples: readonly Example[]
): Promise<string> {
  const isThere = PathExt.basename(contents.localPath(folder)) === FOLDER;
  const target = isThere ? folder : contents.resolvePath(folder, FOLDER);
  const present = await openFolder(contents, target);
  const missing = examples.filter(example => !present.has(example.name));
  await Promise.all(
    missing.map(async ({ name, load }) =>
      contents.save(contents.resolvePath(target, name), {
        type: 'notebook',
        format: 'json',
        content: await load()
      })
    )
  );
  return contents.resolvePath(target, FIRST);
}

/** The names in a folder, which is made if it does not exist. */
async function openFolder(contents: Contents.IManager, path: string): Promise<Set<string>> {
  const model = await contents.get(path).catch(error => {
    if (error?.response?.status !== 404) {
      throw error;
    }
    return null;
  });
  if (model === null) {
    await contents.save(path, { type: 'directory' });
    return new Set();
  }
  if (model.type !== 'directory') {
    throw new Error(`${path} is a file, so the examples cannot be put into a folder of that name.`);
  }
  return new Set((model.content as Contents.IModel[]).map(({ name }) => name));
}
