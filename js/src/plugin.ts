import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { widgets } from './widgets';

/**
 * Everything that oneshot-lab registers with JupyterLab. The views' widgets, the launcher tile and the
 * commands each become a plugin of their own in this list, so that one can be disabled without the others.
 */
const plugins: JupyterFrontEndPlugin<void>[] = [
  {
    id: 'oneshot-lab:plugin',
    description: 'Marks the browser part of oneshot-lab as present.',
    autoStart: true,
    activate: () => undefined
  },
  widgets
];

export default plugins;
