import { type ExportMap, IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { MODULE, VERSION } from './package';

/** The manager requests a class by its name and waits for it, so that only the code of that view is loaded. */
const views = {
  get LegoModel() {
    return import('./lego/widget').then(({ LegoModel }) => LegoModel);
  },
  get LegoView() {
    return import('./lego/widget').then(({ LegoView }) => LegoView);
  },
  get GraphModel() {
    return import('./graph/widget').then(({ GraphModel }) => GraphModel);
  },
  get GraphView() {
    return import('./graph/widget').then(({ GraphView }) => GraphView);
  },
  get TableModel() {
    return import('./tables/widget').then(({ TableModel }) => TableModel);
  },
  get TableView() {
    return import('./tables/widget').then(({ TableView }) => TableView);
  },
  get ConfusionModel() {
    return import('./tables/confusion/widget').then(({ ConfusionModel }) => ConfusionModel);
  },
  get ConfusionView() {
    return import('./tables/confusion/widget').then(({ ConfusionView }) => ConfusionView);
  },
  get LabBannerModel() {
    return import('./lab/widget').then(({ LabBannerModel }) => LabBannerModel);
  },
  get LabBannerView() {
    return import('./lab/widget').then(({ LabBannerView }) => LabBannerView);
  },
  get LabTabModel() {
    return import('./lab/tab').then(({ LabTabModel }) => LabTabModel);
  },
  get LabTabView() {
    return import('./lab/tab').then(({ LabTabView }) => LabTabView);
  },
  get MapDots() {
    return import('./map/dots').then(({ MapDots }) => MapDots);
  },
  get MapPointerModel() {
    return import('./map/widget').then(({ MapPointerModel }) => MapPointerModel);
  },
  get MapPointer() {
    return import('./map/widget').then(({ MapPointer }) => MapPointer);
  }
};

/** Makes the views known to ipywidgets; their code is fetched when the first one is shown. */
export const widgets: JupyterFrontEndPlugin<void> = {
  id: 'oneshot-lab:widgets',
  description: 'Draws the views of oneshot-lab.',
  autoStart: true,
  requires: [IJupyterWidgetRegistry],
  activate: (_, registry: IJupyterWidgetRegistry) => {
    registry.registerWidget({ name: MODULE, version: VERSION, exports: views as unknown as ExportMap });
  }
};
