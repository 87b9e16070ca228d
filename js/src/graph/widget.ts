/** The glue between the graph and ipywidgets: traits in, messages out. */

import type { Core } from 'cytoscape';
import { CytoscapeModel, CytoscapeView } from 'jupyter-cytoscape';

import { watch } from '../common/attention';
import { type Kernel, kernelOf } from '../common/kernel';
import type { Answer } from '../common/messages';
import { MODULE, VERSION } from '../package';
import { GraphEditor } from './editor';
import type { GraphState } from './protocol';

export class GraphModel extends CytoscapeModel {
  override defaults(): ReturnType<CytoscapeModel['defaults']> {
    return {
      ...super.defaults(),
      _model_name: 'GraphModel',
      _model_module: MODULE,
      _model_module_version: VERSION,
      _view_name: 'GraphView',
      _view_module: MODULE,
      _view_module_version: VERSION,
      state: null,
      candidate: null,
      marks: {},
      region: '',
      identity: '',
      selected_blocks: [],
      hovered_block: '',
      collapsed: false
    };
  }
}

/**
 * Cytoscape is made as ipycytoscape makes it; what it draws is ours. Its own drawing lays out anew at every change,
 * and never goes away.
 */
export class GraphView extends CytoscapeView {
  private editor: GraphEditor | null = null;
  private kernel: Kernel | null = null;
  private forgetLooks: (() => void) | null = null;
  private isGone = false;

  override render(): void {
    this.el.classList.add('jupyter-widgets');
    // Cytoscape needs a place in the page.
    void this.displayed.then(() => this.isGone || this.start());
  }

  private start(): void {
    const editor = (this.editor = new GraphEditor(this.el, {
      create: container => this.create(container),
      send: message => this.send(message),
      select: blocks => this.tell('selected_blocks', blocks),
      hover: block => this.tell('hovered_block', block),
      collapse: collapsed => this.tell('collapsed', collapsed)
    }));
    const { model } = this;
    const follow = (trait: string, take: (value: any) => void): void => {
      this.listenTo(model, `change:${trait}`, () => take(model.get(trait)));
      take(model.get(trait));
    };
    follow('collapsed', collapsed => editor.setCollapsed(collapsed));
    follow('state', (state: GraphState | null) => state?.nodes && editor.update(state));
    follow('marks', marks => editor.setMarks(marks ?? {}));
    follow('region', region => editor.setRegion(region ?? ''));
    follow('candidate', candidate => editor.setCandidate(candidate?.nodes ? candidate : null));
    follow('selected_blocks', blocks => editor.setSelected(blocks));
    follow('hovered_block', block => editor.setHovered(block));
    this.forgetLooks = watch(model.get('identity'), blocks => editor.setLooked(blocks));
    this.listenTo(model, 'msg:custom', (answer: Answer) => this.editor?.answer(answer));
    this.listenTo(model, 'comm_live_update', () => this.connect());
    this.kernel = kernelOf(model.widget_manager, () => this.connect());
    this.connect();
  }

  /** Has the base class make the graph in a child of the view's element: it is taken for gone if it is moved itself. */
  private create(container: HTMLElement): Core {
    const { el } = this;
    this.el = container;
    this.init_render();
    this.el = el;
    const graph = this.cytoscape_obj!;
    // Its tooltips would make HTML of names.
    graph.off('click');
    return graph;
  }

  private get isConnected(): boolean {
    return this.model.comm_live && (this.kernel?.isAlive() ?? true);
  }

  private tell(trait: string, value: unknown): void {
    this.model.set(trait, value);
    if (this.isConnected) {
      this.touch();
    }
  }

  private connect(): void {
    this.editor?.setConnected(this.isConnected);
  }

  override remove(): void {
    this.isGone = true;
    this.kernel?.forget();
    this.forgetLooks?.();
    this.editor?.destroy();
    // A model outlives its comm, and with it a view; what was drawn need not.
    this.kernel = this.editor = this.cytoscape_obj = this.forgetLooks = null;
    super.remove();
  }
}
