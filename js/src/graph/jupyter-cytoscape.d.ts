/** The parts of ipycytoscape's browser part that are used; JupyterLab shares it, and it has no types. */
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
