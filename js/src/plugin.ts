import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { entrance } from './entrance';
import { pictures } from './pictures';
import { widgets } from './widgets';

/**
 * Everything that oneshot-lab registers with JupyterLab: each can be disabled without the others. What is imported from
 * here at once has to be there in Voilà too, or there would be no widgets: what only JupyterLab has is imported later.
 */
const plugins: JupyterFrontEndPlugin<void>[] = [entrance, pictures, widgets];

export default plugins;
