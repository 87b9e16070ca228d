/** The notebook that a new search starts with, as the JSON that is stored. */

import type { INotebookContent } from '@jupyterlab/nbformat';
import type { KernelSpec } from '@jupyterlab/services';

import type { Settings } from './settings';

const WELCOME = `# A search for a network

Run the cells below (Shift+Enter). They open a session on some data, and the editor of the network that it starts from.
Then \`session.train()\` trains the supernet once, and \`session.step()\` searches for one generation.`;

/** Where Jupyter knows no Python kernel, what ipykernel calls its own is still the best guess. */
const IPYKERNEL = { name: 'python3', display_name: 'Python 3 (ipykernel)', language: 'python' };

/** A notebook that shows the editor when its cells are run. It names its kernel, so that JupyterLab does not ask for one. */
export function newNotebook(settings: Settings, specs: KernelSpec.ISpecModels | null): INotebookContent {
  const { name, display_name, language } = pythonKernel(specs);
  const code = { cell_type: 'code', metadata: {}, execution_count: null, outputs: [] };
  return {
    cells: [
      { id: 'welcome', cell_type: 'markdown', metadata: {}, source: WELCOME },
      { id: 'session', ...code, source: `import oneshot_lab as osl\n\n${sessionSource(settings)}` },
      { id: 'view', ...code, source: 'osl.LegoView(session)' }
    ],
    metadata: { kernelspec: { name, display_name, language }, language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5
  };
}

/** The line that opens the session. JSON's way to write text and numbers is also Python's. */
export function sessionSource({ template, data, width, seed }: Settings): string {
  const factor = width === 1 ? '' : `, width=${JSON.stringify(width)}`;
  return `session = osl.SearchSession(${JSON.stringify(template)}, data=${JSON.stringify(data)}${factor}, seed=${seed})`;
}

/** The default kernel if that is a Python, else the first one that is. */
function pythonKernel(specs: KernelSpec.ISpecModels | null): typeof IPYKERNEL {
  const known = specs?.kernelspecs ?? {};
  const kernels = [known[specs?.default ?? ''], ...Object.values(known)];
  return kernels.find(spec => spec?.language === 'python') ?? IPYKERNEL;
}
