/** What is used of ipycytoscape's browser part, which JupyterLab shares and which brings no types. */
declare module 'jupyter-cytoscape' {
  import type { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
  import type { Core } from 'cytoscape';

  export class CytoscapeModel extends DOMWidgetModel {}

  export class CytoscapeView extends DOMWidgetView {
    cytoscape_obj: Core | null;
    /** Makes the graph in the view's element. */
    init_render(): void;
  }
}
