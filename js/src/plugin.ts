import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { commands } from './commands';
import { widgets } from './widgets';

/** Everything that oneshot-lab registers with JupyterLab: each can be disabled without the other. */
const plugins: JupyterFrontEndPlugin<void>[] = [commands, widgets];

export default plugins;
