import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { commands } from './commands';
import { pictures } from './pictures';
import { widgets } from './widgets';

/** Everything that oneshot-lab registers with JupyterLab: each can be disabled without the others. */
const plugins: JupyterFrontEndPlugin<void>[] = [commands, pictures, widgets];

export default plugins;
