import { IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { MODULE, VERSION } from './package';

/** Makes the views known to ipywidgets; their code is fetched when the first one is shown. */
export const widgets: JupyterFrontEndPlugin<void> = {
  id: 'oneshot-lab:widgets',
  description: 'Draws the views of oneshot-lab.',
  autoStart: true,
  requires: [IJupyterWidgetRegistry],
  activate: (_, registry: IJupyterWidgetRegistry) => {
    registry.registerWidget({ name: MODULE, version: VERSION, exports: () => import('./lego/widget') });
  }
};
