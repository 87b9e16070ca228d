import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { entrance } from './entrance';
import { pictures } from './pictures';
import { widgets } from './widgets';

/**
 * Everything that oneshot-lab registers with JupyterLab: each can be disabled without the others. Static imports must
 * exist in Voilà too, or there would be no widgets; modules that only JupyterLab has are imported later.
 */
const plugins: JupyterFrontEndPlugin<void>[] = [entrance, pictures, widgets];

export default plugins;
